"""The guard before a web application, and what its pages may do themselves."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.machine.guard import Guard

SELF = "'self'"


def guarded(guard: Guard) -> Middleware:
    """A middleware of web.Application."""

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        if refusal := guard.refusal(request.method, request.raw_path, request.headers.get):
            return web.Response(body=refusal, status=403, content_type="application/json")
        return await handler(request)

    return refuse


def page_headers(*, asks: str = SELF, style: str = SELF) -> dict[str, str]:
    """What a page's files are sent with: nothing runs that is not one of them, nothing is asked but what it ``asks``,
    and no other page frames it.
    """
    policy = {
        "default-src": "'none'",
        "script-src": SELF,
        "style-src": style,
        "img-src": f"{SELF} data:",
        "media-src": SELF,
        "connect-src": asks,
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": SELF,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
    }


async def send_page_headers(_: web.Request, response: web.StreamResponse) -> None:
    """For ``on_response_prepare`` of an application whose pages ask nothing but itself."""
    response.headers.update(page_headers())
