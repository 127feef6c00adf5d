"""The phone as JSON, for the page and for scripts: calls dialled, keys pressed, agents set, call-backs answered."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web

from local.cloudformation.stack import Stack
from local.machine.refusal import Refusal
from local.phone.agents import Talk, Waiting
from local.phone.api import ConnectApi
from local.phone.call import BadKeys, NotListening, Prompts
from local.phone.exchange import Exchange, Line, NotSo, Station, Tell, UnknownCall
from local.phone.flow import Flow, read_flow

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
MOST_AGENTS = 50
LONGEST_TALK = 86_400
TALK_SECONDS = 120

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Phone:
    """The requests to an exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def dial(self, request: web.Request) -> web.Response:
        body = await _body(request)
        caller = body.get("from") or None
        if caller is not None and not (isinstance(caller, str) and NUMBER.fullmatch(caller)):
            return _error(400, "from must be a number like +6281234567890, or null when it is withheld.")
        outcomes, hangs_up_at = body.get("outcomes", {}), body.get("hangs_up_at", [])
        if not _are_outcomes(outcomes):
            return _error(400, "outcomes must name a branch, or a list of them, for each block.")
        if not _are_texts(hangs_up_at):
            return _error(400, "hangs_up_at must be a list of blocks.")
        line = await self._exchange.dial(caller, outcomes, hangs_up_at)
        return self._shown(line, status=201)

    async def press(self, request: web.Request) -> web.Response:
        line = self._line(request)
        body = await _body(request)
        keys, during = body.get("keys"), body.get("during")
        if not isinstance(keys, str):
            return _error(400, 'keys must be text: "1", or "" for silence.')
        if not isinstance(during, str | None):
            return _error(400, "during must be the block that was still playing.")
        await self._exchange.press(line, keys, during)
        return self._shown(line)

    async def interrupt(self, request: web.Request) -> web.Response:
        line = self._line(request)
        await self._exchange.interrupt(line)
        return self._shown(line)

    async def hang_up(self, request: web.Request) -> web.Response:
        line = self._line(request)
        await self._exchange.hang_up(line)
        return self._shown(line)

    async def answer(self, request: web.Request) -> web.Response:
        line = self._line(request)
        await self._exchange.answer(line)
        return self._shown(line)

    async def agent_hangs_up(self, request: web.Request) -> web.Response:
        """Nothing of what was heard since: that is the caller's to ask for."""
        await self._exchange.agent_hangs_up(self._line(request))
        return web.Response(status=204)

    async def show(self, request: web.Request) -> web.Response:
        line = self._line(request)
        async with line.lock:
            return self._shown(line)

    async def list(self, _: web.Request) -> web.Response:
        return web.json_response({"calls": [self._line_told(line) for line in self._exchange.lines]})

    async def agents(self, _: web.Request) -> web.Response:
        return web.json_response(self._agents_told())

    async def staff(self, request: web.Request) -> web.Response:
        body = await _body(request)
        agents = self._exchange.agents
        staffed, seconds = body.get("agents", agents.staffed), body.get("talk_seconds", agents.talk_seconds)
        if not _is_whole(staffed) or not 0 <= staffed <= MOST_AGENTS:
            return _error(400, f"agents must be a whole number from 0 to {MOST_AGENTS}.")
        if not _is_number(seconds) or not 0 <= seconds <= LONGEST_TALK:
            return _error(400, f"talk_seconds must be a number from 0 to {LONGEST_TALK}; 0 is until told.")
        self._exchange.staff(staffed, float(seconds))
        return web.json_response(self._agents_told())

    async def working(self, _: web.Application) -> AsyncIterator[None]:
        """The agents work while the application runs."""
        work = asyncio.create_task(self._exchange.run())
        yield
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    def _line(self, request: web.Request) -> Line:
        return self._exchange.line(request.match_info["call_id"])

    def _shown(self, line: Line, status: int = 200) -> web.Response:
        call = line.call
        waits_for = call.waits_for
        return web.json_response(
            {
                **self._line_told(line),
                "heard": [heard.shown() for heard in call.take_heard()],
                "waits_for": asdict(waits_for) if waits_for else None,
                "interrupts_after": call.interrupts_after,
                "buffers": call.buffer.on,
                "whispered": [heard.text for heard in call.whispered],
                "attributes": call.attributes,
            },
            status=status,
        )

    def _line_told(self, line: Line) -> dict[str, Any]:
        """Who, and how it stands: its place in the queue, for how long it waits or talks (seconds here), the number of
        the agent who has it or had it last.
        """
        agents, call = self._exchange.agents, line.call
        talk = next((one for one in agents.talks if one.contact.contact_id == call.call_id), None)
        waits = next((one for one in agents.waiting if one.contact_id == call.call_id), None)
        since = talk.began if talk else waits.since if waits else None
        return {
            "call_id": call.call_id,
            "from": call.caller,
            "back": line.previous is not None,
            "state": call.state,
            "position": agents.position(call),
            "agent": line.agent if call.contact.agent else None,
            "seconds": None if since is None else self._here(agents.clock() - since),
        }

    def _agents_told(self) -> dict[str, Any]:
        agents = self._exchange.agents
        return {
            "agents": agents.staffed,
            "talk_seconds": _plain(agents.talk_seconds),
            "talk_seconds_here": self._here(agents.talk_seconds),
            "free": agents.free,
            "contacts": [*map(self._talk, agents.talks), *map(self._waiting, agents.waiting)],
        }

    def _talk(self, talk: Talk) -> dict[str, Any]:
        state = "ringing" if talk.ringing else "talking"
        since = self._exchange.agents.clock() - talk.began
        return self._contact(talk.contact, state, since) | {"position": None, "agent": talk.agent}

    def _waiting(self, one: Waiting) -> dict[str, Any]:
        """A call-back whose time has not come is "later", in so many seconds."""
        now = self._exchange.agents.clock()
        position = self._exchange.agents.position_of(one.contact_id)
        seconds = now - one.since if one.entered else one.not_before - now
        told = self._contact(one, "waiting" if one.entered else "later", max(0.0, seconds))
        return told | {"position": position, "agent": None}

    def _contact(self, one: Waiting, state: str, seconds: float) -> dict[str, Any]:
        line = self._exchange.line(one.contact_id)
        return {
            "contact_id": one.contact_id,
            "number": line.call.caller,
            "back": line.previous is not None,
            "after": line.initial_id if line.previous else None,
            "state": state,
            "seconds": self._here(seconds),
        }

    def _here(self, seconds: float) -> float:
        """Seconds of the stack's clock as they pass here."""
        return round(seconds * self._exchange.scale, 3)


