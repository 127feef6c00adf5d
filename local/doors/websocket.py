"""API Gateway WebSocket APIs: `$connect`, routes by a selection expression, route responses, `@connections`.

Event shapes and quotas: "Working with WebSocket APIs" and "Quotas for WebSocket APIs" in the API Gateway
developer guide: two hours a connection, ten minutes idle, 128 KB a message.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from local.cloudformation.account import REGION
from local.cloudformation.stack import AwsCall, Stack
from local.cloudformation.template import Resource
from local.doors.wire import Background, common_log_time, error, iso, short_id

log = logging.getLogger(__name__)

MAX_MESSAGE = 128 * 1024
MAX_SECONDS = 2 * 3600.0
IDLE_SECONDS = 600.0
POST_SECONDS = 5.0
INTEGRATION_SECONDS = 29.0
AT_ONCE = 32
"""Messages of one connection that functions work on at the same time; the next ones wait."""

CONNECTION = re.compile(r"@connections/([^/?]+)")


@dataclass(frozen=True)
class Route:
    key: str
    function: str
    answers: bool
    """Whether the function's body goes back to the client (a route response)."""
    seconds: float


@dataclass(frozen=True)
class Api:
    id: str
    stage: str
    selection: list[str]
    """Path into the message's JSON body: `$request.body.action` → ["action"]."""
    routes: dict[str, Route]

    def route(self, text: str) -> Route | None:
        value: Any = _json(text)
        for name in self.selection:
            value = value.get(name) if isinstance(value, dict) else None
        key = value if isinstance(value, str) else json.dumps(value)
        named = None if key.startswith("$") else self.routes.get(key)
        return named or self.routes.get("$default")


@dataclass
class Connection:
    id: str
    api: Api
    source_ip: str
    user_agent: str
    opened: float
    active: float
    socket: web.WebSocketResponse | None = None
    """None until `$connect` has let the client in."""
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def touch(self) -> None:
        self.active = time.time()

    @property
    def seconds_left(self) -> float:
        return min(self.opened + MAX_SECONDS, self.active + IDLE_SECONDS) - time.time()


