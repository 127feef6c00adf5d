"""Keeps other people's web pages, open in the same browser, from reaching into the stack."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

OWN = ("127.0.0.1", "localhost")


def refusal(headers: Mapping[str, str]) -> web.Response | None:
    """The answer to a request that a page of another host makes; one that no page makes has no Origin."""
    origin = headers.get("Origin")
    if origin is None or urlsplit(origin).hostname in (*OWN, urlsplit(f"//{headers.get('Host', '')}").hostname):
        return None
    return web.json_response({"error": f"pages of {origin} may not ask here"}, status=403)


@web.middleware
async def own_pages_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    return refusal(request.headers) or await handler(request)
