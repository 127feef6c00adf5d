"""A chat: each message is answered at once, numbered, and stored with its answer.

What is said is ``care.conversation``'s; here is done what a turn wishes, and all of it stored in one transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from care import conversation, reference
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.hearing import hear
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Opening, Party
from care.cases.timeline import What
from care.centre import Centre
from care.channels import CHAT, SMS
from care.contacts import transcript
from care.contacts.contact import Contact, Entry, EntryKind, Message
from care.conversation import Dialogue, Facts, Outcome, Said, Turn, Wish
from care.customer import Address, hashed
from care.doors import accepting
from care.doors.accepting import (
    Accepted,
    Asker,
    new_contact,
    once,
    still_joins,
    with_free_reference_within_limits,
)
from care.line import proof
from care.line.line import Line, Unavailable
from care.line.proof import Checked, Proven
from care.reading.satisfaction import Verdict
from care.services.table.items import NotFound
from care.services.table.tallies import Tally
from care.telling import messages
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage, Owner
from care.words import CARE, CUSTOMER, Attention, Language

_WISHES = 4
# About as many as fill a page's bytes: what is read and not sent is read again with the next page.
_PAGE_ENTRIES = 20


@dataclass(frozen=True)
class ChatMessage:
    """One message of a chatter, with the id its browser gave it; ``source`` is the internet address it came from."""

    contact_id: str
    client_id: str
    text: str
    source: str = ""

    @property
    def party(self) -> Party:
        """Who writes: the chat itself is where an answer goes."""
        return Party(CHAT, self.contact_id, Address(channel=CHAT, value=self.contact_id))

    @property
    def askers(self) -> tuple[Asker, Asker]:
        """Whose limits its cases come under: the chat's own, and those of all who share its internet address."""
        return Asker(hashed(self.contact_id)), Asker(hashed(f"source:{self.source}"), shared=True)


@dataclass(frozen=True)
class Page:
    """Some of what was said in a chat, in order.

    ``reference`` is the chat's newest case when the last of it was said; ``more``: there is more that way.
    """

    messages: list[Message]
    reference: str | None = None
    more: bool = False


