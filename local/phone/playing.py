"""A call as its blocks know it: what it is given, what is kept of it, and what blocks do to it."""

import asyncio
import random
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.phone import functions
from local.phone.contact import INSTANCE_ARN, CallBack, Contact, Recording
from local.phone.flow import Action, Branch, Flow, filled, find_flow
from local.phone.functions import Invoke
from local.phone.keys import Buffer, WaitsFor, waits_for, whole
from local.phone.paths import as_text
from local.phone.prompts import Heard, Hearing, Prompts
from local.phone.queues import Queue

Observer = Callable[[str, Mapping[str, Any]], None]
"""Is told of a contact event: its type and its detail ("Amazon Connect contact events")."""


@dataclass(frozen=True)
class Step:
    """A block that was played. `branch` and `next` are empty where the call left the flow or waits."""

    flow: str
    block: str
    type: str
    branch: str
    next: str
    by_default: bool = False
    """The block needs a service that is not here, and nobody told its outcome."""


@dataclass
class Frame:
    """A flow that is played, or a module that it invoked, and what only this one knows."""

    flow: Flow
    invoked_by: Action | None = None
    input: Mapping[str, Any] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    """$.FlowAttributes."""
    rounds: dict[str, int] = field(default_factory=dict)
    loops: dict[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(eq=False)
class Playing:
    """A call as its blocks know it. `outcomes` says which branch a block takes instead of being carried out: "next", an
    error type or a condition's operand, or a list of them for the first times. At a block of `hangs_up_at` the
    caller hangs up.
    """

    flow: Flow
    prompts: Prompts
    invoke: Invoke
    caller: str | None
    """E.164 number; None when it is withheld."""
    dialled: str
    call_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _: KW_ONLY
    initiation_method: str = "INBOUND"
    """INBOUND, or CALLBACK for a call-back: such a call is not started, it begins when it is connected."""
    flows: Mapping[str, Flow] = field(default_factory=dict)
    """Others that this one may go to, by id, ARN or file name."""
    outcomes: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    hangs_up_at: Collection[str] = ()
    queue: Queue | None = None
    """Without one, a call that no queue flow waits with is "transferred" when it leaves for its queue."""
    observer: Observer | None = None
    watcher: Callable[[Step], None] | None = None
    """Is told of each block that was played."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    state: str = field(default="ringing", init=False)
    """ringing, listening, queued, talking, transferred or ended. In a queue it stays queued, also while the queue's
    flow listens: `waits_for` says so."""
    steps: list[Step] = field(default_factory=list, init=False)
    hooks: dict[str, str] = field(default_factory=dict, init=False)
    """Event → flow: CustomerQueue, AgentWhisper, CustomerWhisper, CustomerRemaining …"""
    whispered: list[Heard] = field(default_factory=list, init=False)
    """What the agents heard before they were connected."""
    callbacks: list[CallBack] = field(default_factory=list, init=False)
    created: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list, init=False)
    """Tasks, cases and chats: the block's type and its parameters."""
    third_parties: list[str] = field(default_factory=list, init=False)
    """Numbers that were called."""
    recording: Recording = field(default_factory=Recording, init=False)
    logging: bool = field(default=False, init=False)
    """Of the flow."""

    def __post_init__(self) -> None:
        method, number = self.initiation_method, self.caller or ""
        self.contact = Contact(self.caller, self.dialled, self.call_id, method, callback_number=number)
        self.buffer = Buffer()
        self.hearing = self._caller_hears = Hearing()
        """What plays is heard by the caller, but for a whisper to the agent."""
        self.frames = [Frame(self.flow)]
        self.keyed = ""
        """What a storing block has of the buffer while it waits for more."""
        self.seconds_between_tries = 0.0
        """Of a function that failed."""
        self.chance = random.Random(self.call_id)
        self.running: set[asyncio.Future[Any]] = set()
        """Functions that nobody waits for."""
        self._lock = asyncio.Lock()
        self._next: str | None = None
        self._at: Action | None = None
        """The block that listens."""
        self._waits_for: WaitsFor | None = None
        self._iterates: Action | None = None
        """The block that plays until the queue takes the call."""
        self._stage = "flow"
        """flow, queue or whisper."""
        self._waits = False
        """In a queue."""
        self._times: dict[str, str] = {}

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def flow_played(self) -> Flow:
        return self.frame.flow

    @property
    def document(self) -> dict[str, Any]:
        """What JSONPaths read."""
        frame = self.frame
        own = {"FlowAttributes": frame.attributes, "Loop": frame.loops, "Modules": {"Input": frame.input}}
        return self.contact.document(own)

    def filled(self, action: Action, value: object) -> str:
        """A parameter as text, its JSONPaths replaced."""
        return filled(value, self.document, action.identifier) if isinstance(value, str) else as_text(value)

    def filled_all(self, action: Action, value: Any) -> Any:
        """A parameter with all texts in it filled; it is at most as deep as a flow may be."""
        if isinstance(value, Mapping):
            return {str(name): self.filled_all(action, one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.filled_all(action, one) for one in value]
        return self.filled(action, value)

    async def answer_of(self, function: str, event: bytes, seconds: float) -> bytes | None:
        return await functions.answer_of(
            self.invoke, function, event, seconds=seconds, seconds_between_tries=self.seconds_between_tries
        )

    def listen(self, action: Action) -> Branch | None:
        """Wait for keys or words. A whisper cannot listen: its error branch."""
        if self.whispers:
            return action.failed()
        self._waits_for = waits_for(action, self.keyed)
        self._at = action
        if self._stage == "flow":
            self.state = "listening"
        return None

    def take_keyed(self) -> str:
        keyed, self.keyed = self.keyed, ""
        return keyed

    def stop_buffer(self) -> str:
        """Keys pressed so far count no more; what was buffered."""
        self.hearing.lose_keys()
        return self.buffer.stop()

    def wait_in_queue(self, action: Action) -> None:
        """Until the interval of the messages is over, where they have one, or until an agent takes the call."""
        if interval(action) is not None:
            self._iterates = action
        if self._stage == "flow":
            self.state = "queued"

    @property
    def whispers(self) -> bool:
        return self._stage == "whisper"

    def enter_queue(self) -> None:
        self.stop_buffer()
        flow = self._hooked("CustomerQueue")
        self._waits = True
        self.join_queue()
        if flow is None:
            self.frames = []
            self.state = "queued" if self.queue else "transferred"
            return
        self.state, self._stage = "queued", "queue"
        self.go_to(flow)

    def join_queue(self) -> None:
        if self.queue:
            self.queue.join(self, self.contact.queue, self.contact.priority)
        self._note("enqueueTimestamp")
        self.tell("QUEUED")

    def go_to(self, flow: Flow) -> None:
        self.frames = [Frame(flow)]
        self._next = flow.start

    def go_into(self, module: Flow, action: Action, given: Mapping[str, Any]) -> None:
        self.frames.append(Frame(module, action, given))
        self._next = module.start

    def come_back(self, result: str) -> None:
        """From a module to the block that invoked it."""
        invoked_by = self.frame.invoked_by
        if invoked_by is None:
            self.end_flow()
            return
        self.frames.pop()
        self._took(invoked_by, invoked_by.result(result))

    def end_flow(self) -> None:
        """The call ends with its flow; in a queue it goes on waiting, and after a whisper the people talk."""
        if self._stage == "flow":
            self.end()
        self._stop_playing()

    def leave_for(self, whom: str) -> None:
        """Somebody outside takes the call, and no flow of it goes on."""
        self._finish("transferred")

    def end(self) -> None:
        self._finish("ended")

    def tell(self, event: str) -> None:
        if self.observer:
            self.observer(event, self._detail(event))

    # ---- between the blocks ------------------------------------------------------------------------------------------

    @property
    def _over(self) -> bool:
        return self.state in ("ended", "transferred")

    def _took(self, action: Action, branch: Branch, *, by_default: bool = False) -> None:
        self._next = branch.next
        name = self.flow_played.name if self.frames else ""
        self._passed(Step(name, action.identifier, action.type, *branch, by_default))

    def _passed(self, step: Step) -> None:
        self.steps.append(step)
        if self.watcher:
            self.watcher(step)

    def _hooked(self, event: str) -> Flow | None:
        """The flow that is to be played at an event."""
        return find_flow(self.flows, self.hooks[event]) if event in self.hooks else None

    def _stop_playing(self) -> None:
        self.frames = []
        self.keyed = ""
        self._next = self._at = self._waits_for = self._iterates = None

    def _finish(self, state: str) -> None:
        if self._over and not self._waits:
            return
        with_agent, waited = self.state == "talking", self._waits
        self.state, self._waits = state, False
        self.stop_buffer()
        self._next = self._at = self._waits_for = self._iterates = None
        if self.queue and (with_agent or waited):
            self.queue.leave(self)
        self._note("disconnectTimestamp")
        self.tell("DISCONNECTED")
        if not self.contact.agent:
            self.tell("COMPLETED")

    def _note(self, time: str) -> None:
        self._times[time] = self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _detail(self, event: str) -> dict[str, Any]:
        """As EventBridge delivers it, in `detail`."""
        contact, times = self.contact, self._times
        detail: dict[str, Any] = {
            "eventType": event,
            "contactId": contact.contact_id,
            "initialContactId": contact.contact_id,
            "channel": "VOICE",
            "instanceArn": INSTANCE_ARN,
            "initiationMethod": self.initiation_method,
        }
        names = ("initiationTimestamp", "connectedToSystemTimestamp", "disconnectTimestamp")
        detail |= {name: times[name] for name in names if name in times}
        if enqueued := times.get("enqueueTimestamp"):
            detail["queueInfo"] = {"queueArn": contact.queue, "queueType": "STANDARD", "enqueueTimestamp": enqueued}
        if connected := times.get("connectedToAgentTimestamp"):
            agent = contact.agent.get("ARN", "")
            detail["agentInfo"] = {"agentArn": agent, "connectedToAgentTimestamp": connected}
        return detail


def interval(action: Action) -> int | None:
    given = action.parameters.get("InterruptFrequencySeconds")
    return None if given is None else whole(action, "InterruptFrequencySeconds", given)
