"""The routes of the local page."""

import asyncio
import json
from typing import Any

import aiohttp
from aiohttp import web

from console import queues
from console.aws import client
from console.followups import Followups
from console.live import READ_ERRORS, Live, Message, Panel
from console.metrics import read as read_metrics
from console.records import Records
from console.runner import Runner
from console.settings import WEB, Settings
from console.way import GROUP_PREFIX, Logs, Ways, epoch_ms
from local.machine.guard import Guard, anywhere
from local.machine.guarded import guarded, send_page_headers

SHOWN_VISITS = 80
HEARTBEAT_SECONDS = 15


class Console:
    """What the routes share: the readers, and the pages that look."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession) -> None:
        self.settings = settings
        self.stack = settings.outputs["TableName"]
        self.runner = Runner(session, settings.runner)
        self.records = Records(client, self.stack)
        self.ways = Ways()
        self.logs = Logs(client("logs"), self.ways, f"{GROUP_PREFIX}{self.stack}-")
        self.followups = Followups(client("stepfunctions"), settings.outputs["FollowupMachineArn"])
        self.live = Live(
            [
                Panel("way", 1.0, self._way),
                Panel("functions", 1.5, self._functions),
                Panel("queues", 1.5, self._queues),
                Panel("followups", 2.0, self._followups),
                Panel("cases", 2.0, self._cases),
                Panel("contacts", 2.0, self._contacts),
                Panel("parked", 3.0, self._parked),
                Panel("metrics", 5.0, self._metrics),
            ]
        )

    async def _way(self) -> Any:
        await asyncio.to_thread(self.logs.follow)
        return [visit.shown() for visit in self.ways.latest(SHOWN_VISITS, epoch_ms())]

    async def _functions(self) -> Any:
        return [
            function | {"short": function["name"].removeprefix(f"{self.stack}-")}
            for function in await self.runner.functions()
        ]

    async def _queues(self) -> Any:
        return await asyncio.to_thread(queues.read, client("sqs"), self.stack)

    async def _followups(self) -> Any:
        return await asyncio.to_thread(self.followups.read)

    async def _cases(self) -> Any:
        return await asyncio.to_thread(self.records.cases)

    async def _contacts(self) -> Any:
        return await asyncio.to_thread(self.records.contacts)

    async def _parked(self) -> Any:
        return await asyncio.to_thread(queues.parked, client("s3"), self.settings.outputs["ParkedBucket"])

    async def _metrics(self) -> Any:
        return await asyncio.to_thread(read_metrics, client("cloudwatch"), self.settings.namespace)

    async def case(self, reference: str) -> dict[str, Any]:
        """The case's file, its executions and its way; a part that cannot be read is an `error`."""
        parts = {
            "file": asyncio.to_thread(self.records.case_file, reference),
            "executions": asyncio.to_thread(self.followups.of_case, reference),
        }
        answers = await asyncio.gather(*parts.values(), return_exceptions=True)
        case: dict[str, Any] = {"way": [visit.shown() for visit in self.ways.of_case(reference)]}
        for name, answer in zip(parts, answers, strict=True):
            if isinstance(answer, READ_ERRORS):
                case[name] = {"error": f"{type(answer).__name__}: {answer}"}
            elif isinstance(answer, BaseException):
                raise answer
            else:
                case[name] = answer
        return case


CONSOLE = web.AppKey("console", Console)
routes = web.RouteTableDef()


@routes.get("/")
async def page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(WEB / "console" / "index.html", headers={"Cache-Control": "no-cache"})


@routes.get("/theme.css")
async def theme(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(WEB / "theme.css", headers={"Cache-Control": "no-cache"})


@routes.get("/about.json")
async def about(request: web.Request) -> web.Response:
    settings = request.app[CONSOLE].settings
    return web.json_response(
        {
            "operator": settings.outputs["OperatorName"],
            "number": settings.outputs["ShortNumber"],
            "care": settings.outputs["CareAddress"],
            "stack": settings.outputs["TableName"],
            "doors": settings.doors,
        }
    )


@routes.get("/live")
async def live(request: web.Request) -> web.StreamResponse:
    """Server-sent events: one a panel that changed, `stopped` at the end."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    feed = request.app[CONSOLE].live
    queue = feed.join()
    try:
        while True:
            try:
                message: Message | None = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if message is None:
                await response.write(b"event: stopped\ndata: {}\n\n")
                return response
            await response.write(b"data: " + json.dumps(message).encode() + b"\n\n")
    except ConnectionResetError:
        return response
    finally:
        feed.leave(queue)


@routes.get("/cases/{reference}")
async def case(request: web.Request) -> web.Response:
    return web.json_response(await request.app[CONSOLE].case(request.match_info["reference"]))


@routes.post("/functions/{logical_id}/kill")
async def kill(request: web.Request) -> web.Response:
    """Ends a function's process."""
    try:
        await request.app[CONSOLE].runner.kill(request.match_info["logical_id"])
    except (aiohttp.ClientError, OSError) as error:
        raise web.HTTPBadGateway(text=f"The runner did not answer: {error}") from error
    return web.Response(status=204)


def make(settings: Settings) -> web.Application:
    app = web.Application(middlewares=[guarded(Guard(pages=True, linked=anywhere))])
    app.on_response_prepare.append(send_page_headers)

    async def open_and_close(app: web.Application) -> Any:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            app[CONSOLE] = Console(settings, session)
            yield

    async def end_pages(app: web.Application) -> None:
        await app[CONSOLE].live.close()

    app.cleanup_ctx.append(open_and_close)
    app.on_shutdown.append(end_pages)
    app.add_routes(routes)
    app.router.add_static("/", WEB / "console")
    return app
