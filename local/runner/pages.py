"""The pages port: the template's web folder as files, and config.json, which on AWS a deployment writes.

They come with the headers that CloudFront adds there: nothing runs that is not one of the files, nothing is asked but
this machine's own doors, and no other page frames them.
"""

from pathlib import Path

from aiohttp import web

from local.cloudformation.stack import Stack
from local.machine.guarded import SELF, page_headers

ROOT_PAGE = "/"
MAILBOX = "mailbox"
"""The page that shows mails as they look, in a frame without scripts: they bring styles of their own."""
FRESH = {"Cache-Control": "no-cache"}


def headers(stack: Stack, page: str = "") -> dict[str, str]:
    """What a file of a page is sent with."""
    gateway = stack.urls["gateway"]
    return FRESH | page_headers(
        asks=f"{SELF} {gateway} {gateway.replace('http', 'ws', 1)}",
        style=f"{SELF} 'unsafe-inline'" if page == MAILBOX else SELF,
    )


def add_file_routes(app: web.Application, stack: Stack) -> None:
    """`[pages]` of local.toml: name → folder, served at /<name>/; the one named "/" is served at the root.

    Added last: the root takes every path that nothing else took.
    """

    async def config(_: web.Request) -> web.Response:
        return web.json_response(stack.template.outputs, headers=headers(stack))

    app.router.add_get("/config.json", config)
    folders = {name.strip("/"): stack.settings.root / folder for name, folder in stack.settings.pages.items()}
    for name, folder in sorted(folders.items(), reverse=True):
        _serve(app, f"/{name}", folder, headers(stack, name))


def _serve(app: web.Application, prefix: str, folder: Path, sent_with: dict[str, str]) -> None:
    base = folder.resolve()
    root = prefix.rstrip("/")

    async def file(request: web.Request) -> web.StreamResponse:
        try:
            path = (base / request.match_info["path"]).resolve()
            if not path.is_relative_to(base):
                raise web.HTTPNotFound
            if path.is_dir():
                if not request.path.endswith("/"):
                    raise web.HTTPFound(f"{request.path}/")
                path = path / "index.html"
            if not path.is_file():
                raise web.HTTPNotFound
        except (OSError, ValueError) as impossible:
            # No file can have that name.
            raise web.HTTPNotFound from impossible
        return web.FileResponse(path, headers=sent_with)

    if root:

        async def with_slash(_: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(f"{root}/")

        app.router.add_get(root, with_slash)
    app.router.add_get(f"{root}/{{path:.*}}", file)
