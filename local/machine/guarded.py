"""The guard before a web application."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.machine.guard import Guard


def guarded(guard: Guard) -> Middleware:
    """A middleware of web.Application."""

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        if refusal := guard.refusal(request.method, request.raw_path, request.headers.get):
            return web.Response(body=refusal, status=403, content_type="application/json")
        return await handler(request)

    return refuse
