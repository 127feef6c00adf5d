"""Runs ministack with the guard before it, and with no more of it than the stack uses.

    python -m local.services.data AWS::DynamoDB::Table AWS::SQS::Queue

By its own Python, which has nothing else of ours. Its SERVICES says which services answer; the arguments are the types
its CloudFormation makes, which would otherwise make what is switched off. Its administration is shut.
"""

import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from importlib import import_module
from typing import Any

from local.machine.guard import Guard

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

HEALTH = "/_ministack/health"
ADMINISTRATION = ("/_ministack/", "/_localstack/")
SHUT = b'{"error": "this is not for use here"}'


def guarded(app: App, guard: Guard) -> App:
    """The ASGI application that lets in whom the guard does."""

    async def ask(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        match scope["type"]:
            case "http":
                fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
                path = str(scope["path"])
                refusal = guard.refusal(scope["method"], path, lambda name: fields.get(name.lower()))
                if refusal is None and path.startswith(ADMINISTRATION) and path != HEALTH:
                    refusal = SHUT
                if refusal is None:
                    await app(scope, receive, send)
                    return
                headers = [(b"content-type", b"application/json"), (b"content-length", str(len(refusal)).encode())]
                await send({"type": "http.response.start", "status": 403, "headers": headers})
                await send({"type": "http.response.body", "body": refusal})
            case "lifespan":
                await app(scope, receive, send)
            case _:
                # Sockets: none is in use. Closed before it was accepted, it is answered by 403.
                await receive()
                await send({"type": "websocket.close"})

    return ask


def keep_to(types: Iterable[str]) -> None:
    """Leave ministack's CloudFormation only these. Ends with AttributeError when it no longer has what is cut."""
    makers: dict[str, Any] = import_module("ministack.services.cloudformation.provisioners")._RESOURCE_HANDLERS
    for each in set(makers) - set(types):
        del makers[each]


if __name__ == "__main__":
    ministack: Any = import_module("ministack.app")
    keep_to(sys.argv[1:])
    del sys.argv[1:]
    ministack.app = guarded(ministack.app, Guard())
    ministack.main()
