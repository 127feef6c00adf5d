"""A call: each Lambda block of a contact flow is one event.

What is said and asked is ``care.calling``'s. Where the call stands travels with it as a contact attribute, so that a
step reads nothing it does not need; each leaves its entry in the one write that stores what else it changes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import assert_never

from care import areas, calling, phone, reference
from care.calling import Facts, State, Turn
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.hearing import hear
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Opening, Party
from care.cases.timeline import What
from care.centre import Centre
from care.channels import VOICE
from care.contacts.contact import Contact, Entry, EntryKind
from care.customer import Address, hashed
from care.doors import accepting, proving
from care.doors.accepting import Accepted, Asker, once, with_free_reference_within_limits
from care.line.line import Line, Unavailable
from care.services.table.items import NotFound
from care.services.table.tallies import Tally, guesses_at
from care.telling import messages, pieces
from care.telling.outbox import OutboxMessage
from care.words import CARE, Attention, Kind, Language, Status

_WISHES = 5
_NONE = "none"
"""Stands where there is nothing: an attribute is not set to empty text."""
_PROVING = frozenset({"code", "code_again", "line", "packages", "package"})
"""Where it counts whether the line was proven in this call."""


class Operation(StrEnum):
    """What a block of a flow asks for."""

    BEGIN = "begin"
    TURN = "turn"
    """Keys or digits at the question where the call stands."""
    WAIT = "wait"
    """The caller is to be put through: what the queue is like comes along."""
    FULL = "full"
    """The queue does not take the caller."""
    QUEUED = "queued"
    """The caller waits."""
    AFTER = "after"
    """The agent hung up."""
    TROUBLE = "trouble"
    """The flow cannot go on: a prompt cannot be read, or what was chosen cannot be kept."""


@dataclass(frozen=True)
class CallStep:
    """One Lambda block of a call; ``step`` counts from 1. ``caller`` is the caller id as the carrier gives it, ``None``
    when withheld; ``keys`` are what was pressed, "" for silence. ``position`` is the caller's place in the queue.
    """

    contact_id: str
    step: int
    operation: Operation
    caller: str | None
    state: State = field(default_factory=State)
    keys: str = ""
    has_queue: bool = False
    queue: calling.Queue | None = None
    position: int | None = None

    @property
    def event_id(self) -> str:
        """The step and what was asked in it: a retry asks the same, a caller who lost the answer may ask another."""
        asked = f"{self.state.write()}|{self.keys}"
        return f"{self.step}-{self.operation}-{hashlib.sha256(asked.encode('utf-8', 'replace')).hexdigest()[:12]}"

    @cached_property
    def shown(self) -> str:
        """The caller id, E.164; "" when it is withheld or no number."""
        return phone.to_e164(self.caller) or ""

    @cached_property
    def party(self) -> Party:
        """Who calls, reached at the number keyed in and confirmed, else at the caller id.

        In trouble what was keyed counts unconfirmed where no number is shown.
        """
        keyed = self.state.number
        if self.operation is Operation.TROUBLE:
            keyed = "" if self.shown else phone.to_e164(self.keys) or keyed
        number = keyed or self.shown
        if not number:
            return Party(VOICE, self.contact_id, None)
        return Party(VOICE, self.contact_id, Address(channel=VOICE, value=number, claimed=number != self.shown))

    @property
    def askers(self) -> tuple[Asker, ...]:
        """Whose limits its cases come under: the number's, and where it was only keyed those of all who key one; of
        who gives none those of all such callers.
        """
        address = self.party.address
        if address is None:
            return (Asker("unseen", shared=True),)
        own = Asker(address.customer_id, claimed=address.claimed)
        return (own, Asker("keyed", shared=True)) if address.claimed else (own,)


def accept(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """Accept a step of a call; ``entry.answer`` is a flat map of strings for the flow."""
    return once(lambda: _accept(centre, step, now))


def _accept(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    if step.operation is Operation.TROUBLE:
        return _call_back_after_trouble(centre, step, now)
    return with_free_reference_within_limits(
        f"{step.contact_id}/{step.event_id}", lambda new, reached: _Step(centre, step, now, new, reached).take()
    )


@dataclass
class _Step:
    """What one step changes besides what is said. ``reached`` are those whose limits stood in the way before."""

    centre: Centre
    step: CallStep
    now: datetime
    new: str
    reached: frozenset[str]
    contact: Contact | None = None
    """The call as it is stored, where that counts."""
    drafts: list[Draft] = field(default_factory=list)
    due: list[OutboxMessage] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    """What the flow is told besides."""
    speaks: bool = False
    """The caller was let speak a message."""
    remembered: Language | None = None
    """The language that is on the caller's card already."""

    def take(self) -> Accepted:
        """Decide, do, store."""
        turn = self._begun()
        for _ in range(_WISHES):
            if turn.wish is None:
                return self._store(turn)
            outcome = self._carry_out(turn.wish, turn.state)
            turn = calling.told(turn, outcome, self._facts())
        raise AssertionError(f"a step does not end: {type(turn.wish).__name__}")

    def _begun(self) -> Turn:
        step, state = self.step, self.step.state
        match step.operation:
            case Operation.BEGIN:
                return calling.begin(self._facts())
            case Operation.TURN:
                return calling.pressed(state, step.keys, self._facts())
            case Operation.WAIT:
                self.told |= self._screen_pop()
                queue = step.queue or calling.Queue(0, 0, 0)
                return calling.waiting(state, queue, self.centre.policy.calls.talk_minutes, self._facts())
            case Operation.FULL:
                return calling.full(state, self._facts())
            case Operation.QUEUED:
                return calling.queued(state, step.position, self._facts())
            case Operation.AFTER:
                return calling.after(state, self._facts(), asks=self._resolved_here() is not None)
            case Operation.TROUBLE:
                raise AssertionError("trouble is no step of the call")
            case _:
                assert_never(step.operation)

    # ---- what there is to know ---------------------------------------------------------------------------------------

    def _facts(self) -> Facts:
        centre, step, state = self.centre, self.step, self.step.state
        facts = Facts(
            today=centre.policy.wall(self.now).astimezone(messages.WIB).date(),
            caller=step.shown,
            has_system=centre.system is not None,
            has_queue=step.has_queue,
        )
        if state.place in _PROVING or (state.place, step.keys) == ("menu", "3"):
            return replace(facts, proven=proving.proven(centre, self._read(), self.now))
        greets = step.operation is Operation.TURN and state.place in ("language", "language_again")
        return self._greeting(facts) if greets and not state.greeted else facts

    def _greeting(self, facts: Facts) -> Facts:
        """Who is greeted: the card of the number and its line, if it has one here."""
        address = self.step.party.address
        if address is None:
            return facts
        card = self.centre.card(address, self.now).without(self.step.contact_id)
        line = self._line_of(address.value)
        self.remembered = card.language
        return replace(
            facts,
            remembered=card.language,
            segment=line.segment if line else None,
            known=card.is_known,
            name=line.name if line and card.is_known else "",
            has_open=bool(card.open_cases),
        )

    def _line_of(self, number: str) -> Line | None:
        try:
            return proving.line(self.centre, number)
        except Unavailable:
            return None

    def _read(self) -> Contact:
        """The call as it is stored."""
        if self.contact is None:
            try:
                self.contact = self.centre.store.contacts.get(self.step.contact_id)
            except NotFound:
                self.contact = accepting.new_contact(self.step.party, self.now, self.step.state.language)
        return self.contact

    def _resolved_here(self) -> Case | None:
        """The case of this call, when a person resolved it and its customer was not asked yet."""
        state = self.step.state
        named = [state.reference] if state.reference else []
        case = next(iter(self.centre.store.cases.named(named).values()), None)
        if case is None or case.status is not Status.RESOLVED or case.answer_of(case.cycle):
            return None
        return case if case.is_complaint else None

    def _screen_pop(self) -> dict[str, str]:
        """What the agent's workspace shows of who calls, as contact attributes."""
        address, state = self.step.party.address, self.step.state
        pop = {
            "pop_name": state.name or _NONE,
            "pop_segment": state.segment or _NONE,
            "pop_language": state.language,
            "pop_case": state.reference or _NONE,
            "pop_contacts": _NONE,
            "pop_urgent": "true" if state.priority.goes_first else "false",
        }
        if address and not address.claimed:
            card = self.centre.card(address, self.now).without(self.step.contact_id)
            pop |= {
                "pop_case": state.reference or next(iter(card.open_cases), _NONE),
                "pop_contacts": card.summary or _NONE,
            }
        return pop

    # ---- what a step wishes ------------------------------------------------------------------------------------------

    def _carry_out(self, wish: calling.Wish, state: State) -> calling.Outcome:
        match wish:
            case calling.Open():
                return self._open(wish, state)
            case calling.FindLast():
                return self._find_last(wish)
            case calling.FindStatus():
                return self._find_status(wish)
            case calling.SendCode():
                return self._send_code(wish, state)
            case calling.TryCode():
                return self._try_code(wish)
            case calling.ReadLine():
                return self._read_line()
            case calling.Answer():
                return self._answer(wish)
            case _:
                assert_never(wish)

    def _open(self, wish: calling.Open, state: State) -> calling.Opened:
        """Open a case, or add to that of an earlier call about the same.

        Past the limit of a number the case that it opened last has one more call. Of one that was only keyed the case
        is opened and nothing is sent there: a person looks.
        """
        centre, now = self.centre, self.now
        step = replace(self.step, state=state)
        opening = calling.opening(wish, state, self.new, step.party)
        self.speaks = self.speaks or wish.spoken
        address, asker = step.party.address, step.askers[0]
        if address and not address.claimed and (wish.joins or asker.cases in self.reached):
            known = centre.own_cases(address, now)
            same = next((one for one in known if self._is_same(one, opening)), None) if wish.joins else None
            last = next(iter(known), None) if asker.cases in self.reached and not wish.order else None
            if joined := same or last:
                return self._join(joined, wish, opening.text)
        opening = _within_limit(step, opening, self.reached)
        opening, tallies = accepting.counted(centre, step.askers, opening, now, self.reached)
        self.tallies += tallies
        draft = centre.open(opening, now)
        back_at: tuple[str, ...] = ()
        if wish.calls_back:
            by = centre.policy.calls_back_by(now)
            due = draft.case.response_due_at
            draft.set(response_due_at=min(by, due) if due else by)
            back_at = self._when(by, areas.Zone.WIB, state.language)
        self.drafts.append(draft)
        return calling.Opened(wish, self.new, back_at=back_at, unreached=opening.party.address is None)

    def _is_same(self, case: Case, opening: Opening) -> bool:
        """Whether a case is of another call of these hours, and about the same."""
        return (
            case.contact_id != self.step.contact_id
            and case.channel is VOICE
            and (case.kind, case.category, case.summary) == (opening.kind, opening.category, opening.summary)
            and is_unresolved(case.status)
            and not case.held
            and self.now - case.opened_at <= self.centre.policy.same_thing_time
        )

    def _join(self, case: Case, wish: calling.Open, words: str) -> calling.Opened:
        draft = self.centre.edit(self.centre.gone_on(case), self.now)
        hear(draft, words, VOICE)
        self.drafts.append(draft)
        return calling.Opened(wish, draft.case.reference, joined=True)

    # ---- status ------------------------------------------------------------------------------------------------------

    def _find_last(self, wish: calling.FindLast) -> calling.Outcome:
        """The caller's own open case whose reference ends so; wrong ones are counted."""
        address = self.step.party.address
        most = self.centre.policy.status.wrong_guesses_a_day
        who = hashed(f"last-four:{self.step.shown or self.step.contact_id}")
        if who in self.reached or self.centre.store.tallies.of(who, self.now) >= most:
            return calling.NotFound.TOO_MANY
        own = self.centre.own_cases(address, self.now) if address and not address.claimed else []
        case = next((one for one in own if one.reference.endswith(wish.digits)), None)
        if case:
            return self._found(case)
        self.tallies.append(Tally(who, self.now, most))
        return calling.NotFound.NOT_FOUND

    def _find_status(self, wish: calling.FindStatus) -> calling.Outcome:
        """Reference and number together open the door; neither tells a stranger whether the case exists."""
        centre, step, now = self.centre, self.step, self.now
        asked, keyed, caller = wish.reference, phone.to_e164(wish.number), step.shown
        known = reference.is_valid(asked)
        asker, at_it = hashed(caller or step.contact_id), guesses_at(asked)
        cases, wrong = centre.store.tallies.with_cases([asked], [asker, at_it], now) if known else ({}, {})
        case, limits = cases.get(asked), centre.policy.status
        guesses = [Tally(asker, now, limits.wrong_guesses_a_day)]
        if case:
            guesses.append(Tally(at_it, now, limits.wrong_at_one_a_day))
        # Whoever pretends to call from a number must not keep its owner from what he asks.
        own = case is not None and bool(caller) and self._is_theirs(case, caller)
        reached = any(one.who in self.reached for one in guesses)
        too_many = reached or any(wrong.get(one.who, 0) >= (one.most or 0) for one in guesses)
        if case and (own or (keyed and not too_many and self._is_theirs(case, keyed))):
            return self._found(case)
        if known and not keyed and not too_many:
            return calling.NotFound.NEED_PHONE
        if too_many:
            return calling.NotFound.TOO_MANY
        self.tallies += guesses
        return calling.NotFound.NOT_FOUND

    def _is_theirs(self, case: Case, number: str) -> bool:
        return any(
            one.belongs_to(VOICE, number) and self.centre.is_own(one, case.opened_at, self.now)
            for one in case.addresses
        )

    def _found(self, case: Case) -> calling.Found:
        case = self.centre.gone_on(case)
        status = "waiting" if case.status is Status.WAITING_FOR_CUSTOMER else str(case.status)
        return calling.Found(case, status, self._due(case))

    def _due(self, case: Case) -> tuple[str, ...]:
        """Until when a case is promised; nothing once nothing is promised any more."""
        if not is_unresolved(case.status):
            return ()
        if case.due_at <= self.now:
            return ("due_passed",)
        return ("due_at", *self._when(case.due_at, case.clock, self.step.state.language))

    def _when(self, at: datetime, zone: areas.Zone, language: Language) -> tuple[str, ...]:
        """A moment as it is spoken: today, tomorrow or the day, and the time."""
        policy = self.centre.policy
        shown, today = policy.wall(at).astimezone(zone.tz), policy.wall(self.now).astimezone(zone.tz).date()
        days = (shown.date() - today).days
        named = {0: ("today",), 1: ("tomorrow",)}
        day = named.get(days) or ("on_day", *pieces.day(shown.date(), language))
        return (*day, *pieces.clock(shown.time(), zone, language))

    # ---- the line ----------------------------------------------------------------------------------------------------

    def _send_code(self, wish: calling.SendCode, state: State) -> calling.Outcome:
        return self._keep(
            proving.send(
                self.centre, self._read(), wish.number, self.step.event_id, state.language, self.now, self._is_over
            )
        )

    def _try_code(self, wish: calling.TryCode) -> calling.Outcome:
        return self._keep(proving.check(self.centre, self._read(), wish.code, self.now, self._is_over))

    def _is_over(self, who: str, most: int) -> bool:
        return who in self.reached or self.centre.store.tallies.of(who, self.now) >= most

    def _keep(self, step: proving.Step) -> calling.Outcome:
        self.contact = step.contact
        self.tallies += step.tallies
        self.due += step.due
        return step.outcome

    def _read_line(self) -> calling.Outcome:
        """The line proven here; none once that is over or the line has changed hands."""
        contact = self._read()
        number = proving.proven(self.centre, contact, self.now)
        if not number or contact.proven is None:
            return calling.LineRead(None)
        try:
            line = proving.line(self.centre, number)
        except Unavailable:
            return calling.NoSystem()
        return calling.LineRead(line if line and contact.proven.is_of(line) else None)

    # ---- after the agent ---------------------------------------------------------------------------------------------

    def _answer(self, wish: calling.Answer) -> calling.Outcome:
        case = self._resolved_here()
        if case:
            draft = self.centre.edit(case, self.now)
            words = str(wish.score) if wish.score else messages.text("note.unsolved", self.step.state.language)
            hear(draft, words, VOICE)
            self.drafts.append(draft)
        return calling.Answered()

    # ---- stored ------------------------------------------------------------------------------------------------------

    def _store(self, turn: Turn) -> Accepted:
        state, step = turn.state, self.step
        party = replace(step, state=state).party
        entry = _entry(step, self.now, **_answer(turn, party), **self.told)
        case = self.drafts[0].case if self.drafts else None
        contact = self.contact or accepting.new_contact(party, self.now)
        contact = contact.evolve(
            language=state.language,
            reference=case.reference if case else contact.reference,
            dialogue=state.evolve(caller=step.shown).write(),
            spoken_at=self.now if self.speaks else contact.spoken_at,
        )
        self.centre.store.commit(
            entry=entry,
            contact=contact,
            contact_length=contact.length if self.contact else None,
            drafts=self.drafts,
            tallies=self.tallies,
            messages=self.due,
            chose=self._chose(turn),
        )
        opened = any(one.before == 0 for one in self.drafts)
        return Accepted(entry, case.reference if case else "", began=step.step == 1, opened=opened)

    def _chose(self, turn: Turn) -> Language | None:
        """The language that was chosen now, and not before."""
        place, address = self.step.state.place, self.step.party.address
        chooses = place in ("language", "language_again") and self.step.keys in ("1", "2")
        if not chooses or address is None or address.claimed or turn.state.language is self.remembered:
            return None
        return turn.state.language


