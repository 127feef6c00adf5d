"""A talk as every door keeps it: what a turn wishes is done, and all of it is stored in one transaction.

What is said is ``care.conversation``'s. A door brings what it heard and from whom, and takes the answer there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from care import conversation, reference
from care.areas import Zone
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.hearing import hear
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Opening, Party
from care.cases.timeline import What
from care.centre import Centre
from care.channels import SMS, Form
from care.contacts.contact import Contact, Entry, EntryKind, Message
from care.conversation import Dialogue, Facts, Outcome, Said, Turn, Wish
from care.customer import Address, hashed
from care.doors import accepting, proving
from care.doors.accepting import Accepted, Asker, still_joins
from care.line import order as order_of
from care.line import proof
from care.line.line import Line, Unavailable
from care.reading import areas
from care.reading import reader as readers
from care.services.table.tallies import Tally
from care.telling import messages
from care.telling.outbox import OutboxMessage
from care.words import CARE, CUSTOMER, Attention, Language, Status

_WISHES = 5


@dataclass(frozen=True)
class Heard:
    """One message of a customer, and whose limits its cases come under, the writer's own first.

    ``event_id`` is the same whenever it is delivered. ``reads`` is the number whose line may be told to who wrote it,
    because every answer goes to that number.
    """

    party: Party
    event_id: str
    text: str
    askers: tuple[Asker, ...]
    reads: str = ""

    @property
    def opens(self) -> str:
        """The event by which the reference of a case is derived that it opens."""
        return f"{self.party.contact_id}/{self.event_id}"


@dataclass
class Talking:
    """What one message changes besides what is said; ``contact`` is the talk as it will be.

    Its ``reference`` is the case the talk is about, its ``question`` the one whose customer was asked last whether it
    is solved; ``cases`` has both. ``reached`` are those whose limits stood in the way of an earlier try to store this.
    ``acknowledges``: what is said tells who opens a case all that its first message would.
    """

    centre: Centre
    contact: Contact
    heard: Heard
    new: str
    now: datetime
    cases: dict[str, Case]
    counts: dict[str, int]
    reached: frozenset[str]
    acknowledges: bool = False
    language: Language = Language.INDONESIAN
    line: Line | None = None
    """The line that was read for this message."""
    drafts: list[Draft] = field(default_factory=list)
    due: list[OutboxMessage] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)

    def turn(self, begun: Turn) -> Turn:
        """The whole turn: what is wished is carried out, until nothing is."""
        turn = begun
        self.language = turn.language
        for _ in range(_WISHES):
            if turn.wish is None:
                return turn
            outcome = self._carry_out(turn.wish)
            turn = conversation.told(turn, outcome, self.facts(turn.language))
        raise AssertionError(f"a turn does not end: {type(turn.wish).__name__}")

    def facts(self, language: Language | None) -> Facts:
        """What the talk has to know now."""
        policy, contact, channel = self.centre.policy, self.contact, self.heard.party.channel
        known, dialogue = self.cases, conversation.read(contact.dialogue)
        return Facts(
            operator=self.centre.operator.name,
            short_number=self.centre.operator.short_number,
            honorific=channel.honorific,
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
            reads=self.heard.reads,
            short=channel.form is Form.SHORT,
            has_reader=self.centre.reader is not None,
            now=self.now,
        )

    def store(
        self,
        turn: Turn,
        said: Sequence[Said],
        *,
        greeting: Sequence[Said] = (),
        silence: bool | None = None,
    ) -> Accepted:
        """Store what was heard and ``said``, numbered on, with all that changed. One request; errors as of ``commit``.

        ``greeting`` is what a new talk was shown before; ``silence`` as of ``commit``.
        """
        contact, now = self.contact, self.now
        lines = [(CARE, one) for one in greeting] + [(CUSTOMER, Said(turn.heard))] + [(CARE, one) for one in said]
        numbered = tuple(
            Message(
                seq=contact.length + place,
                sender=sender,
                text=one.text,
                buttons=one.buttons,
                at=now,
                client_id=self.heard.event_id if sender == CUSTOMER else "",
            )
            for place, (sender, one) in enumerate(lines, start=1)
        )
        own = contact.reference or ""
        entry = Entry(
            contact_id=contact.contact_id,
            event_id=self.heard.event_id,
            at=now,
            what=EntryKind.MESSAGE,
            answer={"reference": own} if own else {},
            messages=numbered,
        )
        self.centre.store.commit(
            entry=entry,
            contact=contact.evolve(
                language=turn.language,
                dialogue=turn.dialogue.write(),
                length=contact.length + len(numbered),
                heard_at=now,
            ),
            contact_length=contact.length,
            drafts=self.drafts,
            tallies=self.tallies,
            messages=self.due,
            silence=silence,
        )
        return Accepted(entry, own, began=contact.length == 0, opened=any(one.before == 0 for one in self.drafts))

    # ---- what a turn wishes ------------------------------------------------------------------------------------------

    def _carry_out(self, wish: Wish) -> Outcome:
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
            case conversation.TakeBack():
                return self._take_back(wish.reference)
            case conversation.ReadAgain():
                reader = self.centre.reader
                return conversation.WasRead(readers.asked(reader, wish.text) if reader else None)
            case _:
                assert_never(wish)

    def _open(self, wish: conversation.Open) -> Outcome:
        askers = self.heard.askers
        last = self.cases.get(self.contact.reference or "")
        if askers[0].cases in self.reached and last and not wish.order:
            return self._one_more(wish, last)
        opening = Opening(
            reference=self.new,
            party=self.heard.party,
            kind=wish.kind,
            category=wish.category,
            priority=wish.priority,
            language=self.language,
            text=wish.text,
            summary=wish.summary,
            notes=wish.notes,
            order=wish.order,
            others=self._others,
            acknowledged=self.acknowledges,
        )
        if self.line and areas.find(wish.text) is None:
            opening = replace(opening, area=self.line.area, zone=Zone(self.line.zone))
        opening, counted = accepting.counted(self.centre, askers, opening, self.now, self.reached)
        self.tallies += counted
        self.drafts.append(self.centre.open(opening, self.now))
        self.contact = self.contact.evolve(reference=self.new)
        return conversation.Opened(self.new, first=opening.priority.goes_first, case=self.drafts[-1].case)

    @property
    def _others(self) -> tuple[Address, ...]:
        """The line that was proven here reaches its customer too, when the talk itself is left."""
        by_number = self.heard.party.channel.by_number
        return (Address(channel=SMS, value=self._proven),) if self._proven and not by_number else ()

    def _one_more(self, wish: conversation.Open, last: Case) -> Outcome:
        """Past the limit of cases a day what is said goes to the talk's last one."""
        draft = self.centre.edit(last, self.now)
        hear(draft, wish.text, self.heard.party.channel)
        self.drafts.append(draft)
        return conversation.Opened(last.reference, first=draft.case.priority.goes_first)

    def _add(self, wish: conversation.Add) -> Outcome:
        draft = self.centre.edit(self.centre.gone_on(self.cases[wish.reference]), self.now)
        verdict = hear(draft, wish.text, self.heard.party.channel, unsolved=wish.unsolved)
        for one in wish.notes:
            draft.note(What.NOTE, CARE, one)
        if wish.person and is_unresolved(draft.case.status):
            draft.set(attention=Attention.PERSON_WANTED)
        if verdict and verdict.is_answer:
            self.contact = self.contact.evolve(question="")
        self.drafts.append(draft)
        return conversation.Added(wish.reference, verdict)

    def _status(self, asked: str) -> Outcome:
        """Who talks hears of his own cases only; asking for others is counted."""
        if asked in self.cases and self._is_own(self.cases[asked]):
            return conversation.StatusRead(self.centre.gone_on(self.cases[asked]))
        who = hashed(self.contact.contact_id)
        found, counts = self.centre.store.tallies.with_cases(
            [asked] if reference.is_valid(asked) else [], [who], self.now
        )
        if counts[who] >= self.centre.policy.status.wrong_guesses_a_day:
            return conversation.StatusRead(None, too_many=True)
        case = found.get(asked)
        if case and self._is_own(case):
            case = self.centre.gone_on(case)
            # From now on the talk is about it: what is said next may answer its question.
            question = case.reference if case.status is Status.RESOLVED else ""
            self.contact = self.contact.evolve(reference=case.reference, question=question)
            return conversation.StatusRead(case)
        self.tallies.append(Tally(who, self.now))
        return conversation.StatusRead(None)

    def _is_own(self, case: Case) -> bool:
        """Whether it is a case of who talks, or of the line proven here, and not of who had the number before."""
        addresses = [one for one in (self.heard.party.address, *self._others) if one]
        if not addresses:
            return case.customer_id == self.contact.customer_id
        return any(
            case.customer_id == one.customer_id and self.centre.is_own(one, case.opened_at, self.now)
            for one in addresses
        )

    # ---- the line ----------------------------------------------------------------------------------------------------

    @property
    def _proven(self) -> str:
        return proving.proven(self.centre, self.contact, self.now)

    def _send_code(self, number: str) -> Outcome:
        return self._keep(
            proving.send(self.centre, self.contact, number, self.heard.event_id, self.language, self.now, self._is_over)
        )

    def _is_over(self, who: str, most: int) -> bool:
        return who in self.reached or self._count(who) >= most

    def _count(self, who: str) -> int:
        return self.counts[who] if who in self.counts else self.centre.store.tallies.of(who, self.now)

    def _keep(self, step: proving.Step) -> Outcome:
        self.contact = step.contact
        self.tallies += step.tallies
        self.due += step.due
        return step.outcome

    def _try_code(self, code: str) -> Outcome:
        return self._keep(proving.check(self.centre, self.contact, code, self.now, self._is_over))

    def _read_line(self, number: str) -> Outcome:
        """What was proven falls when the line has changed hands."""
        try:
            line = proving.line(self.centre, number)
        except Unavailable:
            return conversation.NoSystem()
        proven = self.contact.proven
        if line and proven and proven.number == number and not proven.is_of(line):
            self.contact = self.contact.evolve(proven=None)
            return conversation.ProofOver()
        self.line = line
        return conversation.LineRead(line)

    def _take_back(self, reference: str) -> Outcome:
        draft = self.centre.edit(self.cases[reference], self.now)
        order = draft.case.order
        assert order is not None
        taken_back = order_of.taken_back(order)
        if taken_back:
            draft.set(order=taken_back)
            draft.note(What.ORDER, CARE, f"{order.package} {taken_back.state} {taken_back.reason}")
            self.drafts.append(draft)
        return conversation.TakenBack(order.name, done=taken_back is not None)


def counted_for(contact: Contact, dialogue: Dialogue, text: str) -> list[str]:
    """Under which names it is counted today what this message may want of a number that is to be proven."""
    number = conversation.number_for_code(dialogue, text)
    whos = [proving.codes_to(number)] if number else []
    if contact.proof and proof.code_in(text):
        whos.append(proving.wrong_for(contact.proof.number))
    return whos
