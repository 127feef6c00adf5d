"""The phone as JSON, for the page and for scripts: dial, press keys, hang up."""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web

from local.cloudformation.stack import Stack
from local.machine.refusal import Refusal
from local.phone.call import BadKeys, Call, NotListening, Prompts
from local.phone.flow import Flow, read_flow

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
KEPT_CALLS = 200

Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass
class Line:
    """A call, and the lock that lets one request at a time move it."""

    call: Call
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Phone:
    def __init__(self, stack: Stack, flow: Flow, prompts: Prompts, number: str) -> None:
        self._stack = stack
        self._flow = flow
        self._prompts = prompts
        self._number = number
        self._lines: OrderedDict[str, Line] = OrderedDict()

    async def dial(self, request: web.Request) -> web.Response:
        body = await _body(request)
        caller = body.get("from") or None
        if caller is not None and not (isinstance(caller, str) and NUMBER.fullmatch(caller)):
            return _error(400, "from must be a number like +6281234567890, or null when it is withheld.")
        call = Call(self._flow, self._prompts, self._stack.invoke, caller, self._number)
        line = self._lines[call.call_id] = Line(call)
        while len(self._lines) > KEPT_CALLS:
            self._lines.popitem(last=False)
        async with line.lock:
            await call.start()
        return _shown(call, status=201)

    async def press(self, request: web.Request) -> web.Response:
        line = self._line(request)
        keys = (await _body(request)).get("keys")
        if not isinstance(keys, str):
            return _error(400, 'keys must be text: "1", or "" for silence.')
        async with line.lock:
            await line.call.press(keys)
        return _shown(line.call)

    async def hang_up(self, request: web.Request) -> web.Response:
        line = self._line(request)
        async with line.lock:
            line.call.hang_up()
        return _shown(line.call)

    async def show(self, request: web.Request) -> web.Response:
        return _shown(self._line(request).call)

    def _line(self, request: web.Request) -> Line:
        try:
            return self._lines[request.match_info["call_id"]]
        except KeyError:
            raise web.HTTPNotFound(
                text=json.dumps({"error": "There is no such call."}), content_type="application/json"
            ) from None


def add_routes(app: web.Application, stack: Stack) -> None:
    """Serve /phone/calls and /prompts/. Raises FlowError when the flow cannot be played.

    Reads `[phone]` of local.toml: `flow` and `prompts`, paths beside it, and `number`, the template's
    parameter that holds the number dialled.
    """
    settings = stack.settings.phone
    outputs = {name: str(value) for name, value in stack.template.outputs.items()}
    flow = read_flow(stack.settings.root / settings["flow"], outputs)
    prompts = Prompts.read(stack.settings.root / settings["prompts"])
    phone = Phone(stack, flow, prompts, stack.template.parameters[settings["number"]])
    app.router.add_post("/phone/calls", _told(phone.dial))
    app.router.add_get("/phone/calls/{call_id}", _told(phone.show))
    app.router.add_post("/phone/calls/{call_id}/keys", _told(phone.press))
    app.router.add_post("/phone/calls/{call_id}/hangup", _told(phone.hang_up))
    app.router.add_static("/prompts/", prompts.folder)


def _told(handler: Handler) -> Handler:
    """The handler, its refusals told as JSON."""

    async def told(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except NotListening as problem:
            return _error(409, str(problem))
        except BadKeys as problem:
            return _error(400, str(problem))
        except Refusal as problem:
            return _error(500, str(problem))

    return told


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}


def _shown(call: Call, status: int = 200) -> web.Response:
    waits_for = call.waits_for
    return web.json_response(
        {
            "call_id": call.call_id,
            "state": call.state,
            "heard": [heard.shown() for heard in call.take_heard()],
            "waits_for": asdict(waits_for) if waits_for else None,
            "attributes": call.attributes,
        },
        status=status,
    )


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