@dataclass
class _Doing:
    """What one message changes besides what is said; ``contact`` is the chat as it will be."""

    centre: Centre
    contact: Contact
    message: ChatMessage
    new: str
    now: datetime
    cases: dict[str, Case]
    counts: dict[str, int]
    """The tallies of today that were read with the cases."""
    reached: frozenset[str]
    """Whose limits stood in the way of an earlier try to store this."""
    language: Language = Language.INDONESIAN
    drafts: list[Draft] = field(default_factory=list)
    codes: list[OutboxMessage] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    opened: bool = False

    def facts(self, language: Language | None) -> Facts:
        """What the talk has to know now."""
        policy, contact, dialogue = self.centre.policy, self.contact, conversation.read(self.contact.dialogue)
        known = self.cases
        return Facts(
            operator=self.centre.operator.name,
            short_number=self.centre.operator.short_number,
            honorific=CHAT.honorific,
            today=self.now.astimezone(messages.WIB).date(),
            language=language,
            own=known.get(contact.reference or ""),
            asked=known.get(contact.question),
            ordered=known.get(dialogue.ordered),
            reopens=frozenset(
                name for name, one in known.items() if one.closed_at and still_joins(self.centre, one, self.now)
            ),
            satisfied_from=policy.satisfaction.satisfied_from,
            proven=self._proven,
            code_awaited=contact.proof is not None,
            codes_a_day=policy.proof.codes_a_day,
            has_system=self.centre.system is not None,
        )

    @property
    def _proven(self) -> str:
        """The number proven here, while that holds; "" when there is none."""
        proven = self.contact.proven
        return proven.number if proven and proven.holds(self.centre.policy, self.now) else ""

    def carry_out(self, wish: Wish) -> Outcome:
        """Do what a turn wishes; gives what came of it."""
        match wish:
            case conversation.Open():
                return self._open(wish)
            case conversation.Add():
                return self._add(wish)
            case conversation.AskStatus():
                return self._status(wish.reference)
            case conversation.SendCode():
                return self._send_code(wish.number)
            case conversation.TryCode():
                return self._try_code(wish.code)
            case conversation.ReadLine():
                return self._read_line(wish.number)
            case _:
                assert_never(wish)

    def _open(self, wish: conversation.Open) -> Outcome:
        askers = self.message.askers
        last = self.cases.get(self.contact.reference or "")
        if askers[0].cases in self.reached and last and not wish.order:
            return self._one_more(wish, last)
        opening = Opening(
            reference=self.new,
            party=self.message.party,
            kind=wish.kind,
            category=wish.category,
            urgent=wish.urgent,
            language=self.language,
            text=wish.text,
            summary=wish.summary,
            notes=wish.notes,
            order=wish.order,
        )
        opening, counted = accepting.counted(self.centre, askers, opening, self.now, self.reached)
        self.tallies += counted
        self.drafts.append(self.centre.open(opening, self.now))
        self.contact = self.contact.evolve(reference=self.new)
        self.opened = True
        return conversation.Opened(self.new, first=opening.urgent)

    def _one_more(self, wish: conversation.Open, last: Case) -> Outcome:
        """Past the limit of cases a day what is said goes to the chat's last one."""
        draft = self.centre.edit(last, self.now)
        hear(draft, wish.text, CHAT)
        self.drafts.append(draft)
        return conversation.Opened(last.reference, first=draft.case.urgent)

    def _add(self, wish: conversation.Add) -> Outcome:
        draft = self.centre.edit(self.cases[wish.reference], self.now)
        verdict = hear(draft, wish.text, CHAT)
        for one in wish.notes:
            draft.note(What.NOTE, CARE, one)
        if wish.person and is_unresolved(draft.case.status):
            draft.set(attention=Attention.PERSON_WANTED)
        if verdict and verdict is not Verdict.COURTESY:
            self.contact = self.contact.evolve(question="")
        self.drafts.append(draft)
        return conversation.Added(wish.reference, verdict)

    def _status(self, asked: str) -> Outcome:
        """A chat hears of its own cases only; asking for others is counted."""
        if asked in self.cases and self.cases[asked].customer_id == self.contact.customer_id:
            return conversation.StatusRead(self.cases[asked])
        who = hashed(self.contact.contact_id)
        found, counts = self.centre.store.tallies.with_cases(
            [asked] if reference.is_valid(asked) else [], [who], self.now
        )
        if counts[who] >= self.centre.policy.status.wrong_guesses_a_day:
            return conversation.StatusRead(None, too_many=True)
        case = found.get(asked)
        if case and case.customer_id == self.contact.customer_id:
            return conversation.StatusRead(case)
        self.tallies.append(Tally(who, self.now))
        return conversation.StatusRead(None)

    def _send_code(self, number: str) -> Outcome:
        """Whoever's number it is, the same is done and answered; only what is sent differs."""
        who, most = _codes_to(number), self.centre.policy.proof.codes_to_number_a_day
        if who in self.reached or self._count(who) >= most:
            return conversation.TooManyCodes()
        try:
            line = self._line(number)
        except Unavailable:
            return conversation.NoSystem()
        begun, code = proof.begin(number, self.now)
        self.contact = self.contact.evolve(proof=begun)
        self.tallies.append(Tally(who, self.now, most))
        if line:
            self.codes.append(self._code_message(number, code))
        return conversation.CodeSent()

    def _count(self, who: str) -> int:
        return self.counts[who] if who in self.counts else self.centre.store.tallies.of(who, self.now)

    def _code_message(self, number: str, code: str) -> OutboxMessage:
        values = {"code": code, "minutes": f"{self.centre.policy.proof.minutes:g}"}
        return OutboxMessage(
            owner=Owner(contact=self.message.contact_id),
            key=f"code-{hashed(self.message.client_id)[:16]}",
            template=Template.CODE,
            values=values,
            address=Address(channel=SMS, value=number),
            language=self.language,
            text=messages.text(f"{Template.CODE}.{SMS.form}", self.language, **values, **self.centre.operator.names),
            due_at=self.now,
            secret=True,
        )

    def _try_code(self, code: str) -> Outcome:
        """Past the limit of wrong codes for its number, whoever tried them, none is right."""
        begun, policy = self.contact.proof, self.centre.policy
        if begun is None:
            return conversation.CodeTried(Checked.EXPIRED)
        who, most = _wrong_for(begun.number), policy.proof.wrong_of_number_a_day
        if who in self.reached or self._count(who) >= most:
            self.contact = self.contact.evolve(proof=None)
            return conversation.CodeTried(Checked.TOO_MANY)
        checked, kept = proof.check(begun, code, policy, self.now)
        self.contact = self.contact.evolve(proof=kept)
        if checked is Checked.PROVEN:
            self.contact = self.contact.evolve(proven=Proven(number=begun.number, at=self.now))
        if checked in (Checked.WRONG, Checked.TOO_MANY):
            self.tallies.append(Tally(who, self.now, most))
        return conversation.CodeTried(checked, policy.proof.tries - kept.tries if kept else 0)

    def _read_line(self, number: str) -> Outcome:
        """What was proven falls when the line has changed hands."""
        try:
            line = self._line(number)
        except Unavailable:
            return conversation.NoSystem()
        if line and self.contact.proven and not self.contact.proven.is_of(line):
            self.contact = self.contact.evolve(proven=None)
            return conversation.ProofOver()
        return conversation.LineRead(line)

    def _line(self, number: str) -> Line | None:
        if self.centre.system is None:
            raise Unavailable
        return self.centre.system.line(number)


