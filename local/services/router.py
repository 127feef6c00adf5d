"""The `aws` door: one address for every AWS service, told apart, counted by function and handed on.

Invoke goes to the local functions, Step Functions to moto's engine, what a door serves to the door, and everything
else to ministack.
"""

import asyncio
import json
import re
import time
import urllib.parse
import uuid
from collections import Counter

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.awslambda.functions import Functions
from local.cloudformation.account import REGION
from local.cloudformation.data_plane import AUTHORIZATION
from local.cloudformation.stack import AwsCall, Stack
from local.machine.guard import own_pages_only
from local.services.calls import credential, operation, presigned
from local.services.faults import Fault, Faults

LARGEST_BODY = 128 * 1024 * 1024
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}
INVOKE = re.compile(r"^/2015-03-31/functions/([^/]+)/invocations")
EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
CONNECTIONS = re.compile(r"/@connections/")


class Router:
    def __init__(self, stack: Stack, functions: Functions, faults: Faults) -> None:
        self._stack = stack
        self._functions = functions
        self._faults = faults
        self._session: aiohttp.ClientSession | None = None

    def application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[own_pages_only])
        app.router.add_route("*", "/{path:.*}", self._answer)
        app.cleanup_ctx.append(self._connect)
        return app

    async def _connect(self, _: web.Application):  # type: ignore[no-untyped-def]
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
        # A task token wait or a long poll may take as long as it likes.
        timeout = aiohttp.ClientTimeout(total=None)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False)
        yield
        await self._session.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = await self._call(request)
        self._stack.counts.setdefault(call.function or call.access_key, Counter())[call.name] += 1
        fault = self._faults.strike(call) if call.function else None
        if fault and fault.when == "before" and (end := await self._harm(fault, request)):
            return end
        answer = await self._hand_on(call, request)
        if fault and fault.when == "after" and (end := await self._harm(fault, request)):
            return end
        return answer

    async def _call(self, request: web.Request) -> AwsCall:
        body = await request.read()
        path = request.raw_path
        key, service = credential(request.headers, path)
        if CONNECTIONS.search(path):
            service = "execute-api"
        return AwsCall(
            access_key=key,
            function=self._stack.keys.get(key),
            service=service,
            operation=operation(service, request.method, path, request.headers, body),
            method=request.method,
            path=path,
            headers=request.headers,
            body=body,
        )

    async def _harm(self, fault: Fault, request: web.Request) -> web.Response | None:
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
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    async def _hand_on(self, call: AwsCall, request: web.Request) -> web.StreamResponse:
        stand_in = self._stack.stand_ins.get((call.service, call.operation))
        if stand_in is None:
            stand_in = self._stack.stand_ins.get((call.service, "*"))
        if stand_in:
            return await stand_in(call)
        if call.service == "lambda" and (match := INVOKE.match(call.path)):
            function = urllib.parse.unquote(match[1])
            if self._functions.has(function):
                return await self._invoke(function, call)
        base = self._stack.urls["stepfunctions" if call.service == "states" else "ministack"]
        return await self._forward(base, call)

    async def _invoke(self, function: str, call: AwsCall) -> web.Response:
        match call.headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "Event":
                await self._functions.invoke_async(function, call.body)
                return web.Response(status=202, headers={"x-amzn-RequestId": str(uuid.uuid4())})
            case "DryRun":
                return web.Response(status=204)
        invocation = await self._functions.invoke(function, call.body or b"{}")
        headers = {"x-amzn-RequestId": invocation.request_id, "X-Amz-Executed-Version": "$LATEST"}
        if invocation.error:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return web.Response(body=invocation.payload, headers=headers, content_type="application/json")

    async def _forward(self, base: str, call: AwsCall) -> web.Response:
        headers = CIMultiDict(
            (name, value)
            for name, value in call.headers.items()
            if name.lower() not in HOP_BY_HOP and name.lower() != "expect"
        )
        if self._session is None:
            raise RuntimeError("the router has not started")
        path = call.path
        if url := presigned(path):
            # ministack would look the key up among its own; what is signed here is signed by the stack.
            if url.expires_at < time.time():
                return web.Response(status=403, text=EXPIRED, content_type="application/xml")
            path = url.path
            headers["Authorization"] = AUTHORIZATION.format(key="runner", region=REGION, service="s3")
        try:
            async with self._session.request(
                call.method,
                URL(base + path, encoded=True),
                data=call.body or None,
                headers=headers,
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
                kept = CIMultiDict(
                    (name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP
                )
                if call.method == "HEAD" and (length := answer.headers.get("Content-Length")):
                    kept["Content-Length"] = length
                return web.Response(status=answer.status, body=body, headers=kept)
        except aiohttp.ClientError as error:
            return _failure(503, "ServiceUnavailable", f"{base} does not answer: {error}")


def _failure(status: int, code: str, message: str) -> web.Response:
    body = json.dumps({"__type": code, "message": message, "Type": "Service", "Code": code})
    return web.Response(status=status, text=body, content_type="application/json", headers={"x-amzn-ErrorType": code})
