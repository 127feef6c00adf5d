"""An SMS: a line of the talk that a number and we have, answered by one SMS.

Its customer's cases are those of the number, whichever way they began: what is written may answer the question of one,
name one, or be about something new. STOP alone ends what we send by ourselves, START begins it again.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from care import conversation, phone, reference
from care.cases.case import Case
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Party, first_key
from care.cases.timeline import What
from care.centre import Centre
from care.channels import SMS
from care.contacts.contact import Contact, Entry, EntryKind
from care.conversation import Add, Dialogue, Facts, Open, Said, Turn, script
from care.conversation.dialogue import RECENT_LENGTH, stored
from care.customer import Address, hashed
from care.doors import accepting
from care.doors.accepting import Accepted, Asker, new_contact, once, still_joins, with_free_reference_within_limits
from care.doors.talking import Heard, Talking, counted_for
from care.reading import satisfaction, triage
from care.reading.language import answer_language
from care.reading.satisfaction import Verdict
from care.services.table.tallies import Tally
from care.telling import messages
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage, Owner
from care.telling.short import one_text
from care.words import CARE, CUSTOMER, Category, Kind, Language, Priority, Status

LONGEST = 300
"""Characters of an answer: two parts of an SMS."""
_SEVERAL = 2
_SAME = 2
_SENTENCE = 4
"""The same words are answered so often, if they are so many: a telephone that answers by itself says them for ever."""
# Of words in small letters, with one blank between.
_STOP = re.compile(
    r"(?:stop|berhenti|unsub|unsubscribe|opt ?out)(?: sms)?"
    r"|(?:tolong |tlg |mohon )?(?:stop|berhenti|jangan|jgn|jng|(?:ga|gak|gk|g|tidak|tdk|nggak|ngga) ?(?:usah|perlu))"
    r"(?: (?:kirim\w*|ngirim\w*|mengirim\w*))? (?:sms|pesan)"
    r"(?: (?:saya|sy|aku|gue|gw|ke|nomor|no|ini|lagi|lg|kak|ya|dong))*"
    r"|(?:please |pls )?(?:stop|no more|don ?t|do not)(?: send\w*)?(?: me)? (?:sms|text|texts|texting|messages?)"
    r"(?: (?:me|to|this|number|please|pls|anymore|any|more|again))*"
)
_STARTS = frozenset({"start", "mulai", "unstop", "start sms", "mulai sms"})
# What a missed caller is told to answer, and what else may be written for it; alone.
_CALL_BACK = re.compile(
    r"\W*(?:(?:tolong|mohon|minta) )?(?:di)?(?:telepon|telpon|telp|tlp|tlpn|telfon)(?: (?:saya|balik|kembali|ya))*\W*"
    r"|\W*(?P<english>(?:please )?call(?: me)?(?: back)?(?: please)?)\W*",
    re.I,
)
_ENGLISH_COMMAND = re.compile(
    r"\W*(?:(?:(?:check|my|i|need) )*"
    r"(?:active period|agent|balance|bill|complaint|credit|hello|help|packages?|person|quota|report)|buy .{1,40})\W*",
    re.I,
)


@dataclass(frozen=True)
class Sms:
    """A customer's SMS; ``sender`` as the carrier gives it."""

    event_id: str
    sender: str
    text: str

    @cached_property
    def address(self) -> Address | None:
        """Where an answer goes; a sender that is no number has none."""
        number = phone.to_e164(self.sender)
        return Address(channel=SMS, value=number) if number else None

    @property
    def alone(self) -> Party:
        """Who wrote what is no talk: a contact of this one message, the same for every delivery of it."""
        return Party(SMS, f"sms-{hashed(self.event_id)}", None)

    def heard_from(self, address: Address) -> Heard:
        """A line of the talk with a number. All that is said goes to the number that it came from."""
        party = Party(SMS, f"sms-{address.customer_id}", address)
        return Heard(party, hashed(self.event_id), self.text, (Asker(address.customer_id),), reads=address.value)


