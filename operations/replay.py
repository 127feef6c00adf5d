"""`make replay`: put through again what could not be processed, after its cause is mended.

Two places hold such work: the dead-letter queues of the queues, and the bucket of parked stream records (an object is a
whole batch, or one record that was not understood). What succeeds is removed, what fails again stays where it was.
Everything behind is idempotent, so replaying twice does no harm.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.parked import forget_what_is_gone, messages
from operations.stack import Refusal
from operations.target import add_arguments, chosen

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

DEAD_LETTERS = "DeadLetterQueueUrl"
MOVE_SECONDS = 60
# What the fan-out function parks by itself: care.services.objects.ParkedRecords.
NOT_UNDERSTOOD = "not-understood/"
# What an SQS that knows no move tasks answers.
NO_MOVE_TASKS = {
    "AWS.SimpleQueueService.UnsupportedOperation",
    "InvalidAction",
    "NotImplemented",
    "UnknownOperationException",
    "UnsupportedOperation",
}


@dataclass(frozen=True)
class Done:
    """What became of one place's work."""

    place: str
    through: int = 0
    failed: int = 0
    why: str = ""

    def __str__(self) -> str:
        if not self.through and not self.failed:
            return f"{self.place:<18} nothing waits"
        left = f", {self.failed} failed again and stay{f' ({self.why})' if self.why else ''}" if self.failed else ""
        return f"{self.place:<18} {self.through} put through{left}"


def is_empty(sqs: SQSClient, url: str) -> bool:
    named = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return named["Attributes"]["ApproximateNumberOfMessages"] == "0"


def redrive(sqs: SQSClient, place: str, dead_letters: str, queue: str) -> Done:
    """Move dead letters back to their queue: by SQS itself where it can, else one by one."""
    if is_empty(sqs, dead_letters):
        return Done(place)
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    try:
        sqs.start_message_move_task(SourceArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] not in NO_MOVE_TASKS:
            raise
        return Done(place, through=move(sqs, dead_letters, queue))
    return wait_for_move(sqs, place, arn)


def move(sqs: SQSClient, source: str, target: str) -> int:
    """Sent before it is deleted: a crash in between delivers twice, never not at all."""
    moved = 0
    for message in messages(sqs, source):
        sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    return moved


def wait_for_move(sqs: SQSClient, place: str, arn: str) -> Done:
    task: Any = {}
    for _ in range(MOVE_SECONDS):
        (task, *_) = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"]
        if task["Status"] != "RUNNING":
            break
        time.sleep(1)
    moved = task.get("ApproximateNumberOfMessagesMoved", 0)
    left = task.get("ApproximateNumberOfMessagesToMove", moved) - moved
    return Done(place, through=moved, failed=max(0, left), why=task["Status"].lower() if left > 0 else "")


def invoke(functions: LambdaClient, arn: str, event: Any) -> str:
    """Call a function and wait; why it failed, else empty. A partial failure of a batch is a failure."""
    answer = functions.invoke(FunctionName=arn, Payload=json.dumps(event).encode())
    said = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        return str(said.get("errorType") or said.get("errorMessage") or answer["FunctionError"])
    return "records refused" if isinstance(said, dict) and said.get("batchItemFailures") else ""


def unpark(s3: S3Client, sqs: SQSClient, functions: LambdaClient, bucket: str, queue: str, arn: str) -> Done:
    """Give the function what is in the bucket again, oldest first; then drop the messages that told of it.

    The bucket is what counts: its queue exists so that an alarm can tell the age of the oldest. A record that is still
    not understood is parked anew by the function, alone, and the others of its batch have gone on.
    Contract: Lambda developer guide, "Retain discarded records for a DynamoDB event source".
    """
    through, why = 0, set()
    for key, tag in parked(s3, bucket):
        payload = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())["payload"]
        problem = invoke(functions, arn, json.loads(payload) if isinstance(payload, str) else payload)
        if problem:
            why.add(problem)
        elif dict(parked(s3, bucket)).get(key) == tag:
            s3.delete_object(Bucket=bucket, Key=key)
            through += 1
    forget_what_is_gone(s3, sqs, bucket, queue)
    left = parked(s3, bucket)
    if any(key.startswith(NOT_UNDERSTOOD) for key, _ in left):
        why.add("not understood")
    return Done("parked records", through, len(left), ", ".join(sorted(why)))


def parked(s3: S3Client, bucket: str) -> list[tuple[str, str]]:
    """(key, tag) of what is parked, oldest first; parked again, an object has another tag."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found = [each for page in pages for each in page.get("Contents", [])]
    return [(each["Key"], each["ETag"]) for each in sorted(found, key=lambda one: (one["LastModified"], one["Key"]))]


def replay(s3: S3Client, sqs: SQSClient, functions: LambdaClient, outputs: dict[str, str]) -> list[Done]:
    """Everything that waits to be put through again: what is parked, then the dead letters of every queue."""
    done = [
        unpark(s3, sqs, functions, outputs["ParkedBucket"], outputs["ParkedQueueUrl"], outputs["FanoutFunctionArn"])
    ]
    for output, dead_letters in outputs.items():
        if output.endswith(DEAD_LETTERS):
            name = output.removesuffix(DEAD_LETTERS)
            done.append(redrive(sqs, name.lower(), dead_letters, outputs[f"{name}QueueUrl"]))
    return done


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.replay", description="Put failed work through again.")
    add_arguments(parser)
    try:
        target = chosen(parser.parse_args(arguments))
        session = target.session
        done = replay(session.client("s3"), session.client("sqs"), session.client("lambda"), target.outputs)
    except (Refusal, BotoCoreError, ClientError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(map(str, done)))
    return 1 if any(one.failed for one in done) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
