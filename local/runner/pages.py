"""The pages port: the template's web folder as files, and config.json, which on AWS a deployment writes."""

from pathlib import Path

from aiohttp import web

from local.cloudformation.stack import Stack

ROOT_PAGE = "/"
FRESH = {"Cache-Control": "no-cache"}


def add_file_routes(app: web.Application, stack: Stack) -> None:
    """`[pages]` of local.toml: name → folder, served at /<name>/; the one named "/" is served at the root.

    Added last: the root takes every path that nothing else took.
    """

    async def config(_: web.Request) -> web.Response:
        return web.json_response(stack.template.outputs, headers=FRESH)

    app.router.add_get("/config.json", config)
    folders = {name.strip("/"): stack.settings.root / folder for name, folder in stack.settings.pages.items()}
    for name, folder in sorted(folders.items(), reverse=True):
        _serve(app, f"/{name}", folder)


def _serve(app: web.Application, prefix: str, folder: Path) -> None:
    base = folder.resolve()
    root = prefix.rstrip("/")

    async def file(request: web.Request) -> web.StreamResponse:
        path = (base / request.match_info["path"]).resolve()
        if not path.is_relative_to(base):
            raise web.HTTPNotFound
        if path.is_dir():
            if not request.path.endswith("/"):
                raise web.HTTPFound(f"{request.path}/")
            path = path / "index.html"
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=FRESH)

    if root:

        async def with_slash(_: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(f"{root}/")

        app.router.add_get(root, with_slash)
    app.router.add_get(f"{root}/{{path:.*}}", file)
