"""Keeps other people's web pages, open in the same browser, from reaching into the stack."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

OWN = ("127.0.0.1", "localhost")


@web.middleware
async def own_pages_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse a request that a page of another host makes; one that no page makes has no Origin."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).hostname not in (*OWN, request.url.host):
        return web.json_response({"error": f"pages of {origin} may not ask here"}, status=403)
    return await handler(request)
