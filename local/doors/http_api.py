"""API Gateway HTTP APIs: routes of the template's functions, payload format 2.0, JWT authorizers, CORS.

Errors are API Gateway's: 404 without a route, 401 and 403 by the authorizer, 500 when the function fails or
answers what is no response, 503 after the integration's time-out.
Shapes: "Working with AWS Lambda proxy integrations for HTTP APIs" and "Controlling access to HTTP APIs with
JWT authorizers" in the API Gateway developer guide.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import logging
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from local.cloudformation.account import ACCOUNT, REGION
from local.cloudformation.stack import Stack
from local.cloudformation.template import Resource
from local.doors.jwt_authorizer import JwtAuthorizer, Unauthorized
from local.doors.wire import common_log_time, short_id

log = logging.getLogger(__name__)

MAX_BODY = 10 * 1024 * 1024
MAX_SECONDS = 30.0
TEXT_TYPES = (
    "application/json",
    "application/xml",
    "application/javascript",
    "application/x-www-form-urlencoded",
)


@dataclass(frozen=True)
class Route:
    """`method` is an HTTP method or ANY; `path` None is the $default route."""

    key: str
    method: str
    path: str | None
    function: str
    authorizer: str | None
    scopes: tuple[str, ...]
    seconds: float

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Path parameters, or None. `{name}` stands for one segment, `{name+}` for the rest."""
        if self.method not in (method, "ANY"):
            return None
        if self.path is None:
            return {}
        pattern = re.sub(
            r"\\\{(\w+)(\\\+)?\\\}",
            lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})",
            re.escape(self.path),
        )
        found = re.fullmatch(pattern, path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None

    @property
    def precedence(self) -> tuple[bool, bool, int, bool]:
        """API Gateway's order: a full match, then a greedy one, then $default; a method before ANY."""
        path = self.path or ""
        return self.path is None, "+}" in path, path.count("{"), self.method == "ANY"


@dataclass(frozen=True)
class Cors:
    """What is answered to an origin; the guard has let none in but this machine's own pages."""

    everyone: bool
    headers: str
    methods: str
    expose: str
    credentials: bool
    max_age: int | None

    def for_origin(self, origin: str | None) -> dict[str, str]:
        if origin is None:
            return {}
        answer = {"access-control-allow-origin": "*" if self.everyone else origin}
        if self.expose:
            answer["access-control-expose-headers"] = self.expose
        if self.credentials:
            answer["access-control-allow-credentials"] = "true"
        return answer

    def preflight(self, origin: str | None) -> dict[str, str]:
        answer = self.for_origin(origin)
        if answer:
            answer["access-control-allow-methods"] = self.methods
            answer["access-control-allow-headers"] = self.headers
            if self.max_age is not None:
                answer["access-control-max-age"] = str(self.max_age)
        return answer


@dataclass(frozen=True)
class Api:
    id: str
    stage: str
    routes: list[Route]
    authorizers: dict[str, JwtAuthorizer]
    cors: Cors | None


class HttpApis:
    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._apis = {
            resource.physical_id: _api(stack, resource)
            for resource in stack.resources("AWS::Serverless::HttpApi").values()
        }

    async def close(self) -> None:
        for api in self._apis.values():
            for authorizer in api.authorizers.values():
                await authorizer.close()

    async def answer(self, api_id: str, request: web.Request) -> web.StreamResponse:
        """The path is /{api id}, then the stage when it has a name, then the route's path."""
        api = self._apis.get(api_id)
        if api is None:
            return _message(403, "Forbidden")
        cors = api.cors.for_origin(request.headers.get("Origin")) if api.cors else {}
        if api.cors and request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return web.Response(status=204, headers=api.cors.preflight(request.headers.get("Origin")))
        response = await self._route(api, request)
        response.headers.update(cors)
        return response

    async def _route(self, api: Api, request: web.Request) -> web.Response:
        raw_path = request.rel_url.raw_path.removeprefix(f"/{api.id}") or "/"
        within = raw_path
        if api.stage != "$default":
            first, _, rest = raw_path.lstrip("/").partition("/")
            if first != api.stage:
                return _message(404, "Not Found")
            within = f"/{rest}"
        for route in api.routes:
            parameters = route.match(request.method, within)
            if parameters is None:
                continue
            try:
                authorizer = await _authorize(api, route, request)
            except Unauthorized as refusal:
                return refusal.response()
            return await self._call(api, route, raw_path, parameters, authorizer, request)
        return _message(404, "Not Found")

    async def _call(
        self,
        api: Api,
        route: Route,
        raw_path: str,
        parameters: dict[str, str],
        authorizer: dict[str, Any] | None,
        request: web.Request,
    ) -> web.Response:
        body = await _read(request)
        if body is None:
            return _message(413, "Request Entity Too Large")
        event = _event(api, route, raw_path, parameters, authorizer, request, body)
        invocation = asyncio.ensure_future(self._stack.invoke(route.function, json.dumps(event).encode()))
        try:
            result = await asyncio.wait_for(asyncio.shield(invocation), route.seconds)
        except TimeoutError:
            return _message(503, "Service Unavailable")
        if result.error:
            return _message(500, "Internal Server Error")
        return _response(result.payload)


def _api(stack: Stack, resource: Resource) -> Api:
    properties = resource.properties
    auth = properties.get("Auth") or {}
    authorizers = {
        name: JwtAuthorizer(
            values["JwtConfiguration"]["issuer"],
            tuple(values["JwtConfiguration"].get("audience") or ()),
            values.get("IdentitySource", "$request.header.Authorization"),
        )
        for name, values in (auth.get("Authorizers") or {}).items()
        if "JwtConfiguration" in values
    }
    routes = [
        _route(event["Properties"] or {}, function, auth)
        for function in stack.resources("AWS::Serverless::Function").values()
        for event in (function.properties.get("Events") or {}).values()
        if event["Type"] == "HttpApi"
        and (event.get("Properties") or {}).get("ApiId") in (resource.physical_id, resource.logical_id)
    ]
    return Api(
        resource.physical_id,
        properties.get("StageName", "$default"),
        sorted(routes, key=lambda route: route.precedence),
        authorizers,
        _cors(properties.get("CorsConfiguration")),
    )


def _route(event: dict[str, Any], function: Resource, auth: dict[str, Any]) -> Route:
    path, method = event.get("Path"), str(event.get("Method", "ANY")).upper()
    method = "ANY" if method in ("X-AMAZON-APIGATEWAY-ANY-METHOD", "*") else method
    own = event.get("Auth") or {}
    authorizer = own.get("Authorizer", auth.get("DefaultAuthorizer"))
    return Route(
        f"{method} {path}" if path and path != "$default" else "$default",
        method,
        path if path and path != "$default" else None,
        function.logical_id,
        None if authorizer == "NONE" else authorizer,
        tuple(own.get("AuthorizationScopes") or _of_all(auth, authorizer).get("AuthorizationScopes") or ()),
        min(float(event.get("TimeoutInMillis", 30000)) / 1000, MAX_SECONDS),
    )


def _of_all(auth: dict[str, Any], authorizer: str | None) -> dict[str, Any]:
    """What the API says of an authorizer for all its routes."""
    found: dict[str, Any] = (auth.get("Authorizers") or {}).get(authorizer) or {}
    return found


def _cors(configuration: Any) -> Cors | None:
    """The pages come from this machine here, and from no origin that the template allows."""
    if not configuration:
        return None
    values = configuration if isinstance(configuration, dict) else {}
    everything = ["*"] if configuration is True else []
    return Cors(
        "*" in values.get("AllowOrigins", everything),
        ",".join(values.get("AllowHeaders", everything)),
        ",".join(values.get("AllowMethods", everything)),
        ",".join(values.get("ExposeHeaders", [])),
        bool(values.get("AllowCredentials", False)),
        values.get("MaxAge"),
    )


async def _authorize(api: Api, route: Route, request: web.Request) -> dict[str, Any] | None:
    if route.authorizer is None:
        return None
    authorizer = api.authorizers.get(route.authorizer)
    if authorizer is None:
        raise Unauthorized(500, "Internal Server Error")
    return await authorizer.authorize(request, route.scopes)


async def _read(request: web.Request) -> bytes | None:
    """The body, or None when it is larger than API Gateway takes."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > MAX_BODY:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _event(
    api: Api,
    route: Route,
    raw_path: str,
    parameters: dict[str, str],
    authorizer: dict[str, Any] | None,
    request: web.Request,
    body: bytes,
) -> dict[str, Any]:
    now = time.time()
    domain = f"{api.id}.execute-api.{REGION}.amazonaws.com"
    headers = {name: ",".join(request.headers.getall(name)) for name in _lower_names(request)}
    context: dict[str, Any] = {
        "accountId": ACCOUNT,
        "apiId": api.id,
        "domainName": domain,
        "domainPrefix": api.id,
        "http": {
            "method": request.method,
            "path": raw_path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.remote or "127.0.0.1",
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": short_id(),
        "routeKey": route.key,
        "stage": api.stage,
        "time": common_log_time(now),
        "timeEpoch": int(now * 1000),
    }
    if authorizer is not None:
        context["authorizer"] = {"jwt": authorizer}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": raw_path,
        "rawQueryString": request.rel_url.raw_query_string,
        "headers": {name: value for name, value in headers.items() if name != "cookie"},
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if request.query:
        query = {name: ",".join(request.query.getall(name)) for name in request.query}
        event["queryStringParameters"] = query
    if "cookie" in headers:
        event["cookies"] = [part.strip() for part in headers["cookie"].split(";")]
    if parameters:
        event["pathParameters"] = parameters
    if body:
        text = _as_text(body, request.content_type)
        event["isBase64Encoded"] = text is None
        event["body"] = base64.b64encode(body).decode() if text is None else text
    return event


def _lower_names(request: web.Request) -> list[str]:
    return list(dict.fromkeys(name.lower() for name in request.headers))


def _as_text(body: bytes, content_type: str) -> str | None:
    if not content_type.startswith("text/") and content_type not in TEXT_TYPES and not content_type.endswith("+json"):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _response(payload: bytes) -> web.Response:
    """A response of format 2.0; an answer without statusCode is the body of a 200."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return _message(500, "Internal Server Error")
    if not isinstance(answer, dict) or "statusCode" not in answer:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return web.Response(text=text, content_type="application/json")
    try:
        body = answer.get("body") or ""
        text = body if isinstance(body, str) else json.dumps(body)
        content = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()
        response = web.Response(status=int(answer["statusCode"]), body=content)
    except (ValueError, TypeError, binascii.Error) as wrong:
        log.warning("the function's answer is no HTTP response: %s", wrong)
        return _message(500, "Internal Server Error")
    headers = {str(name).lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
    response.headers["content-type"] = headers.pop("content-type", "text/plain;charset=utf-8")
    headers.pop("content-length", None)
    response.headers.update(headers)
    for cookie in answer.get("cookies") or []:
        response.headers.add("set-cookie", str(cookie))
    return response


def _message(status: int, text: str) -> web.Response:
    return web.json_response({"message": text}, status=status)
