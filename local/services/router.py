"""The `aws` door: one address for every AWS service, told apart, counted by function and handed on.

A function is refused what its role in the template does not allow. Invoke goes to the local functions, Step Functions
to moto's engine, what a door serves to the door, and everything else to ministack.
"""

import asyncio
import json
import re
import time
import urllib.parse
import uuid
from collections import Counter

from aiohttp import web

from local.awslambda.functions import Functions
from local.cloudformation.account import REGION
from local.cloudformation.data_plane import AUTHORIZATION
from local.cloudformation.stack import AwsCall, Stack
from local.machine.guard import Guard
from local.machine.http import HOP_BY_HOP, Answer, NoAnswer, Request, Server, Upstream
from local.services.calls import credential, operation, presigned
from local.services.faults import Fault, Faults
from local.services.permissions import Permissions, denied, values_of

LARGEST_BODY = 128 * 1024 * 1024
INVOKE = re.compile(r"^/2015-03-31/functions/([^/]+)/invocations")
EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
CONNECTIONS = re.compile(r"/@connections/")


class Router:
    def __init__(self, stack: Stack, functions: Functions, faults: Faults, permissions: Permissions) -> None:
        self._stack = stack
        self._functions = functions
        self._faults = faults
        self._permissions = permissions
        self._server = Server(self._answer, LARGEST_BODY, guard=Guard(linked=_is_file))
        self._upstreams = {name: Upstream(stack.urls[name]) for name in ("ministack", "stepfunctions")}

    async def open(self) -> None:
        """Raises OSError when the port cannot be had."""
        await self._server.open(self._stack.ports["aws"])

    async def close(self) -> None:
        await self._server.close()
        for upstream in self._upstreams.values():
            upstream.close()

    async def _answer(self, request: Request) -> Answer:
        call = self._call(request)
        self._stack.counts.setdefault(call.function or call.access_key, Counter())[call.name] += 1
        if call.function and (
            why := self._permissions.refusal(call.function, call.service, call.operation, values_of(call))
        ):
            return denied(call.service, why)
        fault = self._faults.strike(call) if call.function else None
        if fault and fault.when == "before" and (end := await self._harm(fault, request)):
            return end
        answer = await self._hand_on(call)
        if fault and fault.when == "after" and (end := await self._harm(fault, request)):
            return end
        return answer

    def _call(self, request: Request) -> AwsCall:
        path = request.target
        key, service = credential(request.headers, path)
        if CONNECTIONS.search(path):
            service = "execute-api"
        return AwsCall(
            access_key=key,
            function=self._stack.keys.get(key),
            service=service,
            operation=operation(service, request.method, path, request.headers, request.body),
            method=request.method,
            path=path,
            headers=request.headers,
            body=request.body,
        )

    async def _harm(self, fault: Fault, request: Request) -> Answer | None:
        """What ends the call in place of its own answer; None when it goes on."""
        match fault.action:
            case "delay":
                await asyncio.sleep(fault.seconds)
                return None
            case "error":
                status = 500 if fault.code == "InternalFailure" else 400
                return _failure(status, fault.code, f"an armed fault, {fault.when} the call")
        if environment := self._functions.environment(request.headers.get("X-Amz-Security-Token", "")):
            environment.kill()
        else:
            self._functions.kill(fault.function)
        request.abort()
        return Answer(500)

    async def _hand_on(self, call: AwsCall) -> Answer:
        stand_in = self._stack.stand_ins.get((call.service, call.operation))
        if stand_in is None:
            stand_in = self._stack.stand_ins.get((call.service, "*"))
        if stand_in:
            return _answer(await stand_in(call))
        if call.service == "lambda" and (match := INVOKE.match(call.path)):
            function = urllib.parse.unquote(match[1])
            if self._functions.has(function):
                return await self._invoke(function, call)
        return await self._forward("stepfunctions" if call.service == "states" else "ministack", call)

    async def _invoke(self, function: str, call: AwsCall) -> Answer:
        match call.headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "Event":
                await self._functions.invoke_async(function, call.body)
                return Answer(202, [("x-amzn-RequestId", str(uuid.uuid4()))])
            case "DryRun":
                return Answer(204)
        invocation = await self._functions.invoke(function, call.body or b"{}")
        headers = [
            ("Content-Type", "application/json"),
            ("x-amzn-RequestId", invocation.request_id),
            ("X-Amz-Executed-Version", "$LATEST"),
        ]
        if invocation.error:
            headers.append(("X-Amz-Function-Error", "Unhandled"))
        return Answer(200, headers, invocation.payload)

    async def _forward(self, name: str, call: AwsCall) -> Answer:
        """Waits as long as it takes: so does a long poll."""
        target, left_out = call.path, HOP_BY_HOP
        signature = []
        if url := presigned(target):
            # ministack would look the key up among its own; what is signed here is signed by the stack.
            if url.expires_at < time.time():
                return Answer(403, [("Content-Type", "application/xml")], EXPIRED)
            # Nor does it know that a person followed it.
            target, left_out = url.path, HOP_BY_HOP | {"authorization", "sec-fetch-site"}
            signature = [("Authorization", AUTHORIZATION.format(key="runner", region=REGION, service="s3"))]
        headers = [each for each in call.headers.items() if each[0].lower() not in left_out]
        try:
            return await self._upstreams[name].ask(call.method, target, headers + signature, call.body)
        except NoAnswer as error:
            return _failure(503, "ServiceUnavailable", f"{name} does not answer: {error}")


def _is_file(target: str) -> bool:
    """People get presigned links to files; all else that a link could ask is for programs."""
    return presigned(target) is not None and credential({}, target)[1] in ("s3", "")


def _answer(response: web.Response) -> Answer:
    """What a door answers."""
    body = response.body if isinstance(response.body, bytes) else b""
    return Answer(response.status, response.headers.items(), body)


def _failure(status: int, code: str, message: str) -> Answer:
    body = json.dumps({"__type": code, "message": message, "Type": "Service", "Code": code})
    return Answer(status, [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)], body.encode())
