"""The stand-in's routes: the operator's interface, his SMS gateway, a page, controls.

The contracts are in `care/services/operator_http.py` and, of the gateway, in `docs/channels.md`.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import Field, ValidationError

from care.line.packages import packages
from local.machine.guard import Guard, anywhere
from local.machine.guarded import guarded, send_page_headers
from operator_system import WEB
from operator_system.behaviour import Behaviour, Deed
from operator_system.ledger import DONE, Ledger
from operator_system.smsc import Gateway, Smsc
from operator_system.subscribers import read

FRESH = {"Cache-Control": "no-cache"}
SHARED = ("theme.css", "page.js")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Wished(Behaviour):
    """How it is asked to misbehave."""

    refuse_activations: int = Field(ge=0)
    """So many next activations are refused with `not_eligible`: a package that is paid and cannot be had."""


class StandIn:
    """The lines, what was done to them, their SMS, and what goes wrong."""

    def __init__(self, key: str, file: Path, gateway: Gateway) -> None:
        """Raises ValueError or KeyError for a file of subscribers that is not written as its head says."""
        self.key = key
        self.file = file
        self.smsc = Smsc(gateway)
        self.reset()

    def reset(self) -> None:
        """As it was at the start."""
        self.ledger = Ledger(read(self.file))
        self.smsc.close()
        self.smsc = Smsc(self.smsc.gateway)
        self.behaviour = Behaviour()

    async def line(self, request: web.Request) -> web.StreamResponse:
        return await self._answer("line", request)

    async def charge(self, request: web.Request) -> web.StreamResponse:
        return await self._answer("charge", request)

    async def activate(self, request: web.Request) -> web.StreamResponse:
        return await self._answer("activate", request)

    async def refund(self, request: web.Request) -> web.StreamResponse:
        return await self._answer("refund", request)

    async def _answer(self, deed: Deed, request: web.Request) -> web.StreamResponse:
        if not _bears(self.key, request):
            return web.json_response({"reason": "wrong_key"}, status=401)
        # Both are taken before anything is waited for: who gives up takes the connection away, and what was asked
        # before the stand-in began again is not done after it.
        body = await _json(request) if request.can_read_body else None
        ledger = self.ledger
        return await self.behaviour.around(deed, request, lambda: _do(ledger, deed, request, body))

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """An SMS to a subscriber."""
        if not _bears(self.smsc.gateway.key, request):
            return web.json_response({"error": "wrong key"}, status=401)
        body, smsc = await _json(request), self.smsc
        key = request.headers.get("Idempotency-Key", "")
        return await self.behaviour.around("submit", request, lambda: smsc.submit(body, key))

    async def messages(self, request: web.Request) -> web.Response:
        """What went to the number `to` and came from it, or all."""
        return web.json_response(self.smsc.of(request.query.get("to", "").replace(" ", "+", 1)))

    async def write(self, request: web.Request) -> web.Response:
        """An SMS of a subscriber's."""
        return self.smsc.write(await _json(request))

    async def subscribers(self, _: web.Request) -> web.Response:
        """Who there is, for the page: each line, with what the operator's interface does not tell."""
        names = {name: one.name for name, one in packages().items()}
        return web.json_response(
            [
                {
                    **each.line(),
                    "package_name": names.get(each.package, each.package),
                    "called": each.called,
                    "story": each.story,
                    "states": each.states(self.ledger.today()),
                }
                for each in self.ledger.subscribers.values()
            ]
        )

    async def entries(self, _: web.Request) -> web.Response:
        """Every change that was asked for, in the order in which it was first."""
        return web.json_response(self.ledger.listed())

    async def behave(self, request: web.Request) -> web.Response:
        """GET tells how it misbehaves; PATCH changes that, `refuse_activations` of the ledger with it."""
        if request.method == "PATCH":
            try:
                wished = Wished.model_validate({**self._behaviour(), **await _json(request)})
            except (ValidationError, TypeError) as error:
                return web.json_response({"error": str(error)}, status=400)
            self.behaviour = Behaviour(**wished.model_dump(exclude={"refuse_activations"}))
            self.ledger.refuse_activations = wished.refuse_activations
        return web.json_response(self._behaviour())

    def _behaviour(self) -> dict[str, Any]:
        return {**self.behaviour.model_dump(), "refuse_activations": self.ledger.refuse_activations}

    async def begin_again(self, _: web.Request) -> web.Response:
        self.reset()
        return web.Response(status=204)


def make(key: str, file: Path, doors: dict[str, str], gateway: Gateway) -> web.Application:
    """`doors` are the addresses of the pages that it leads to, by name."""
    stand_in = StandIn(key, file, gateway)
    app = web.Application(middlewares=[guarded(Guard(pages=True, linked=anywhere))])
    app.on_response_prepare.append(send_page_headers)

    async def close(_: web.Application) -> None:
        stand_in.smsc.close()

    app.on_cleanup.append(close)

    async def about(_: web.Request) -> web.Response:
        return web.json_response({"doors": doors}, headers=FRESH)

    app.router.add_get("/lines/{number}", stand_in.line)
    app.router.add_post("/lines/{number}/charges", stand_in.charge)
    app.router.add_post("/lines/{number}/refunds", stand_in.refund)
    app.router.add_put("/lines/{number}/package", stand_in.activate)
    app.router.add_post("/smsc/messages", stand_in.submit)
    app.router.add_get("/stand-in/sms/messages", stand_in.messages)
    app.router.add_post("/stand-in/sms/messages", stand_in.write)
    app.router.add_get("/stand-in/subscribers", stand_in.subscribers)
    app.router.add_get("/stand-in/changes", stand_in.entries)
    app.router.add_get("/stand-in/behaviour", stand_in.behave)
    app.router.add_patch("/stand-in/behaviour", stand_in.behave)
    app.router.add_post("/stand-in/reset", stand_in.begin_again)
    app.router.add_get("/about.json", about)
    app.router.add_get("/", _file(WEB / "operator" / "index.html"))
    for name in SHARED:
        app.router.add_get(f"/{name}", _file(WEB / name))
    app.router.add_static("/", WEB / "operator")
    return app


def _do(ledger: Ledger, deed: Deed, request: web.Request, body: Any) -> web.Response:
    number = request.match_info["number"]
    key = request.headers.get("Idempotency-Key", "")
    match deed, body:
        case "line", _:
            subscriber = ledger.subscribers.get(number)
            return web.json_response(subscriber.line()) if subscriber else _refused("unknown_number")
        case _ if not key:
            return web.json_response({"reason": "no_key"}, status=400)
        case "charge", {"amount": int(amount)} if amount > 0 and not isinstance(amount, bool):
            outcome = ledger.charge(number, amount, key)
        case "activate", {"package": str(package)}:
            outcome = ledger.activate(number, package, key)
        case "refund", {"charge": str(charge)}:
            outcome = ledger.refund(number, charge, key)
        case _:
            return web.json_response({"reason": "not_understood"}, status=400)
    return web.json_response({"outcome": DONE}) if outcome == DONE else _refused(outcome)


def _bears(key: str, request: web.Request) -> bool:
    """Whether it has the bearer key; none is asked for where there is none."""
    return not key or request.headers.get("Authorization") == f"Bearer {key}"


def _file(path: Path) -> Handler:
    async def serve(_: web.Request) -> web.FileResponse:
        return web.FileResponse(path, headers=FRESH)

    return serve


async def _json(request: web.Request) -> Any:
    """What was sent, None when it is no JSON."""
    try:
        return await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None


def _refused(reason: str) -> web.Response:
    return web.json_response({"reason": reason}, status=404 if reason == "unknown_number" else 409)