class WebSocketApis:
    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._apis = {
            resource.physical_id: _api(resource)
            for resource in stack.resources("AWS::Serverless::WebSocketApi").values()
        }
        self._connections: dict[str, Connection] = {}
        self._background = Background()
        stack.serve("execute-api", "*", self.manage)

    def has(self, api_id: str) -> bool:
        return api_id in self._apis

    async def close(self) -> None:
        for connection in list(self._connections.values()):
            if connection.socket is not None:
                await connection.socket.close(code=WSCloseCode.GOING_AWAY, message=b"Going away")
        await self._background.close()

    async def connect(self, api_id: str, stage: str, request: web.Request) -> web.StreamResponse:
        """One connection, from handshake to end. The handshake waits for `$connect` and its status."""
        api = self._apis[api_id]
        if stage.strip("/") != api.stage:
            return web.json_response({"message": "Forbidden"}, status=403)
        if not web.WebSocketResponse().can_prepare(request):
            return web.json_response({"message": "Upgrade Required"}, status=426)
        now = time.time()
        id_ = base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()
        user_agent = request.headers.get("User-Agent", "")
        connection = Connection(id_, api, request.remote or "127.0.0.1", user_agent, now, now)
        status, protocol = await self._let_in(connection, request)
        if not 200 <= status < 300:
            text = "Internal server error" if status >= 500 else "Forbidden"
            return web.json_response({"message": text, "connectionId": id_}, status=status)
        socket = web.WebSocketResponse(
            max_msg_size=MAX_MESSAGE + 1, protocols=(protocol,) if protocol else (), timeout=2.0
        )
        await socket.prepare(request)
        connection.socket = socket
        connection.touch()
        self._connections[id_] = connection
        try:
            await self._listen(connection, socket)
        finally:
            del self._connections[id_]
            self._background.start(self._tell_disconnect(connection, socket.close_code))
        return socket

    async def manage(self, call: AwsCall) -> web.Response:
        """PostToConnection, GetConnection, DeleteConnection: `[/…]/@connections/{id}`."""
        found = CONNECTION.search(call.path)
        connection = self._connections.get(unquote(found[1])) if found else None
        if connection is None or connection.socket is None or connection.socket.closed:
            return error(410, "GoneException", "Gone")
        match call.method:
            case "POST":
                return await self._post(connection, connection.socket, call.body)
            case "GET":
                return web.json_response(_described(connection))
            case "DELETE":
                await connection.socket.close(code=WSCloseCode.OK, message=b"Connection Closed Normally")
                return web.Response(status=204)
            case _:
                return error(403, "ForbiddenException", "Forbidden")

    async def _post(self, connection: Connection, socket: web.WebSocketResponse, body: bytes) -> web.Response:
        if len(body) > MAX_MESSAGE:
            return error(413, "PayloadTooLargeException", "Payload Too Large")
        try:
            await asyncio.wait_for(socket.send_str(body.decode("utf-8", "replace")), POST_SECONDS)
        except TimeoutError:
            return error(429, "LimitExceededException", "The client does not read what it is sent.")
        except ConnectionError:
            return error(410, "GoneException", "Gone")
        connection.touch()
        return web.Response(status=200)

    async def _let_in(self, connection: Connection, request: web.Request) -> tuple[int, str]:
        """Status and subprotocol that `$connect` answers; without that route everyone is let in."""
        route = connection.api.routes.get("$connect")
        if route is None:
            return 200, ""
        event = _event(connection, "$connect", "CONNECT") | _handshake(request)
        answer = await self._call(route, event)
        if answer is None:
            return 502, ""
        status = answer.get("statusCode", 200)
        if not isinstance(status, int) or not 200 <= status < 600:
            return 502, ""
        headers = {str(name).lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
        return status, headers.get("sec-websocket-protocol", "")

    async def _listen(self, connection: Connection, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            left = connection.seconds_left
            if left <= 0:
                await socket.close(code=WSCloseCode.GOING_AWAY, message=b"Going away")
                return
            try:
                message: WSMessage = await socket.receive(timeout=left)
            except TimeoutError:
                continue
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            connection.touch()
            if message.type == WSMsgType.BINARY:
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"Binary is not supported")
                return
            await connection.places.acquire()
            self._background.start(self._handle(connection, socket, message.data))

    async def _handle(self, connection: Connection, socket: web.WebSocketResponse, text: str) -> None:
        """One message: API Gateway works on a connection's messages side by side, without order."""
        try:
            route = connection.api.route(text)
            key = route.key if route else "$default"
            event = _event(connection, key, "MESSAGE") | {"body": text}
            failure = {"connectionId": connection.id, "requestId": event["requestContext"]["requestId"]}
            if route is None:
                await _send(socket, json.dumps({"message": "Forbidden"} | failure))
                return
            answer = await self._call(route, event)
            if answer is None:
                await _send(socket, json.dumps({"message": "Internal server error"} | failure))
            elif route.answers and (body := answer.get("body")) is not None:
                await _send(socket, body if isinstance(body, str) else json.dumps(body))
        finally:
            connection.places.release()

    async def _tell_disconnect(self, connection: Connection, code: int | None) -> None:
        if route := connection.api.routes.get("$disconnect"):
            event = _event(connection, "$disconnect", "DISCONNECT")
            event["requestContext"]["disconnectStatusCode"] = code or 1006
            event["requestContext"]["disconnectReason"] = ""
            await self._call(route, event)

    async def _call(self, route: Route, event: dict[str, Any]) -> dict[str, Any] | None:
        """The function's answer; None when it failed, was late or answered what is no object."""
        invocation = asyncio.ensure_future(self._stack.invoke(route.function, json.dumps(event).encode()))
        try:
            result = await asyncio.wait_for(asyncio.shield(invocation), route.seconds)
        except TimeoutError:
            return None
        if result.error:
            return None
        answer = _json(result.payload)
        if answer is None:
            return {}
        return answer if isinstance(answer, dict) else None


def _api(resource: Resource) -> Api:
    properties = resource.properties
    expression = str(properties.get("RouteSelectionExpression", "$request.body.action"))
    selection = expression.strip("${}").removeprefix("request.body").strip(".").split(".")
    routes = {
        str(key): Route(
            str(key),
            str(values["FunctionArn"]),
            bool(values.get("RouteResponseSelectionExpression")),
            min(float(values.get("IntegrationTimeout", 29000)) / 1000, INTEGRATION_SECONDS),
        )
        for key, values in properties["Routes"].items()
    }
    return Api(resource.physical_id, str(properties.get("StageName", "default")), selection, routes)


def _event(connection: Connection, route_key: str, event_type: str) -> dict[str, Any]:
    now = time.time()
    request_id = short_id()
    context: dict[str, Any] = {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": common_log_time(now),
        "messageDirection": "IN",
        "stage": connection.api.stage,
        "connectedAt": int(connection.opened * 1000),
        "requestTimeEpoch": int(now * 1000),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "requestId": request_id,
        "domainName": f"{connection.api.id}.execute-api.{REGION}.amazonaws.com",
        "connectionId": connection.id,
        "apiId": connection.api.id,
    }
    if event_type == "MESSAGE":
        context["messageId"] = uuid.uuid4().hex[:15] + "="
    return {"requestContext": context, "isBase64Encoded": False}


def _handshake(request: web.Request) -> dict[str, Any]:
    """What only `$connect` gets: headers and query, each also with all its values."""
    event: dict[str, Any] = {
        "headers": {name: request.headers.getall(name)[-1] for name in request.headers},
        "multiValueHeaders": {name: request.headers.getall(name) for name in request.headers},
    }
    if request.query:
        event["queryStringParameters"] = {name: request.query.getall(name)[-1] for name in request.query}
        event["multiValueQueryStringParameters"] = {name: request.query.getall(name) for name in request.query}
    return event


def _described(connection: Connection) -> dict[str, Any]:
    return {
        "connectedAt": iso(connection.opened),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "lastActiveAt": iso(connection.active),
    }


async def _send(socket: web.WebSocketResponse, text: str) -> None:
    if socket.closed:
        return
    try:
        await socket.send_str(text)
    except ConnectionError as gone:
        log.debug("the client left before its answer: %s", gone)


def _json(text: str | bytes) -> Any:
    """The value, or None when it is not JSON (nested too deep counts as not JSON)."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
