"""One call: the blocks of its flows carried out as Amazon Connect does, from ringing to the end.

Time passes only outside: whoever holds the phone says when keys were pressed, when silence has lasted until the
block's limit, when an agent takes the call and when he hangs up.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from inspect import isawaitable

from local.phone import blocks
from local.phone.blocks.speaking import feed, pressed, say_to_bot
from local.phone.contact import INSTANCE_ARN
from local.phone.flow import Action, Branch, FlowError
from local.phone.functions import Invoke
from local.phone.keys import KEYS, BadKeys, NotListening, WaitsFor, WaitsForWords
from local.phone.playing import Frame, Playing, Step, interval
from local.phone.prompts import Heard, Hearing, Prompts

__all__ = [
    "INSTANCE_ARN",
    "BadKeys",
    "Call",
    "Heard",
    "Invoke",
    "NotListening",
    "Prompts",
    "Step",
    "WaitsFor",
    "WaitsForWords",
]

SECONDS_BETWEEN_TRIES = 0.2
"""Of a function that failed."""

# A flow that runs this long without listening or ending goes in a circle.
MAX_BLOCKS_WITHOUT_PAUSE = 2000


class Call(Playing):
    """A call: what its people do, and what comes of it. What it is given: see Playing."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.seconds_between_tries = SECONDS_BETWEEN_TRIES
        self._told: Counter[str] = Counter()
        """How often a block was told its outcome."""

    # ---- what the people do ------------------------------------------------------------------------------------------

    async def start(self) -> None:
        self._note("initiationTimestamp")
        self.tell("INITIATED")
        self._note("connectedToSystemTimestamp")
        self.tell("CONNECTED_TO_SYSTEM")
        async with self._lock:
            with self._ended_by_trouble():
                await self._run(self.flow.start)

    async def press(self, keys: str, during: str | None = None) -> None:
        """Keys pressed at the listening block; no keys are silence until its limit. A bot takes the name of an intent.

        Several keys are typed fast: what the block does not take is buffered for the next, or lost. `during` is a
        block that was still playing: its keys count if touchtone buffering was on, or it is the one that listens.

        Raises NotListening when the call takes no keys, BadKeys for what cannot be pressed.
        """
        async with self._lock:
            action = self._at
            if not isinstance(self._waits_for, WaitsForWords) and not KEYS.fullmatch(keys):
                raise BadKeys("Keys are 0 to 9, * and #, at most 100 at once.")
            if during is None and action is None:
                raise NotListening(f"The call is {self.state}.")
            if during is not None and not self._counts(keys, during):
                return
            if action is None:
                return
            with self._ended_by_trouble():
                if isinstance(self._waits_for, WaitsForWords):
                    await self._answered(action, say_to_bot(self, action, keys))
                elif during in (None, action.identifier):
                    await self._answered(action, pressed(self, action, keys))
                else:
                    self.hearing.cut(during or "")
                    self.buffer.add(keys)
                    if branch := feed(self, action):
                        await self._answered(action, branch)
                    else:
                        self.listen(action)

    async def say(self, words: str) -> None:
        """What is said to a bot: the name of an intent. Raises NotListening when none listens."""
        if not isinstance(self._waits_for, WaitsForWords):
            raise NotListening("Nobody listens to words.")
        await self.press(words)

    def hang_up(self) -> None:
        """The caller does. Nothing happens in a call that is over."""
        if not self._over:
            self.end()

    async def connected(self, agent: Mapping[str, str] | str) -> None:
        """An agent takes the call: the queue's flow stops, the whispers are played. `agent` is its ARN or user name,
        or what $.Agent holds of it. Nothing happens in a call that waits no more.
        """
        async with self._lock:
            if not (self._waits or self.state == "ringing"):
                return
            self._waits, self.state = False, "talking"
            self.contact.agent = {"UserName": agent, "ARN": agent} if isinstance(agent, str) else dict(agent)
            self._stop_playing()
            self.stop_buffer()
            self._note("connectedToAgentTimestamp")
            self.tell("CONNECTED_TO_AGENT")
            with self._ended_by_trouble():
                self.hearing = agent_hears = Hearing()
                try:
                    await self._whisper("AgentWhisper")
                finally:
                    self.whispered += agent_hears.take()
                    self.hearing = self._caller_hears
                self.hearing.begin()
                await self._whisper("CustomerWhisper")

    async def agent_hangs_up(self) -> None:
        """The caller who remains hears the flow for that, else the call ends."""
        async with self._lock:
            if self.state != "talking":
                return
            flow = self._hooked("CustomerRemaining")
            if flow is None:
                self.end()
                return
            if self.queue:
                self.queue.leave(self)
            self.state, self._stage, self.frames = "listening", "flow", [Frame(flow)]
            self.hearing.begin()
            with self._ended_by_trouble():
                await self._run(flow.start)

    async def interrupted(self) -> None:
        """The interval of the messages that are played again and again is over."""
        async with self._lock:
            action, self._iterates = self._iterates, None
            if action is not None and not self._over:
                with self._ended_by_trouble():
                    await self._answered(action, action.result("MessagesInterrupted"))

    def after_work_done(self) -> None:
        """The agent has finished with a call that has ended: it is completed. Without an agent it is so at its end."""
        if self.state == "ended" and self.contact.agent:
            self.tell("COMPLETED")

    # ---- what is known -----------------------------------------------------------------------------------------------

    def take_heard(self) -> list[Heard]:
        """What was played to the caller since the last time this was asked."""
        return self._caller_hears.take()

    @property
    def waits_for(self) -> WaitsFor | None:
        return self._waits_for

    @property
    def interrupts_after(self) -> int | None:
        """Seconds after which `interrupted` is due."""
        return interval(self._iterates) if self._iterates else None

    @property
    def attributes(self) -> dict[str, str]:
        return self.contact.attributes

    @property
    def way(self) -> list[tuple[str, str]]:
        """Each block that was played with the branch that it took."""
        return [(step.block, step.branch) for step in self.steps if step.branch]

    # ---- how it goes on ----------------------------------------------------------------------------------------------

    async def _run(self, identifier: str | None, named_by: str = "the start") -> None:
        """Carry out blocks from this one until one listens or waits, or the flow is left."""
        self._next = identifier
        for _ in range(MAX_BLOCKS_WITHOUT_PAUSE):
            if self._next is None or self._over:
                if self._at is None:
                    self.hearing.lose_keys()
                return
            action = self.flow_played.action(self._next, named_by)
            named_by, self._next = action.identifier, None
            if action.identifier in self.hangs_up_at:
                self.end()
                continue
            self.recording.pass_through(action.identifier)
            await self._carry_out(action)
        raise FlowError(f"The flow goes in a circle without listening, near block {named_by}.")

    async def _carry_out(self, action: Action) -> None:
        if told := self._told_outcome(action):
            self._took(action, told)
            return
        flow = self.flow_played
        outcome = blocks.carry_out(self, action)
        branch = await outcome if isawaitable(outcome) else outcome
        if branch:
            self._took(action, branch, by_default=action.type in blocks.DEFAULTS)
        elif action not in (self._at, self._iterates) and not self._is_inside(action):
            self._passed(Step(flow.name, action.identifier, action.type, "", ""))

    def _is_inside(self, action: Action) -> bool:
        return bool(self.frames) and self.frame.invoked_by is action

    def _told_outcome(self, action: Action) -> Branch | None:
        told = self.outcomes.get(action.identifier)
        if not told:
            return None
        if not isinstance(told, str):
            if self._told[action.identifier] == len(told):
                return None
            told = told[self._told[action.identifier]]
            self._told[action.identifier] += 1
        branch = action.branch(told)
        if branch is None:
            raise FlowError(f"Block {action.identifier} has no branch {told!r}, which it is told to take.")
        return branch

    async def _answered(self, action: Action, branch: Branch) -> None:
        """Go on from a block that has listened or waited."""
        self._at = self._waits_for = self._iterates = None
        self.hearing.begin()
        self._took(action, branch)
        await self._run(branch.next, action.identifier)

    def _counts(self, keys: str, during: str) -> bool:
        """Whether keys pressed while a block still plays count. Raises BadKeys when it does not."""
        heard = self.hearing.last_of(during)
        if heard is None:
            raise BadKeys(f"Block {during} does not play now.")
        return bool(keys) and heard.takes_keys

    async def _whisper(self, event: str) -> None:
        flow = self._hooked(event)
        if flow is None or self._over:
            return
        self._stage, self.frames = "whisper", [Frame(flow)]
        try:
            await self._run(flow.start)
        finally:
            self._stage = "flow"
            self._stop_playing()

    @contextmanager
    def _ended_by_trouble(self) -> Iterator[None]:
        try:
            yield
        except FlowError:
            self.end()
            raise