def accept(centre: Centre, sms: Sms, now: datetime) -> Accepted:
    """Accept an SMS and make its answer due.

    What a machine sends, by its name, is kept as a contact; words of nobody are a case that a person reads.
    """
    return once(lambda: _accept(centre, sms, now))


def _accept(centre: Centre, sms: Sms, now: datetime) -> Accepted:
    if sms.address:
        return _talk(centre, sms.heard_from(sms.address), sms.address, now)
    if sms.sender:
        return accepting.store(centre, sms.alone, _entry(sms, now, EntryKind.NO_NUMBER), now)
    return with_free_reference_within_limits(
        sms.alone.contact_id, lambda new, reached: _open_for_nobody(centre, sms, new, now, reached)
    )


def _open_for_nobody(centre: Centre, sms: Sms, new: str, now: datetime, reached: frozenset[str]) -> Accepted:
    opening = accepting.opening(new, sms.alone, sms.text, triage.read(sms.text))
    opening, tallies = accepting.counted(centre, [Asker("sms-nobody", shared=True)], opening, now, reached)
    entry = _entry(sms, now, EntryKind.OPENED, reference=new)
    return accepting.store(centre, sms.alone, entry, now, centre.open(opening, now), tallies=tallies)


def _entry(sms: Sms, now: datetime, what: EntryKind, **answer: str) -> Entry:
    return Entry(contact_id=sms.alone.contact_id, event_id="sms", at=now, what=what, answer=answer)


def _talk(centre: Centre, heard: Heard, address: Address, now: datetime) -> Accepted:
    """Three requests, four where a code or the status of an unknown case is asked for."""
    known, silent = centre.store.contacts.of_number(heard.party.contact_id, address.customer_id)
    cases = _Cases.of(centre, address, heard.text, now)
    contact = _resumed(centre, known or new_contact(heard.party, now), cases, now)
    dialogue = conversation.read(contact.dialogue)
    _, counts = centre.store.tallies.with_cases((), counted_for(contact, dialogue, heard.text), now)
    silence = _silence(heard.text, silent=silent)
    is_awaited = not (_is_said_again(dialogue, heard.text) or (silent and _is_courtesy(centre, heard.text)))
    counted = f"answers-{address.customer_id}"

    def write(new: str, reached: frozenset[str]) -> Accepted:
        answered = is_awaited and counted not in reached
        talking = Talking(centre, contact, heard, new, now, cases.theirs, counts, reached, acknowledges=answered)
        if silence is None:
            turn = _turn(talking, cases, dialogue)
        else:
            turn = _silenced(talking, cases, dialogue, silence=silence)
        if not answered or (_goes_on(talking, turn) and not silent):
            return talking.store(turn, (), silence=silence)
        text = _text(talking, turn, silent=silent and silence is None)
        _tell(talking, text, turn.language, address)
        talking.tallies.append(Tally(counted, now, centre.policy.limits.answers_a_day))
        return talking.store(turn, [Said(text)], silence=silence)

    return with_free_reference_within_limits(heard.opens, write)


# ---- what an SMS is about --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cases:
    """The cases of who has the number today, by reference: the one an SMS names, the one it is about else, and those
    whose question is open, newest first.
    """

    theirs: dict[str, Case]
    named: Case | None
    own: Case | None
    asked: tuple[Case, ...]

    @classmethod
    def of(cls, centre: Centre, address: Address, text: str, now: datetime) -> "_Cases":
        """One request."""
        found = centre.own_cases(address, now)
        joined = [one for one in found if still_joins(centre, one, now)]
        named = next((one for one in joined if _written(one).search(text)), None)
        unfinished = [one for one in joined if is_unresolved(one.status)]
        asked = [one for one in joined if one.status is Status.RESOLVED]
        own = next(iter((*unfinished, *asked, *joined, *found)), None)
        return cls({one.reference: one for one in found}, named, own, tuple(asked))


def _written(case: Case) -> re.Pattern[str]:
    """Its reference as it may be written; unlike one that could be anybody's, a digit may follow ("417 220 1935 5")."""
    digits = r"[ .\-]?".join(case.reference)
    return re.compile(rf"(?<!\d){digits}(?!\d)")


