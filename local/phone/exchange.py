"""The telephone exchange: all calls at once, the agents who take them, call-backs, and what is told of them."""

import asyncio
import logging
import time
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.phone import agents
from local.phone.agents import Agents, Connect, Deed, Enter, Expired, HangUp, Missed, Ring
from local.phone.call import Call, Invoke, Prompts
from local.phone.contact import INSTANCE_ARN, CallBack
from local.phone.events import contact_event
from local.phone.flow import Flow, find_flow
from local.phone.records import Record, Records, StoredRecording

KEPT_CALLS = 200
RING_SECONDS = 20.0
"""For how long a telephone rings here: people do not answer faster because a clock does."""
OVER = ("ended", "transferred")
CUSTOMER_QUEUE = "CustomerQueue"
logger = logging.getLogger(__name__)

Tell = Callable[[dict[str, Any]], None]


class UnknownCall(Exception):
    """There is no such call."""


class NotSo(Exception):
    """A call is not in the state that was asked for."""


@dataclass(frozen=True)
class Station:
    """What every call is played with."""

    inbound: Flow
    flows: Mapping[str, Flow]
    """Others, by the ARNs that flows name them by."""
    prompts: Prompts
    invoke: Invoke
    number: str
    """That is called."""
    tell: Tell
    """Takes each contact event."""
    bucket: str = "recordings"
    """That recordings are in."""
    scale: float = 1.0
    """Seconds here for a second of the stack's own clock, by which agents talk and call-backs wait."""


@dataclass
class Line:
    """A call, and the lock that lets one at a time move it."""

    call: Call
    record: Record
    previous: "Line | None" = None
    """The call in which this call-back was wished, or the attempt before."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Of its events, what the call does not know itself; None for what is not so yet."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wishes: int = 0
    """How many of the call's wishes to be called back have been taken."""
    agent: int | None = None
    """Who has it, or had it last."""
    completed: bool = False
    """The agent, where there was one, has no more work with it."""

    @property
    def initial_id(self) -> str:
        return self.previous.initial_id if self.previous else self.call.call_id


