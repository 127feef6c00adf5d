"""ministack's JSON services without a thread a call: event sources wait on them all the time."""

import json
from typing import Any

import aiohttp

from local.cloudformation.account import REGION

# ministack reads key, region and service from it and checks no signature.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=local"
)
SQS = ("sqs", "AmazonSQS", "1.0")
STREAMS = ("dynamodb", "DynamoDBStreams_20120810", "1.0")
DYNAMODB = ("dynamodb", "DynamoDB_20120810", "1.0")


class CallFailed(Exception):
    """An error answer of ministack; `code` is AWS's name of it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class DataPlane:
    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60)
        )

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def call(self, service: tuple[str, str, str], operation: str, **parameters: Any) -> dict[str, Any]:
        """One call of an AWS JSON API. Raises CallFailed, or aiohttp.ClientError when nothing answers."""
        if self._session is None:
            raise RuntimeError("not open")
        name, target, version = service
        headers = {
            "Content-Type": f"application/x-amz-json-{version}",
            "X-Amz-Target": f"{target}.{operation}",
            "Authorization": AUTHORIZATION.format(key="runner", region=REGION, service=name),
        }
        async with self._session.post(self._url, data=json.dumps(parameters), headers=headers) as answer:
            body = json.loads(await answer.read() or b"{}")
            if answer.status != 200:
                code = str(body.get("__type", answer.status)).rpartition("#")[2]
                raise CallFailed(code, str(body.get("message", body.get("Message", ""))))
            return dict(body)
