"""AWS as it answered once: each call of this process hears what the same operation was told when it was recorded."""

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import Session


class _Body(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


def _answer(url: str, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    return AWSResponse(url, status, HTTPHeaders.from_dict(headers), _Body(body))


def play(session: Session, answers: list[dict[str, Any]]) -> None:
    """Let the clients that ``session`` makes from now on hear ``answers``, in their order; a sender hears an id.

    Who asks for the keys that sign hears some: a stage reads them before anything is recorded.
    """

    def hear(**sent: Any) -> Any:
        url, operation = sent["request"].url, sent["event_name"].rpartition(".")[2]
        told = next((one for one in answers if one["operation"] == operation), None)
        if operation == "GetSecretValue":
            return _answer(url, 200, {}, json.dumps({"SecretString": json.dumps({"current": "k" * 64})}).encode())
        if told is None:
            return _answer(url, 200, {}, b'{"MessageId": "provider-1"}')
        answers.remove(told)
        return _answer(url, told["status"], told["headers"], base64.b64decode(told["body"]))

    session.register("before-send", hear)


def milliseconds(handler: Callable[[Any, Any], object], event: Any) -> float:
    """What a handler takes of the processor for an event."""
    context = SimpleNamespace(
        function_name="one", memory_limit_in_mb=512, invoked_function_arn="arn:one", aws_request_id="one"
    )
    begun = time.process_time()
    handler(event, context)
    return (time.process_time() - begun) * 1000