class Exchange:
    def __init__(self, station: Station, staffed: int, talk_seconds: float) -> None:
        self._station = station
        self.agents = Agents(self._clock, staffed, talk_seconds, RING_SECONDS / station.scale)
        self.records = Records()
        self._lines: OrderedDict[str, Line] = OrderedDict()
        self._changed = asyncio.Event()
        self._deeds: set[asyncio.Task[None]] = set()

    @property
    def scale(self) -> float:
        return self._station.scale

    @property
    def lines(self) -> Sequence[Line]:
        """Those that are not over, the oldest first."""
        return [line for line in self._lines.values() if line.call.state not in OVER]

    def line(self, call_id: str) -> Line:
        """Raises UnknownCall."""
        try:
            return self._lines[call_id]
        except KeyError:
            raise UnknownCall("There is no such call.") from None

    # --- what the customer does ---

    async def dial(
        self, caller: str | None, outcomes: Mapping[str, str | Sequence[str]], hangs_up_at: Collection[str]
    ) -> Line:
        """A customer calls. `outcomes` and `hangs_up_at`: see Call."""
        line = self._new_line(self._station.inbound, caller, outcomes=outcomes, hangs_up_at=hangs_up_at)
        await self._move(line, line.call.start)
        return line

    async def press(self, line: Line, keys: str, during: str | None) -> None:
        await self._move(line, lambda: line.call.press(keys, during))

    async def interrupt(self, line: Line) -> None:
        """The interval of what the queue plays again and again is over."""
        await self._move(line, line.call.interrupted)

    async def hang_up(self, line: Line) -> None:
        """The customer hangs up, or lets a call-back ring."""
        if missed := self.agents.unanswered(line.call.call_id):
            await self._do(missed)
        else:
            await self._move(line, line.call.hang_up)

    async def answer(self, line: Line) -> None:
        """The customer picks up a call-back. Raises NotSo when it does not ring."""
        agent = next((one.agent for one in self.agents.talks if one.contact.contact_id == line.call.call_id), None)
        if agent is None or not self.agents.answered(line.call.call_id):
            raise NotSo("This telephone does not ring.")
        line.facts["connectedToSystemTimestamp"] = _now()
        line.call.tell("CONNECTED_TO_SYSTEM")
        await self._connect(line, agent)

    # --- what the agents do ---

    def staff(self, staffed: int, talk_seconds: float) -> None:
        self.agents.staff(staffed, talk_seconds)
        self._changed.set()

    async def agent_hangs_up(self, line: Line) -> None:
        """Raises NotSo when nobody talks."""
        if line.call.state != "talking":
            raise NotSo(f"The call is {line.call.state}.")
        await self._do(HangUp(line.call.call_id))

    async def run(self) -> None:
        """Let the agents work until cancelled."""
        try:
            while True:
                self._changed.clear()
                for deed in self.agents.due():
                    self._begin(self._do(deed))
                next_at = self.agents.next_at()
                wait = None if next_at is None else max(0.0, (next_at - self._clock()) * self.scale)
                try:
                    await asyncio.wait_for(self._changed.wait(), wait)
                except TimeoutError:
                    continue
        finally:
            for task in self._deeds:
                task.cancel()

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._deeds.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Future[None]") -> None:
        self._deeds.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("what an agent did went wrong", exc_info=error)

    async def _do(self, deed: Deed) -> None:
        """Raises Refusal when a flow cannot go on; then the call has ended."""
        line = self._lines.get(deed.contact_id)
        if line is None:
            self.agents.forget(deed.contact_id)
            return
        call = line.call
        match deed:
            case Enter() if "queueInfo" in line.facts:
                enqueued = {"queueArn": call.contact.queue, "queueType": "STANDARD", "enqueueTimestamp": _now()}
                line.facts["queueInfo"] = enqueued
                call.tell("QUEUED")
            case Connect():
                await self._connect(line, deed.agent)
            case HangUp():
                await self._move(line, call.agent_hangs_up)
                self.agents.ended(deed.contact_id)
            case Missed():
                await self._move(line, call.hang_up)
                if deed.again:
                    self._call_back(line, deed.again, hooks=call.hooks)
            case Expired():
                await self._move(line, call.hang_up)
            case Enter() | Ring():
                # It entered by its own flow; it rings until the customer answers.
                pass
        self._changed.set()

    async def _connect(self, line: Line, agent: int) -> None:
        line.agent = agent
        await self._move(line, lambda: line.call.connected(_agent(agent)))
        if line.call.state != "talking":
            # The caller was quicker, and has gone.
            self.agents.ended(line.call.call_id)

    # --- call-backs ---

    async def _wish(self, line: Line, wish: CallBack) -> None:
        """Whether a call-back's own flow puts it into a queue is for that flow to say; the delay is not for it
        ("CreateCallbackContact").
        """
        flow = find_flow(self._station.flows, wish.flow) if wish.flow else None
        delay = 0 if flow else wish.delay
        one = agents.CallBack(wish.number, wish.queue, delay, wish.attempts, wish.retry_delay, wish.priority)
        if flow is None:
            # There is no customer who would hear what is played in the queue.
            hooks = {event: name for event, name in line.call.hooks.items() if event != CUSTOMER_QUEUE}
            self._call_back(line, one, hooks)
            return
        back = self._call_back(line, one, {}, flow)
        await self._move(back, back.call.start)
        if back.call.state != "queued":
            await self._move(back, back.call.hang_up)

    def _call_back(self, line: Line, wish: agents.CallBack, hooks: Mapping[str, str], flow: Flow | None = None) -> Line:
        """A contact of its own for an attempt to call back; one without a `flow` begins when it is answered."""
        back = self._new_line(flow or self._station.inbound, wish.number, previous=line)
        back.call.contact.attributes.update(line.call.attributes)
        back.call.contact.queue = wish.queue
        back.call.hooks.update(hooks)
        self.agents.call_back(back.call.call_id, wish, after=line.call.call_id)
        # Not connected before the customer picks up.
        back.facts["connectedToSystemTimestamp"] = None
        if flow is None:
            back.facts |= {"initiationTimestamp": _now(), "queueInfo": None}
            back.call.tell("INITIATED")
        self._changed.set()
        return back

    # --- lines ---

    def _new_line(self, flow: Flow, caller: str | None, previous: Line | None = None, **more: Any) -> Line:
        station = self._station
        call = Call(
            flow,
            station.prompts,
            station.invoke,
            caller,
            station.number,
            str(uuid.uuid4()),
            initiation_method="CALLBACK" if previous else "INBOUND",
            flows=station.flows,
            queue=self.agents,
            observer=lambda event, detail: self._happened(line, event, detail),
            **more,
        )
        # "SystemEndpoint is not populated for contacts with initiation method of … CALLBACK" (DescribeContact).
        record = Record(call.call_id, call.attributes, caller, None if previous else station.number)
        line = Line(call, record, previous)
        if previous:
            call.contact.initial_contact_id = line.initial_id
            call.contact.previous_contact_id = previous.call.call_id
            line.facts |= {"initialContactId": line.initial_id, "previousContactId": previous.call.call_id}
        self.records.keep(record)
        self._lines[call.call_id] = line
        while len(self._lines) > KEPT_CALLS:
            call_id, _ = self._lines.popitem(last=False)
            self.agents.forget(call_id)
        return line

    async def _move(self, line: Line, step: Callable[[], Awaitable[None] | None]) -> None:
        """One step of a call, and what follows from it. Raises what the call raises."""
        async with line.lock:
            try:
                moving = step()
                if moving is not None:
                    await moving
            finally:
                if line.call.state in OVER:
                    self._is_over(line)
                wishes, line.wishes = line.call.callbacks[line.wishes :], len(line.call.callbacks)
                self._changed.set()
        for wish in wishes:
            await self._wish(line, wish)

    def _is_over(self, line: Line) -> None:
        self.agents.ended(line.call.call_id)
        if not line.completed:
            line.completed = True
            if line.call.contact.agent:
                line.call.after_work_done()

    def _happened(self, line: Line, event: str, detail: Mapping[str, Any]) -> None:
        """A call tells of itself."""
        now = datetime.now(UTC)
        merged = {**detail, **line.facts}
        known = {name: value for name, value in merged.items() if value is not None}
        if event == "CONNECTED_TO_SYSTEM" and "connectedToSystemTimestamp" not in known:
            return
        if event == "DISCONNECTED":
            line.record.recordings = self._recordings(line, known)
        line.record.detail, line.record.updated_at = known, now
        self._station.tell(contact_event(known, now))

    def _recordings(self, line: Line, known: Mapping[str, Any]) -> list[StoredRecording]:
        """Of the automated part, from its beginning on, and of the talk: what the call's flows switched on."""
        recording = line.call.recording
        began, ended = (datetime.fromisoformat(known[f"{name}Timestamp"]) for name in ("initiation", "disconnect"))
        agent = known.get("agentInfo")
        talk = datetime.fromisoformat(agent["connectedToAgentTimestamp"]) if agent else ended
        found = []
        if recording.pieces:
            found.append(self._recording(line, "ivr/", "ALL", began, talk))
        if agent and recording.participants:
            whom = "ALL" if len(recording.participants) > 1 else recording.participants[0].upper()
            found.append(self._recording(line, "", whom, talk, ended))
        return found

    def _recording(self, line: Line, kind: str, whom: str, began: datetime, ended: datetime) -> StoredRecording:
        instance = INSTANCE_ARN.rpartition("/")[2]
        name = f"{line.call.call_id}_{began:%Y%m%dT%H:%M}_UTC.wav"
        key = f"connect/{instance}/CallRecordings/{kind}{began:%Y/%m/%d}/{name}"
        return StoredRecording(f"{self._station.bucket}/{key}", whom, began, ended)

    def _clock(self) -> float:
        return time.monotonic() / self.scale


def _agent(number: int) -> dict[str, str]:
    """An agent of this machine, as $.Agent has it."""
    arn = f"{INSTANCE_ARN}/agent/00000000-0000-4000-8000-{number:012}"
    return {"UserName": f"agent-{number}", "FirstName": "Agent", "LastName": str(number), "ARN": arn}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