def add_routes(app: web.Application, stack: Stack, tell: Tell) -> None:
    """Serve /phone/calls, /phone/agents and /prompts/, and the Connect API that functions call.

    `tell` takes each contact event. Reads `[phone]` of local.toml: `flow` (of who calls) and `prompts`, paths beside
    it; `number`, the template's parameter that holds the number dialled; and where they are there `flows`, further
    flows by the placeholders that name them; `agents` and `talk_seconds` at the start; `time_scale`, the parameter that
    holds how many seconds pass here for one of theirs; `recordings`, the template's bucket for them.

    Raises FlowError when a flow cannot be played.
    """
    settings = stack.settings.phone
    parameters = stack.template.parameters
    prompts = Prompts.read(stack.settings.root / settings["prompts"])
    inbound, flows = _flows(stack)
    bucket = stack.resources("AWS::S3::Bucket").get(settings.get("recordings", ""))
    station = Station(
        inbound=inbound,
        flows=flows,
        prompts=prompts,
        invoke=stack.invoke,
        number=parameters[settings["number"]],
        tell=tell,
        bucket=bucket.physical_id if bucket else "recordings",
        scale=float(parameters.get(settings.get("time_scale", ""), 1)),
    )
    exchange = Exchange(station, settings.get("agents", 0), float(settings.get("talk_seconds", TALK_SECONDS)))
    ConnectApi(exchange.records, exchange.agents).serve(stack)
    phone = Phone(exchange)
    app.cleanup_ctx.append(phone.working)
    app.router.add_post("/phone/calls", _told(phone.dial))
    app.router.add_get("/phone/calls", _told(phone.list))
    app.router.add_get("/phone/calls/{call_id}", _told(phone.show))
    app.router.add_post("/phone/calls/{call_id}/keys", _told(phone.press))
    app.router.add_post("/phone/calls/{call_id}/interrupt", _told(phone.interrupt))
    app.router.add_post("/phone/calls/{call_id}/hangup", _told(phone.hang_up))
    app.router.add_post("/phone/calls/{call_id}/answer", _told(phone.answer))
    app.router.add_post("/phone/calls/{call_id}/agent-hangup", _told(phone.agent_hangs_up))
    app.router.add_get("/phone/agents", _told(phone.agents))
    app.router.add_put("/phone/agents", _told(phone.staff))
    app.router.add_static("/prompts/", prompts.folder)


def _flows(stack: Stack) -> tuple[Flow, dict[str, Flow]]:
    """The flow of who calls, and the others by their placeholders, which stand for themselves in all of them."""
    settings = stack.settings.phone
    others: Mapping[str, str] = settings.get("flows", {})
    values = {name: str(value) for name, value in stack.template.outputs.items()} | {name: name for name in others}
    root = stack.settings.root
    return read_flow(root / settings["flow"], values), {
        name: read_flow(root / file, values) for name, file in others.items()
    }


def _told(handler: Handler) -> Handler:
    """The handler, its refusals told as JSON."""

    async def told(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except UnknownCall as problem:
            return _error(404, str(problem))
        except (NotListening, NotSo) as problem:
            return _error(409, str(problem))
        except BadKeys as problem:
            return _error(400, str(problem))
        except Refusal as problem:
            return _error(500, str(problem))

    return told


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        body = None
    return body if isinstance(body, dict) else {}


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _are_outcomes(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) or (one and _are_texts(one)) for one in value.values())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(seconds: float) -> float:
    return int(seconds) if seconds.is_integer() else seconds


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
