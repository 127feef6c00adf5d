"""The runner's control API at /_runner: processes and their end, counted calls, what roles allow, faults, what befalls
events, outputs.
"""

from typing import Any

from aiohttp import web

from local.awslambda.functions import Functions
from local.cloudformation.stack import Stack
from local.services.faults import Faults
from local.services.permissions import Permissions
from local.sources.rules import Rules, Trouble


def add_control_routes(
    app: web.Application,
    stack: Stack,
    functions: Functions,
    faults: Faults,
    permissions: Permissions,
    rules: Rules,
) -> None:
    async def list_functions(_: web.Request) -> web.Response:
        return web.json_response(functions.states())

    async def kill(request: web.Request) -> web.Response:
        try:
            pids = functions.kill(request.match_info["logical_id"])
        except LookupError:
            return _error(404, "There is no such function.")
        return web.json_response({"killed": pids})

    async def calls(_: web.Request) -> web.Response:
        return web.json_response({name: dict(counts) for name, counts in stack.counts.items()})

    async def reset_calls(_: web.Request) -> web.Response:
        stack.counts.clear()
        return web.Response(status=204)

    async def arm(request: web.Request) -> web.Response:
        try:
            wanted: Any = await request.json()
            fault = faults.arm(wanted)
        except (ValueError, TypeError) as error:
            return _error(400, str(error))
        return web.json_response({"id": fault.id}, status=201)

    async def list_faults(_: web.Request) -> web.Response:
        return web.json_response(faults.described())

    async def disarm(_: web.Request) -> web.Response:
        faults.armed.clear()
        return web.Response(status=204)

    async def trouble_events(request: web.Request) -> web.Response:
        try:
            rules.let(Trouble.read(await request.json()))
        except ValueError as error:
            return _error(400, str(error))
        return web.json_response(rules.trouble)

    async def leave_events(_: web.Request) -> web.Response:
        rules.let(Trouble())
        return web.Response(status=204)

    async def allowed(_: web.Request) -> web.Response:
        return web.json_response(permissions.told())

    async def outputs(_: web.Request) -> web.Response:
        return web.json_response(stack.template.outputs)

    app.router.add_get("/_runner/functions", list_functions)
    app.router.add_post("/_runner/functions/{logical_id}/kill", kill)
    app.router.add_get("/_runner/calls", calls)
    app.router.add_delete("/_runner/calls", reset_calls)
    app.router.add_post("/_runner/faults", arm)
    app.router.add_get("/_runner/faults", list_faults)
    app.router.add_delete("/_runner/faults", disarm)
    app.router.add_put("/_runner/events", trouble_events)
    app.router.add_delete("/_runner/events", leave_events)
    app.router.add_get("/_runner/permissions", allowed)
    app.router.add_get("/_runner/outputs", outputs)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
