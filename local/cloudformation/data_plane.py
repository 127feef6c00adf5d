"""ministack as the runner calls it: on the event loop, without a client's cost or a thread a call."""

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlsplit

from local.cloudformation.account import REGION
from local.machine.http import NoAnswer, Upstream

PATIENCE_SECONDS = 60.0
# What a form's value cannot have in it; urlencode, which writes more otherwise, goes through it byte by byte.
IN_A_FORM = str.maketrans({"%": "%25", "&": "%26", "+": "%2B"})

# ministack reads key, region and service from it and checks no signature.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=local"
)
SQS = ("sqs", "AmazonSQS", "1.0")
STREAMS = ("dynamodb", "DynamoDBStreams_20120810", "1.0")
DYNAMODB = ("dynamodb", "DynamoDB_20120810", "1.0")
LOGS = ("logs", "Logs_20140328", "1.1")
CLOUDWATCH = ("monitoring", "GraniteServiceVersion20100801", "1.0")
EVENTS = ("events", "AWSEvents", "1.1")


class CallFailed(Exception):
    """An error answer of ministack, or none; `code` is AWS's name of it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class DataPlane:
    """Every call may raise CallFailed."""

    def __init__(self, url: str) -> None:
        self._upstream = Upstream(url)
        self._host = urlsplit(url).netloc

    def close(self) -> None:
        self._upstream.close()

    async def call(self, service: tuple[str, str, str], operation: str, **parameters: Any) -> dict[str, Any]:
        """One call of an AWS JSON API."""
        name, target, version = service
        headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": f"{target}.{operation}"}
        answer = await self._send("POST", "/", name, headers, json.dumps(parameters).encode())
        return dict(json.loads(answer or b"{}"))

    async def publish(self, topic: str, message: str, subject: str | None = None) -> None:
        """SNS Publish, whose API is a form."""
        form = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": topic, "Message": message}
        if subject:
            form["Subject"] = subject
        body = "&".join(f"{name}={value.translate(IN_A_FORM)}" for name, value in form.items())
        await self._send("POST", "/", "sns", {"Content-Type": "application/x-www-form-urlencoded"}, body.encode())

    async def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """S3 PutObject."""
        await self._send("PUT", f"/{bucket}/{quote(key)}", "s3", {"Content-Type": "binary/octet-stream"}, body)

    async def _send(self, method: str, target: str, service: str, headers: dict[str, str], body: bytes) -> bytes:
        headers |= {
            "Host": self._host,
            "Authorization": AUTHORIZATION.format(key="runner", region=REGION, service=service),
        }
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._upstream.ask(method, target, headers.items(), body)
        except (NoAnswer, TimeoutError) as error:
            raise CallFailed("ServiceUnavailable", str(error)) from error
        if answer.status != 200:
            raise _failure(answer.status, answer.body)
        return answer.body


def _failure(status: int, body: bytes) -> CallFailed:
    try:
        said = json.loads(body)
    except ValueError:
        return CallFailed(str(status), body.decode(errors="replace"))
    return CallFailed(
        str(said.get("__type", status)).rpartition("#")[2], str(said.get("message", said.get("Message", "")))
    )