def contact_id(session: str) -> str:
    """A chat is known by a hash of the secret its browser keeps."""
    return f"chat-{hashed(session)}"


def resume(
    centre: Centre, contact_id: str, now: datetime, *, after: int | None = None, before: int | None = None
) -> Page:
    """A page of the chat that fits a frame: what follows ``after``, what was said ``before``, or the newest.

    Turns are whole in it, so ``before`` is the first number of a page or a turn that the browser has. A new chat is
    greeted; that is stored only with the customer's first message, so that looking leaves no contact.
    """
    entries, more = centre.store.contacts.said(contact_id, _PAGE_ENTRIES, after=after, before=before)
    if not entries:
        return Page([] if after or before else [_greeting(centre, now)])
    count = transcript.fitting(entries)
    kept = entries[:count] if after is not None else entries[count - 1 :: -1]
    said = [one for entry in kept for one in entry.messages if after is None or one.seq > after]
    return Page(said, kept[-1].answer.get("reference"), more or count < len(entries))


def _greeting(centre: Centre, now: datetime) -> Message:
    operator = centre.operator
    said = conversation.welcome(Language.INDONESIAN, operator.name, operator.short_number, CHAT.honorific)
    return Message(seq=1, sender=CARE, text=said.text, buttons=said.buttons, at=now)


def accept(centre: Centre, message: ChatMessage, now: datetime) -> Accepted:
    """Accept a chat message; ``entry.messages`` holds it and its answers, numbered."""
    return once(lambda: _accept(centre, message, now))


def _accept(centre: Centre, message: ChatMessage, now: datetime) -> Accepted:
    try:
        contact = centre.store.contacts.get(message.contact_id)
    except NotFound:
        contact = new_contact(message.party, now)
    dialogue = conversation.read(contact.dialogue)
    found, counts = _cases_and_counts(centre, contact, dialogue, message, now)

    def write(new: str, reached: frozenset[str]) -> Accepted:
        doing = _Doing(centre, contact, message, new, now, found, counts, reached)
        return _store(doing, _turn(doing, dialogue))

    return with_free_reference_within_limits(f"{message.contact_id}/{message.client_id}", write)


def _cases_and_counts(
    centre: Centre, contact: Contact, dialogue: Dialogue, message: ChatMessage, now: datetime
) -> tuple[dict[str, Case], dict[str, int]]:
    """This chat's cases that a talk may be about, and what was counted today of a number that is to be proven.

    One request at most.
    """
    wanted = dict.fromkeys(filter(None, (contact.question, contact.reference, dialogue.ordered)))
    number = conversation.number_for_code(dialogue, message.text)
    whos = [_codes_to(number)] if number else []
    if contact.proof and proof.code_in(message.text):
        whos.append(_wrong_for(contact.proof.number))
    return centre.store.tallies.with_cases(wanted, whos, now)


def _codes_to(number: str) -> str:
    """Under which codes to a number are counted."""
    return hashed(f"code:{number}")


def _wrong_for(number: str) -> str:
    """Under which wrong codes for a number are counted."""
    return hashed(f"wrong-code:{number}")


def _turn(doing: _Doing, dialogue: Dialogue) -> Turn:
    """The whole turn: what is wished is carried out, until nothing is."""
    turn = conversation.turn(dialogue, doing.message.text, doing.facts(doing.contact.language))
    doing.language = turn.language
    for _ in range(_WISHES):
        if turn.wish is None:
            return turn
        outcome = doing.carry_out(turn.wish)
        turn = conversation.told(turn, outcome, doing.facts(turn.language))
    raise AssertionError(f"a turn does not end: {type(turn.wish).__name__}")


def _store(doing: _Doing, turn: Turn) -> Accepted:
    contact, message, now = doing.contact, doing.message, doing.now
    began = contact.length == 0
    said = [_greeting(doing.centre, now)] if began else []
    for place, one in enumerate([Said(turn.heard), *turn.said]):
        is_theirs = place == 0
        said.append(
            Message(
                seq=contact.length + len(said) + 1,
                sender=CUSTOMER if is_theirs else CARE,
                text=one.text,
                buttons=one.buttons,
                at=now,
                client_id=message.client_id if is_theirs else "",
            )
        )
    own = contact.reference or ""
    entry = Entry(
        contact_id=message.contact_id,
        event_id=message.client_id,
        at=now,
        what=EntryKind.MESSAGE,
        answer={"reference": own} if own else {},
        messages=tuple(said),
    )
    doing.centre.store.commit(
        entry=entry,
        contact=contact.evolve(
            language=turn.language, dialogue=turn.dialogue.write(), length=contact.length + len(said)
        ),
        contact_length=contact.length,
        drafts=doing.drafts,
        tallies=doing.tallies,
        messages=doing.codes,
    )
    return Accepted(entry, own, began=began, opened=doing.opened)
