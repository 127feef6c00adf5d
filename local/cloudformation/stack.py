"""The running stack as its parts see it, and the values that pass between them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from aiohttp import web

from local.cloudformation.data_plane import DataPlane
from local.cloudformation.settings import Settings
from local.cloudformation.template import Resource, Template


@dataclass(frozen=True)
class Invocation:
    """How one invocation of a function ended.

    `error` is None or the error's name: "Unhandled" (the function raised; the payload is its error object),
    "Timeout", "Runtime.ExitError" (the process ended).
    """

    payload: bytes
    error: str | None
    request_id: str
    milliseconds: float


@dataclass(frozen=True)
class AwsCall:
    """One AWS request as it came to the router."""

    access_key: str
    function: str | None
    """Logical id of the function whose key signed it; None for anybody else."""
    service: str
    """Signing name of the service: dynamodb, sqs, ses, sms-voice, execute-api …"""
    operation: str
    method: str
    path: str
    """With its query string."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"


AwsHandler = Callable[[AwsCall], Awaitable[web.Response]]


class Invoker(Protocol):
    """What runs functions (local/awslambda/functions.py)."""

    async def invoke(self, function: str, payload: bytes) -> Invocation: ...

    async def invoke_async(self, function: str, payload: bytes) -> None: ...


@dataclass
class Stack:
    """The running stack, as a door sees it.

    `urls` has, besides the doors' own (smtp, mailbox, sms, phone, chat, desk, the processes' …), the bases `pages`,
    `gateway`, `aws`, `ministack`, `stepfunctions`, `issuer` and `runner`, none with a trailing slash.
    `ports` has pages, gateway, aws, stepfunctions, ministack, smtp and the processes'.
    """

    template: Template
    settings: Settings
    ports: dict[str, int]
    urls: dict[str, str]
    invoker: Invoker | None = None
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    """Logical id of a function (or access key of anybody else) → calls by "service:Operation"."""
    keys: dict[str, str] = field(default_factory=dict)
    """Access key → logical id of the function that holds it."""
    stand_ins: dict[tuple[str, str], AwsHandler] = field(default_factory=dict)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        """Invoke by logical id, physical name or ARN (an alias or version is ignored) and wait for the end.

        Raises LookupError when the template has no such function.
        """
        return await self._invoker().invoke(function, payload)

    async def invoke_async(self, function: str, payload: bytes) -> None:
        """Put the event on the function's asynchronous queue: two retries, then its OnFailure destination."""
        await self._invoker().invoke_async(function, payload)

    @cached_property
    def plane(self) -> DataPlane:
        """ministack, called with the runner's own key; the runner opens and closes it."""
        return DataPlane(self.urls["ministack"])

    def resources(self, type_: str) -> dict[str, Resource]:
        """The template's resources of a type, by logical id; those whose condition is false are absent."""
        return {r.logical_id: r for r in self.template.resources.values() if r.type == type_}

    def serve(self, service: str, operation: str, handler: AwsHandler) -> None:
        """Answer an operation here instead of handing it to ministack; operation "*" takes all of a service."""
        self.stand_ins[service, operation] = handler

    def _invoker(self) -> Invoker:
        if self.invoker is None:
            raise RuntimeError("functions are not running yet")
        return self.invoker
