"""Where Lambda sends the records of what succeeded or failed for good: SQS, SNS, S3, a function or a bus."""

import uuid
from datetime import UTC, datetime

from local.cloudformation.account import ACCOUNT
from local.cloudformation.data_plane import EVENTS, SQS
from local.cloudformation.stack import Stack


class Destinations:
    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def send(self, arn: str, text: str, key_prefix: str) -> None:
        """`key_prefix` names the origin in an object's key: "async/<function>", "<mapping id>/<shard>"."""
        service, name = arn.split(":")[2], arn.split(":", 5)[5]
        plane = self._stack.plane
        match service:
            case "sqs":
                queue = f"{self._stack.urls['ministack']}/{ACCOUNT}/{name}"
                await plane.call(SQS, "SendMessage", QueueUrl=queue, MessageBody=text)
            case "sns":
                await plane.publish(arn, text)
            case "s3":
                await plane.put_object(name, _object_key(key_prefix), text.encode())
            case "lambda":
                await self._stack.invoke_async(arn, text.encode())
            case "events":
                entry = {
                    "Source": "lambda",
                    "DetailType": "Lambda Function Invocation Result",
                    "Detail": text,
                    "EventBusName": name.removeprefix("event-bus/"),
                }
                await plane.call(EVENTS, "PutEvents", Entries=[entry])
            case _:
                raise ValueError(f"not a destination of Lambda: {arn}")


def _object_key(prefix: str) -> str:
    """aws/lambda/<prefix>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random UUID> (Lambda developer guide)."""
    return f"aws/lambda/{prefix}/{datetime.now(UTC):%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