def _answer(turn: Turn, party: Party) -> dict[str, str]:
    """What the flow is told: prompts by name, what to listen for, and where the call stands now."""
    state, said = turn.state, turn.say
    # The first question is asked in both languages.
    language = "both" if turn.ask in ("welcome", "language") else state.language
    return {
        "state": state.write(),
        "language": language,
        "pieces": str(len(said)),
        **{f"say_{place}": name for place, name in enumerate(said, start=1)},
        "ask": turn.ask,
        "listen": turn.listen,
        "recorded": "true" if state.recorded else "false",
        "reference": state.reference or _NONE,
        "number": party.address.value if party.address else _NONE,
        "wait_low": str(state.low),
        "wait_high": str(state.high),
    }


def _entry(step: CallStep, now: datetime, **answer: str) -> Entry:
    return Entry(
        contact_id=step.contact_id,
        event_id=step.event_id,
        at=now,
        what=EntryKind.TROUBLE if step.operation is Operation.TROUBLE else EntryKind.CALL_STEP,
        answer={"next_step": str(step.step + 1), **answer},
    )


# ---- trouble ---------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What trouble came to; the flow branches by it."""

    STORED = "stored"
    NO_NUMBER = "no_number"
    INVALID_PHONE = "invalid_phone"


def _call_back_after_trouble(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """The case that this call has left asks for a person; without one a call-back is opened. At most three requests."""
    case = _case_of_call(centre, step)
    if case:
        draft = centre.edit(case, now)
        draft.note(What.NOTE, CARE, messages.text("summary.trouble", case.language))
        draft.set(attention=Attention.PERSON_WANTED)
        return _store_trouble(centre, step, now, case.reference, draft)
    if step.party.address is None:
        outcome = Outcome.INVALID_PHONE if step.keys else Outcome.NO_NUMBER
        entry = _entry(step, now, outcome=outcome)
        return accepting.store(centre, step.party, entry, now, language=step.state.language, began=step.step == 1)

    def write(new: str, reached: frozenset[str]) -> Accepted:
        opening = _after_trouble(step, new, reached)
        opening, tallies = accepting.counted(centre, step.askers, opening, now, reached)
        return _store_trouble(centre, step, now, new, centre.open(opening, now), tallies)

    return with_free_reference_within_limits(f"{step.contact_id}/{step.event_id}", write)


def _after_trouble(step: CallStep, new: str, reached: frozenset[str]) -> Opening:
    state = step.state
    wish = messages.text("summary.trouble", state.language)
    opening = Opening(
        reference=new,
        party=step.party,
        kind=Kind.INFORMATION,
        category=state.category,
        priority=state.priority,
        language=state.language,
        text=wish,
        summary=wish,
    )
    return _within_limit(step, opening, reached)


def _within_limit(step: CallStep, opening: Opening, reached: frozenset[str]) -> Opening:
    """Past the limit of its number nothing is sent there: a person looks."""
    address = step.party.address
    if address is None or step.askers[0].cases not in reached:
        return opening
    note = messages.text("note.claimed_limit", opening.language, number=address.value)
    party, notes = replace(opening.party, address=None), (*opening.notes, note)
    return replace(opening, party=party, notes=notes, attention=Attention.NO_ADDRESS)


def _store_trouble(
    centre: Centre, step: CallStep, now: datetime, told: str, draft: Draft, tallies: Sequence[Tally] = ()
) -> Accepted:
    digits = {f"digit_{place}": digit for place, digit in enumerate(told, start=1)}
    entry = _entry(step, now, outcome=Outcome.STORED, reference=told, **digits)
    began = step.step == 1
    language = step.state.language
    return accepting.store(centre, step.party, entry, now, draft, language=language, began=began, tallies=tallies)


def _case_of_call(centre: Centre, step: CallStep) -> Case | None:
    """The newest case of this call, while somebody still has work to do on it."""
    try:
        contact = centre.store.contacts.get(step.contact_id)
    except NotFound:
        return None
    named = [contact.reference] if contact.reference else []
    case = next(iter(centre.store.cases.named(named).values()), None)
    return case if case and is_unresolved(case.status) else None