def _resumed(centre: Centre, contact: Contact, cases: _Cases, now: datetime) -> Contact:
    """The talk as it goes on; one that rested long begins anew, with whoever has the number by now."""
    rested = contact.heard_at is None or now - contact.heard_at > centre.policy.talk_time
    if rested:
        # What was said last is known by its digests alone, so that it is not said again.
        last = conversation.read(contact.dialogue).last
        contact = contact.evolve(language=None, dialogue=Dialogue(last=last).write(), proof=None, proven=None)
    about, asked = cases.named or cases.own, cases.named or next(iter(cases.asked), None)
    return contact.evolve(
        language=contact.language or (about.language if about else None),
        reference=about.reference if about else None,
        question=asked.reference if asked else "",
    )


def _turn(talking: Talking, cases: _Cases, dialogue: Dialogue) -> Turn:
    # Of who has not written yet a command alone tells the language.
    command = Language.ENGLISH if _ENGLISH_COMMAND.fullmatch(talking.heard.text) else None
    facts = talking.facts(talking.contact.language or command)
    begun = (
        _for_named(talking, cases, dialogue)
        or _call_back(talking, cases, dialogue)
        or _promotion(talking, dialogue, facts)
        or conversation.turn(dialogue, talking.heard.text, facts)
    )
    if isinstance(begun.wish, Add) and not cases.named and len(cases.asked) > 1:
        about = cases.theirs[begun.wish.reference]
        if about in cases.asked:
            return _which(talking, about, begun)
    return talking.turn(begun)


def _for_named(talking: Talking, cases: _Cases, dialogue: Dialogue) -> Turn | None:
    """Words beside a reference go to its case, unless they ask something."""
    if not cases.named:
        return None
    said = _written(cases.named).sub("", talking.heard.text).strip()
    if not said or "?" in said or script.leads(said) or script.says("asks", said):
        return None
    language = talking.contact.language or cases.named.language
    heard = dialogue.at("start").heard(talking.heard.text)
    return Turn(heard, language, talking.heard.text, wish=Add(cases.named.reference, said))


def _call_back(talking: Talking, cases: _Cases, dialogue: Dialogue) -> Turn | None:
    """Who asks for nothing but to be called, and has no case at work that knows it."""
    text = talking.heard.text
    said = _CALL_BACK.fullmatch(text)
    if not said or (cases.own and is_unresolved(cases.own.status)):
        return None
    language = Language.ENGLISH if said["english"] else Language.INDONESIAN
    summary = messages.text("summary.callback", language)
    wish = Open(Kind.INFORMATION, Category.SERVICE, Priority.NORMAL, text, "call_back_taken", summary)
    return Turn(dialogue.at("start").heard(text), language, text, wish=wish)


def _promotion(talking: Talking, dialogue: Dialogue, facts: Facts) -> Turn | None:
    """Who wants no advertising hears where that ends, and what ends all SMS."""
    text = talking.heard.text
    is_wanted = script.says("of_promotion", text) and script.says("wants_end", text)
    if not is_wanted or script.says("not_promotion", text):
        return None
    language = answer_language(text, facts.language)
    said = Said(messages.text("answer.promotion", language, **talking.centre.operator.names))
    return Turn(dialogue.at("start", told=("promo-messages",)).heard(text), language, text, (said,))


def _which(talking: Talking, about: Case, begun: Turn) -> Turn:
    """Several questions are open: which one is answered must be said. The words are kept at the newest meanwhile."""
    draft = talking.centre.edit(about, talking.now)
    draft.note(What.MESSAGE_IN, CUSTOMER, talking.heard.text, channel=SMS)
    talking.drafts.append(draft)
    which = messages.text("answer.which", begun.language, reference=reference.grouped(about.reference))
    return replace(begun, said=(Said(which),), wish=None)


# ---- STOP and START --------------------------------------------------------------------------------------------------


def _silence(text: str, *, silent: bool) -> bool | None:
    """Whether no more SMS are wanted, or they are wanted again; ``None``: it says neither, or more than that."""
    said = " ".join(re.findall(r"[^\W_]+", text.lower()))
    if _STOP.fullmatch(said):
        return True
    return False if said in _STARTS and (silent or said.startswith("start")) else None


