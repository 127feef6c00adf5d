"""ministack as the runner calls it: on the event loop, without a client's cost or a thread a call."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from local.cloudformation.account import REGION

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
    """Every call raises CallFailed."""

    def __init__(self, url: str) -> None:
        self._url = URL(url)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60)
        )

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def call(self, service: tuple[str, str, str], operation: str, **parameters: Any) -> dict[str, Any]:
        """One call of an AWS JSON API."""
        name, target, version = service
        headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": f"{target}.{operation}"}
        return dict(json.loads(await self._send("POST", self._url, name, headers, json.dumps(parameters)) or b"{}"))

    async def publish(self, topic: str, message: str, subject: str | None = None) -> None:
        """SNS Publish, whose API is a form."""
        form = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": topic, "Message": message}
        if subject:
            form["Subject"] = subject
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        await self._send("POST", self._url, "sns", headers, urlencode(form))

    async def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """S3 PutObject."""
        address = self._url.join(URL(f"/{bucket}/{quote(key)}", encoded=True))
        await self._send("PUT", address, "s3", {"Content-Type": "binary/octet-stream"}, body)

    async def _send(self, method: str, url: URL, service: str, headers: dict[str, str], body: str | bytes) -> bytes:
        if self._session is None:
            raise RuntimeError("not open")
        headers["Authorization"] = AUTHORIZATION.format(key="runner", region=REGION, service=service)
        try:
            async with self._session.request(method, url, data=body, headers=headers) as answer:
                found = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CallFailed("ServiceUnavailable", repr(error)) from error
        if answer.status != 200:
            raise _failure(answer.status, found)
        return found


def _failure(status: int, body: bytes) -> CallFailed:
    try:
        said = json.loads(body)
    except ValueError:
        return CallFailed(str(status), body.decode(errors="replace"))
    return CallFailed(
        str(said.get("__type", status)).rpartition("#")[2], str(said.get("message", said.get("Message", "")))
    )
