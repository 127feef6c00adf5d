"""What an agent does to a case."""

from datetime import datetime

from care.cases import lifecycle, opening
from care.cases.case import Case, Promise
from care.cases.draft import Draft
from care.cases.following import begin_cycle, rebase
from care.cases.timeline import What
from care.channels import Channel
from care.telling import links
from care.telling.messages import Template
from care.value import Value
from care.words import Attention, ClosedAs, Kind, Priority, Status, Team, Tier

_ON_THE_WAY = {
    Status.OPEN: Status.ACKNOWLEDGED,
    Status.ACKNOWLEDGED: Status.IN_PROGRESS,
    Status.REOPENED: Status.IN_PROGRESS,
    Status.WAITING_FOR_CUSTOMER: Status.IN_PROGRESS,
}


class Agent(Value):
    """Who works on cases: an ``id`` that is nobody else's and never changes, and the name that others see."""

    id: str
    name: str


class TooLong(Exception):
    """An agent's words have ``length`` characters; ``longest`` of them reach the customer with what stands around."""

    def __init__(self, length: int, longest: int) -> None:
        super().__init__(f"{length} characters, where {longest} fit")
        self.length = length
        self.longest = longest


class NotHeld(Exception):
    """Nothing of the case is held back: nothing can be released or discarded."""


class StillHeld(Exception):
    """The case is held: before anything else is done, it is released or discarded."""


class AnotherAgent(Exception):
    """Who resolved it before and did not satisfy leaves it to others ``until`` then."""

    def __init__(self, reference: str, until: datetime) -> None:
        super().__init__(f"{reference} is for others until {until.isoformat()}")
        self.until = until


class NoAddress(Exception):
    """The customer cannot be asked: nobody knows where."""


class BadTime(Exception):
    """A promise for a time that has passed, or is too far away."""


class NoPromise(Exception):
    """No such promise was made."""


class SameTeam(Exception):
    """The case is that team's already."""


def take(draft: Draft, agent: Agent) -> None:
    """An agent makes the case theirs. Before its acknowledgement it only gets its owner.

    Of a case that is done and asks for attention, an agent takes that: it is looked at, and leaves the list.
    Raises ``StillHeld``, ``AnotherAgent``, ``IllegalMove``.
    """
    case = draft.case
    _refuse_held(draft)
    if not lifecycle.is_unresolved(case.status):
        if not case.attention:
            raise lifecycle.IllegalMove(case.reference, case.status, Status.IN_PROGRESS)
        draft.set(owner=agent.name, owner_id=agent.id, attention=None)
        draft.note(What.TAKEN, agent.name)
        return
    if case.owner_id != agent.id:
        _leave_to_others(draft, agent)
        draft.set(owner=agent.name, owner_id=agent.id)
        draft.note(What.TAKEN, agent.name)
    if case.status in (Status.ACKNOWLEDGED, Status.REOPENED):
        draft.move(Status.IN_PROGRESS, agent.name)


def release(draft: Draft, agent: Agent) -> None:
    """What was held is handled as any other from now on. Raises ``NotHeld``."""
    _require_held(draft)
    draft.set(held=None)
    begin_cycle(draft)
    draft.note(What.RELEASED, agent.name)
    opening.begin(draft)


def discard(draft: Draft, agent: Agent) -> None:
    """What was held is nothing: it ends, and nobody is told. Raises ``NotHeld``."""
    _require_held(draft)
    _close(draft, agent.name, ClosedAs.DISCARDED)


def reply(draft: Draft, agent: Agent, text: str, key: str) -> None:
    """An agent writes to the customer; of a suggestion that is news, also once it is closed.

    Raises ``TooLong``, ``StillHeld``, ``AnotherAgent``.
    """
    _refuse_held(draft)
    template = _told_by_reply(draft.case)
    _require_room(draft, template, text)
    _take_if_unowned(draft, agent)
    draft.respond()
    draft.tell(template, key, by=agent.name, values={"words": text})


