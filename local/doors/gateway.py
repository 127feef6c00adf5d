"""What answers on the gateway port: sign-in, the template's HTTP APIs and WebSocket APIs, `@connections`."""

from __future__ import annotations

import aiohttp
from aiohttp import web
from yarl import URL

from local.cloudformation.stack import Stack
from local.doors.http_api import HttpApis
from local.doors.issuer import Issuer, add_issuer_routes
from local.doors.websocket import WebSocketApis
from local.doors.wire import error

HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}


def add_gateway_routes(
    app: web.Application, stack: Stack, issuer: Issuer, http_apis: HttpApis, web_sockets: WebSocketApis
) -> None:
    """APIs answer at `/{api id}[/{stage}]/…`, the issuer at the base that the stack gives it."""
    add_issuer_routes(app, issuer)

    async def connections(request: web.Request) -> web.StreamResponse:
        """Signed requests take the way of every AWS call, where calls are counted and faults armed."""
        path = request.rel_url.raw_path_qs
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        body = await request.read()
        url = URL(stack.urls["aws"] + path, encoded=True)
        try:
            async with (
                aiohttp.ClientSession(auto_decompress=False) as session,
                session.request(request.method, url, headers=headers, data=body) as answer,
            ):
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)
        except aiohttp.ClientError as failure:
            return error(503, "ServiceUnavailable", str(failure))

    async def api(request: web.Request) -> web.StreamResponse:
        api_id, rest = request.match_info["api_id"], request.match_info["rest"]
        if web_sockets.has(api_id):
            return await web_sockets.connect(api_id, rest, request)
        return await http_apis.answer(api_id, request)

    app.router.add_route("*", "/{prefix:.*}@connections/{connection_id}", connections)
    app.router.add_route("*", "/{api_id:[^/]+}{slash:/?}{rest:.*}", api)