def _silenced(talking: Talking, cases: _Cases, dialogue: Dialogue, *, silence: bool) -> Turn:
    """It is confirmed once, and who works on an open case knows."""
    own = cases.own
    language = talking.contact.language or Language.INDONESIAN
    if own and own.status is not Status.CLOSED:
        draft = talking.centre.edit(own, talking.now)
        note = messages.text("note.silent" if silence else "note.silent_no_more", own.language)
        draft.note(What.NOTE, CUSTOMER, note, channel=SMS)
        talking.drafts.append(draft)
    key = "answer.stopped" if silence else "answer.started"
    confirmed = Said(messages.text(key, language, **talking.centre.operator.names))
    heard = dialogue.at("start", told=("promo-messages",)).heard(talking.heard.text)
    return Turn(heard, language, talking.heard.text, (confirmed,))


# ---- the answer ------------------------------------------------------------------------------------------------------


def _is_said_again(dialogue: Dialogue, text: str) -> bool:
    return len(text.split()) >= _SENTENCE and dialogue.recent[-_SAME:] == (stored(text, RECENT_LENGTH),) * _SAME


def _is_courtesy(centre: Centre, text: str) -> bool:
    read = satisfaction.read(text, centre.policy.satisfaction.satisfied_from)
    return read is not None and read[0] is Verdict.COURTESY


def _goes_on(talking: Talking, turn: Turn) -> bool:
    """Whether a follow-up takes the word and tells what came of it: that its case is closed, or open again."""
    changed = (
        draft.case.cycle != before.cycle or (before.status is Status.RESOLVED and draft.case.answer != before.answer)
        for draft in talking.drafts
        if (before := talking.cases.get(draft.case.reference))
    )
    return len(turn.said) == 1 and any(changed)


def _text(talking: Talking, turn: Turn, *, silent: bool) -> str:
    """All that is said as one SMS.

    Who complained of what can wait also reads by when it is to be solved; who gets no SMS by itself, that it will not
    come by SMS, and his team knows.
    """
    first, *more = "\n\n".join(map(_numbered, turn.said)).split("\n\n")
    for draft in talking.drafts:
        if draft.before == 0 and draft.case.is_complaint and not draft.case.priority.goes_first:
            due = messages.moment(draft.case.due_at, turn.language, draft.case.clock)
            first = _before_question(first, messages.text("answer.due", turn.language, due=due))
        if silent:
            draft.note(What.NOTE, CARE, messages.text("note.silent", draft.case.language))
            more.append(messages.text("answer.silent", turn.language))
    said = [first, *more]
    return one_text(said, LONGEST, conversation.essential(talking.heard.text, said, turn.language))


def _numbered(said: Said) -> str:
    """What is said, the lines that buttons stand for with the number to answer with."""
    names = [one.label for one in said.buttons]
    lines = said.text.split("\n")
    listed = [line for line in lines if any(line.startswith(f"{name}:") for name in names)]
    if len(listed) < _SEVERAL:
        return said.text
    return "\n".join(f"{listed.index(line) + 1}. {line}" if line in listed else line for line in lines)


def _before_question(text: str, more: str) -> str:
    """With one more sentence, ahead of a question at the end."""
    said, _, last = text.rpartition(". ")
    return f"{said}. {more} {last}" if said and last.endswith("?") else f"{text} {more}"


def _tell(talking: Talking, text: str, language: Language, address: Address) -> None:
    """Make the answer due: as the first message of the case it opened, with the case it changed, or alone."""
    key = f"answer-{talking.heard.event_id[:16]}"
    if not talking.drafts:
        talking.due.append(
            OutboxMessage(
                owner=Owner(contact=talking.contact.contact_id),
                key=key,
                template=Template.ANSWER,
                values={"words": text},
                address=address,
                language=language,
                text=text,
                due_at=talking.now,
            )
        )
        return
    draft = talking.drafts[-1]
    key = first_key(draft.case) if draft.before == 0 else key
    draft.tell(Template.ANSWER, key, to=address, values={"words": text})
