"""The queue that tells of parked objects: a message there means that work waits, and its age is an alarm."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# What S3 answers for an object that is not there; a HEAD has no body to name it in.
NOT_THERE = ("404", "NoSuchKey", "NotFound")
# Longer than the slowest function takes to fail.
HIDDEN_SECONDS = 120
# Asks all of a queue's servers: a short poll may miss a message that waits.
POLL_SECONDS = 1


def forget_what_is_gone(s3: S3Client, sqs: SQSClient, bucket: str, queue: str) -> None:
    """Drop the messages whose objects are no longer there, S3's test message of the set-up among them."""
    for message in messages(sqs, queue):
        if not any(exists(s3, bucket, key) for key in keys_told(message["Body"])):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def messages(sqs: SQSClient, url: str) -> Iterator[MessageTypeDef]:
    """The messages of a queue, each once; those not deleted come back after ``HIDDEN_SECONDS``."""
    while True:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=POLL_SECONDS, VisibilityTimeout=HIDDEN_SECONDS
        )
        found = answer.get("Messages", [])
        if not found:
            return
        yield from found


def keys_told(body: str) -> list[str]:
    """Keys of an event notification; none in the test message S3 sends when it is set up."""
    records = json.loads(body).get("Records", [])
    return [urllib.parse.unquote_plus(record["s3"]["object"]["key"]) for record in records]


def exists(s3: S3Client, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_THERE:
            return False
        raise
    return True