def resolve(draft: Draft, agent: Agent, text: str, command: str = "") -> None:
    """An agent resolves the case, and with it all that was promised. A complaint's follow-up asks the customer next; a
    request is answered and closed.

    Raises ``TooLong``, ``StillHeld``, ``AnotherAgent``, ``IllegalMove``.
    """
    _refuse_held(draft)
    _require_room(draft, _told_when_resolved(draft.case), text)
    _take_if_unowned(draft, agent)
    draft.respond()
    draft.unpause()
    draft.set(resolver=agent.name, resolver_id=agent.id)
    _resolve(draft, agent.name, text, command)
    if not draft.case.is_complaint:
        template = _told_when_resolved(draft.case)
        draft.tell(template, f"answered-{draft.case.cycle}", values={"words": text})
        _close_answered(draft, agent.name)


def need(draft: Draft, agent: Agent, text: str, key: str) -> None:
    """An agent asks the customer for something, and the case waits for it.

    Raises ``TooLong``, ``StillHeld``, ``AnotherAgent``, ``IllegalMove``, ``NoAddress``.
    """
    _refuse_held(draft)
    _require_unresolved(draft, Status.WAITING_FOR_CUSTOMER)
    if draft.case.address is None:
        raise NoAddress(draft.case.reference)
    _require_room(draft, Template.NEEDED, text)
    _take_if_unowned(draft, agent)
    draft.respond()
    _put_in_hand(draft, agent)
    draft.move(Status.WAITING_FOR_CUSTOMER, agent.name)
    draft.pause()
    draft.tell(Template.NEEDED, key, by=agent.name, values={"words": text})


def promise(draft: Draft, agent: Agent, words: str, due_at: datetime, key: str) -> None:
    """An agent promises the customer something until then; ``key`` names the promise too.

    Raises ``TooLong``, ``StillHeld``, ``AnotherAgent``, ``IllegalMove``, ``BadTime``.
    """
    _refuse_held(draft)
    _require_unresolved(draft, Status.IN_PROGRESS)
    if not draft.now < due_at <= draft.now + draft.policy.latest_promise:
        raise BadTime(draft.case.reference)
    _require_room(draft, Template.PROMISED, words, due_at)
    _take_if_unowned(draft, agent)
    draft.respond()
    made = Promise(id=key, words=words, by=agent.name, due_at=due_at)
    draft.set(promises=(*draft.case.promises, made))
    draft.note(What.PROMISED, agent.name, words, message=made.id)
    draft.tell(Template.PROMISED, key, by=agent.name, due=due_at, values={"words": words})


def keep(draft: Draft, agent: Agent, promise_id: str) -> None:
    """What was promised is done; a promise is kept once. Raises ``NoPromise``."""
    kept = next((one for one in draft.case.promises if one.id == promise_id), None)
    if kept is None:
        raise NoPromise(promise_id)
    if kept.is_open:
        _keep(draft, agent.name, kept)


def refuse(draft: Draft, agent: Agent, text: str, key: str) -> None:
    """The customer does not get what he wants, and is told why, and who else he can turn to. It is a manager's now.

    Raises ``TooLong``, ``StillHeld``, ``AnotherAgent``, ``IllegalMove``.
    """
    _refuse_held(draft)
    _require_unresolved(draft, Status.IN_PROGRESS)
    _require_room(draft, Template.REFUSED, text)
    _take_if_unowned(draft, agent)
    draft.respond()
    _put_in_hand(draft, agent)
    draft.set(tier=Tier.MANAGER, owner="", owner_id="")
    draft.note(What.REFUSED, agent.name, text, message=key)
    draft.tell(Template.REFUSED, key, by=agent.name, values={"words": text})
    draft.notify("refused", by=agent.name)


def set_priority(draft: Draft, agent: Agent, priority: Priority) -> None:
    """How long it can wait is seen otherwise, and its deadlines with it. Raises ``StillHeld``, ``IllegalMove``."""
    _refuse_held(draft)
    _require_unresolved(draft, Status.IN_PROGRESS)
    old = draft.case.priority
    if priority is old:
        return
    draft.set(priority=priority)
    rebase(draft)
    draft.note(What.PRIORITY, agent.name, f"{old} > {priority}")


def transfer(draft: Draft, agent: Agent, team: Team, text: str) -> None:
    """Another team is answerable from now on; ``text`` is for it alone, and what the customer was told holds.

    Raises ``StillHeld``, ``IllegalMove``, ``SameTeam``.
    """
    _refuse_held(draft)
    _require_unresolved(draft, Status.IN_PROGRESS)
    old = draft.case.team
    if team is old:
        raise SameTeam(team)
    draft.set(team=team, owner="", owner_id="")
    draft.note(What.TRANSFERRED, agent.name, f"{old} > {team}\n{text}".strip())
    draft.notify("transferred", by=agent.name)


def note(draft: Draft, agent: Agent, text: str) -> None:
    """What the team has to know, and the customer is not told."""
    draft.note(What.NOTE, agent.name, text)


def room(draft: Draft) -> dict[str, int | None]:
    """How many characters of an agent's reply, resolution … reach the customer; ``None``: any number."""
    told = {
        "reply": _told_by_reply(draft.case),
        "resolve": _told_when_resolved(draft.case),
        "need": Template.NEEDED,
        "promise": Template.PROMISED,
        "refuse": Template.REFUSED,
    }
    return {what: _room(draft, template) for what, template in told.items()}


def close_request(draft: Draft, by: str, text: str) -> None:
    """End a request that was carried out, or could not be, and whose customer was told so."""
    if lifecycle.is_unresolved(draft.case.status):
        draft.unpause()
        _resolve(draft, by, text)
        _close_answered(draft, by)


def _require_held(draft: Draft) -> None:
    if not draft.case.is_held:
        raise NotHeld(draft.case.reference)


def _refuse_held(draft: Draft) -> None:
    if draft.case.is_held:
        raise StillHeld(draft.case.reference)


def _require_unresolved(draft: Draft, wanted: Status) -> None:
    case = draft.case
    if not lifecycle.is_unresolved(case.status):
        raise lifecycle.IllegalMove(case.reference, case.status, wanted)


def _leave_to_others(draft: Draft, agent: Agent) -> None:
    """Whoever did not solve it does not look at it first."""
    case = draft.case
    until = case.began_at + draft.policy.another_agent_time
    if case.cycle > 1 and case.resolver_id == agent.id and draft.now < until:
        raise AnotherAgent(case.reference, until)


def _take_if_unowned(draft: Draft, agent: Agent) -> None:
    """Whoever acts on a case nobody owns owns it."""
    if not draft.case.owner and lifecycle.is_unresolved(draft.case.status):
        take(draft, agent)


def _put_in_hand(draft: Draft, agent: Agent) -> None:
    """It is worked on, whatever it waited for."""
    draft.unpause()
    while draft.case.status in _ON_THE_WAY:
        draft.move(_ON_THE_WAY[draft.case.status], agent.name)


def _resolve(draft: Draft, by: str, text: str, command: str = "") -> None:
    for one in draft.case.promises:
        if one.is_open:
            _keep(draft, by, one)
    draft.set(resolution=text, resolved_at=draft.now, attention=None)
    draft.move(Status.RESOLVED, by, text, message=command)


def _keep(draft: Draft, by: str, promise: Promise) -> None:
    draft.set(promises=draft.case.promises_with(promise.evolve(kept_at=draft.now)))
    late = any(one.is_open and one.broken for one in draft.case.promises)
    if draft.case.attention is Attention.PROMISE_BROKEN and not late:
        draft.set(attention=None)
    draft.note(What.KEPT, by, promise.words, message=promise.id)


def _close_answered(draft: Draft, by: str) -> None:
    """Who ends it knows if there is nowhere to send the answer."""
    _close(draft, by, ClosedAs.ANSWERED)


def _close(draft: Draft, by: str, closed_as: ClosedAs) -> None:
    draft.set(closed_as=closed_as, closed_at=draft.now, attention=None)
    draft.move(Status.CLOSED, by, closed_as)


def _told_by_reply(case: Case) -> Template:
    return Template.NEWS if case.kind is Kind.SUGGESTION else Template.REPLY


def _told_when_resolved(case: Case) -> Template:
    if case.kind is Kind.SUGGESTION:
        return Template.NEWS
    return Template.QUESTION if case.is_complaint else Template.ANSWERED


def _room(draft: Draft, template: Template, due: datetime | None = None) -> int | None:
    none, one = (draft.written(template, "", due=due, values={"words": words}) for words in ("", "x"))
    # A short question does not repeat the resolution.
    if none is None or one is None or one.text == none.text:
        return None
    longest = none.address.channel.longest_sent
    return None if longest is None else longest - links.length(none.text)


def _require_room(draft: Draft, template: Template, text: str, due: datetime | None = None) -> None:
    room = _room(draft, template, due)
    if room is not None and Channel.length(text) > room:
        raise TooLong(Channel.length(text), room)
