"""What an agent sees and decides."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from care.cases import agent as agents
from care.cases import joining
from care.cases.agent import Agent
from care.cases.case import Case, Listed
from care.cases.draft import Draft
from care.cases.files import Attachment
from care.cases.opening import SUMMARY_LENGTH
from care.cases.timeline import TimelineEntry, What
from care.centre import Centre
from care.reading.mask import masked
from care.reading.satisfaction import Answer
from care.services.table.cases import CaseFile, CasePage
from care.services.table.commit import until_stored, with_free_reference
from care.services.table.items import NotFound
from care.telling.outbox import OutboxMessage
from care.words import CaseList, Category, Danger, Kind, Priority, Team

# How long one look at what is masked lasts before it is noted again.
LOOK = timedelta(minutes=10)
LOOKED = "personal numbers shown"
_CUT = re.compile(r"\d(?:[ .\-]?\d){3,20}$")


class Quarantined(Exception):
    """A file that nobody is given, and why."""

    def __init__(self, danger: Danger) -> None:
        super().__init__(danger)
        self.danger = danger


@dataclass(frozen=True)
class Matter:
    """What a case is about that an agent makes of another."""

    kind: Kind
    category: Category
    priority: Priority
    text: str


def cases(centre: Centre, which: CaseList, teams: Sequence[Team], after: str = "") -> CasePage:
    """A page of a list of teams, the most pressing and earliest due first; requests as of ``Cases.listed``.

    Where cases that go first fill the first page, the newest of the last's priority is on it too, ahead of its like.
    """
    page = centre.store.cases.listed(which, teams, after)
    if after or not page.next or not page.cases[-1].priority.goes_first:
        return page
    priority = page.cases[-1].priority
    newest = _newest(centre, which, teams, priority)
    others = [one for one in page.cases if one != newest]
    place = sum(one.priority is not priority for one in others)
    return CasePage([*others[:place], newest, *others[place:]], page.next)


def _newest(centre: Centre, which: CaseList, teams: Sequence[Team], priority: Priority) -> Listed:
    """The case of a priority that was opened last: none that is due so early can be newer than one found already."""
    by_due = centre.store.cases.backwards(which, teams, priority)
    newest = next(by_due)
    soonest = centre.policy.shortest_time(priority)
    for one in by_due:
        if one.priority is not priority or one.due_at < newest.opened_at + soonest:
            break
        newest = max(newest, one, key=lambda case: case.opened_at)
    return newest


def take(centre: Centre, reference: str, agent: Agent, now: datetime) -> CaseFile:
    """Raises ``NotFound``, ``StillHeld``, ``AnotherAgent``, ``IllegalMove``."""
    return _change(centre, reference, now, lambda draft: agents.take(draft, agent))


def release(centre: Centre, reference: str, agent: Agent, now: datetime) -> CaseFile:
    """Let what was held be handled as any other. Raises ``NotFound``, ``NotHeld``."""
    return _change(centre, reference, now, lambda draft: agents.release(draft, agent))


def discard(centre: Centre, reference: str, agent: Agent, now: datetime) -> CaseFile:
    """End what was held, and tell nobody. Raises ``NotFound``, ``NotHeld``."""
    return _change(centre, reference, now, lambda draft: agents.discard(draft, agent))


def reply(centre: Centre, reference: str, agent: Agent, command: str, text: str, now: datetime) -> CaseFile:
    """Write to the customer; ``command`` is the id of the agent's click, so that a second click is the same.

    Raises ``NotFound``, ``StillHeld``, ``AnotherAgent``, ``TooLong``.
    """
    key = f"reply-{command}"
    return _change(centre, reference, now, lambda draft: agents.reply(draft, agent, text, key), key)


def resolve(centre: Centre, reference: str, agent: Agent, command: str, text: str, now: datetime) -> CaseFile:
    """Resolve the case; ``command`` as for ``reply``.

    Raises ``NotFound``, ``StillHeld``, ``AnotherAgent``, ``TooLong``, ``IllegalMove``.
    """
    key = f"resolve-{command}"
    return _change(centre, reference, now, lambda draft: agents.resolve(draft, agent, text, key), key)


def need(centre: Centre, reference: str, agent: Agent, command: str, text: str, now: datetime) -> CaseFile:
    """Ask the customer for something, and wait for it; ``command`` as for ``reply``, errors as of ``agent.need``."""
    key = f"need-{command}"
    return _change(centre, reference, now, lambda draft: agents.need(draft, agent, text, key), key)


def promise(
    centre: Centre, reference: str, agent: Agent, command: str, words: str, by: datetime | int, now: datetime
) -> CaseFile:
    """Promise the customer something, by a time or within so many working days; ``command`` as for ``reply``.

    Errors as of ``agent.promise``.
    """
    key = f"promise-{command}"

    def make(draft: Draft) -> None:
        due = by if isinstance(by, datetime) else centre.policy.office_closes(now, by, draft.case.zone)
        agents.promise(draft, agent, words, due, key)

    return _change(centre, reference, now, make, key)


def keep(centre: Centre, reference: str, agent: Agent, promise_id: str, now: datetime) -> CaseFile:
    """What was promised is done. Raises ``NotFound``, ``NoPromise``."""
    return _change(centre, reference, now, lambda draft: agents.keep(draft, agent, promise_id))


def refuse(centre: Centre, reference: str, agent: Agent, command: str, text: str, now: datetime) -> CaseFile:
    """Refuse what the customer wants; ``command`` as for ``reply``, errors as of ``agent.refuse``."""
    key = f"refuse-{command}"
    return _change(centre, reference, now, lambda draft: agents.refuse(draft, agent, text, key), key)


def set_priority(
    centre: Centre, reference: str, agent: Agent, command: str, priority: Priority, now: datetime
) -> CaseFile:
    """Say how long it can wait; ``command`` as for ``reply``. Raises ``NotFound``, ``StillHeld``, ``IllegalMove``."""
    key = f"priority-{command}"
    return _change(centre, reference, now, lambda draft: agents.set_priority(draft, agent, priority), key)


def transfer(
    centre: Centre, reference: str, agent: Agent, command: str, team: Team, text: str, now: datetime
) -> CaseFile:
    """Give it to another team; ``command`` as for ``reply``.

    Raises ``NotFound``, ``StillHeld``, ``IllegalMove``, ``SameTeam``.
    """
    key = f"transfer-{command}"
    return _change(centre, reference, now, lambda draft: agents.transfer(draft, agent, team, text), key)


def note(centre: Centre, reference: str, agent: Agent, command: str, text: str, now: datetime) -> CaseFile:
    """Note what the customer is not told; ``command`` as for ``reply``. Raises ``NotFound``."""
    return _change(centre, reference, now, lambda draft: agents.note(draft, agent, text), f"note-{command}")


def merge(
    centre: Centre, reference: str, agent: Agent, command: str, into: str, same_customer: bool, now: datetime
) -> CaseFile:
    """Let the case go on as ``into``, and give what is left of it; ``command`` as for ``reply``.

    Both change, or neither. Raises ``NotFound`` and what ``joining.merge`` does.
    """
    key = f"merge-{command}"

    def write() -> CaseFile:
        file = centre.store.cases.file(reference, what=key)
        if file.is_done:
            return file
        gone, goes_on = centre.edit(file.case, now), centre.edit(centre.store.cases.get(into), now)
        joining.merge(gone, goes_on, agent, same_customer=same_customer)
        centre.store.commit(drafts=[gone, goes_on], done=key)
        return file.followed_by(gone)

    return until_stored(write)


def split(centre: Centre, reference: str, agent: Agent, command: str, matter: Matter, now: datetime) -> CaseFile:
    """Open another case of the same customer, which the case's newest entry names; ``command`` as for ``reply``.

    Raises ``NotFound``, ``StillHeld``.
    """
    key = f"split-{command}"

    def write(new: str) -> CaseFile:
        file = centre.store.cases.file(reference, what=key)
        if file.is_done:
            return file
        draft = centre.edit(file.case, now)
        opened = joining.split(draft, agent, new, matter.kind, matter.category, matter.priority, matter.text)
        centre.store.commit(drafts=[draft, opened], done=key)
        return file.followed_by(draft)

    return with_free_reference(f"split/{reference}/{command}", lambda new: until_stored(lambda: write(new)))


def room(centre: Centre, case: Case, now: datetime) -> dict[str, int | None]:
    """How long what an agent writes about the case may be, by what is done; ``None``: of any length."""
    return agents.room(centre.edit(case, now))


def unmasked(
    centre: Centre, reference: str, agent: Agent, command: str, now: datetime, before: int | None = None
) -> tuple[CaseFile, bool]:
    """A page of the case as the customer wrote it, and whether this look was noted now.

    ``command`` is the id of the agent's click: what is asked again under it within ``LOOK`` is the same look. A look
    that cannot be noted is not had. Raises ``NotFound``.
    """
    key = f"unmasked-{command}-{agent.id}"

    def write() -> tuple[CaseFile, bool]:
        file = centre.store.cases.file(reference)
        if any(one.message == key and now - one.at < LOOK for one in file.timeline):
            return file, False
        draft = centre.edit(file.case, now)
        draft.note(What.NOTE, agent.name, LOOKED, message=key)
        centre.store.commit(drafts=[draft])
        return file.followed_by(draft), True

    newest, is_new = until_stored(write)
    return centre.store.cases.file(reference, before) if before else newest, is_new


def beginnings(file: CaseFile, longest: int) -> CaseFile:
    """The file with so many characters of each text at most; a number that the end cuts in two is left out."""
    return replace(file, timeline=[_beginning(entry, longest) for entry in file.timeline])


def _beginning(entry: TimelineEntry, longest: int) -> TimelineEntry:
    return entry if len(entry.text) <= longest else entry.evolve(text=_CUT.sub("…", entry.text[:longest]))


def without_numbers(file: CaseFile) -> CaseFile:
    """The case as agents see it: personal numbers are masked in all that was written."""
    return replace(
        file,
        case=case_without_numbers(file.case),
        timeline=[entry_without_numbers(entry) for entry in file.timeline],
        messages=[_masked_message(message) for message in file.messages],
    )


def case_without_numbers(case: Case) -> Case:
    """The case with a masked summary and resolution, masked promises and comments."""
    return case.evolve(
        summary=summary_without_numbers(case),
        resolution=masked(case.resolution),
        promises=tuple(one.evolve(words=masked(one.words)) for one in case.promises),
        answer=case.answer and _masked_answer(case.answer),
        scores=tuple(map(_masked_answer, case.scores)),
    )


def _masked_answer(answer: Answer) -> Answer:
    return answer.evolve(comment=masked(answer.comment))


def summary_without_numbers(case: Listed) -> str:
    """The masked summary; a number that its end cut in two is left out."""
    summary = masked(case.summary)
    return _CUT.sub("…", summary) if len(case.summary) == SUMMARY_LENGTH else summary


def entry_without_numbers(entry: TimelineEntry) -> TimelineEntry:
    """The entry with a masked text and masked names of files."""
    files = tuple(one.evolve(name=masked(one.name)) for one in entry.attachments)
    return entry.evolve(text=masked(entry.text), attachments=files)


def _masked_message(message: OutboxMessage) -> OutboxMessage:
    return message.evolve(text=masked(message.text), subject=masked(message.subject))


def _change(centre: Centre, reference: str, now: datetime, change: Callable[[Draft], None], what: str = "") -> CaseFile:
    """``what`` names a change that is made once, however often and however much later it is asked for."""

    def write() -> CaseFile:
        file = centre.store.cases.file(reference, what=what)
        if file.is_done:
            return file
        draft = centre.edit(file.case, now)
        change(draft)
        if draft.case == file.case:
            return file
        centre.store.commit(drafts=[draft], done=what)
        return file.followed_by(draft)

    return until_stored(write)


def attachment(centre: Centre, reference: str, entry: int, number: int) -> Attachment:
    """A file by the timeline's entry it came with and its number there.

    Raises ``NotFound``, ``StillHeld``, ``Quarantined``.
    """
    if centre.store.cases.get(reference).held:
        raise agents.StillHeld(reference)
    for one in centre.store.cases.entry(reference, entry).attachments:
        if one.number == number and one.danger:
            raise Quarantined(one.danger)
        if one.number == number:
            return one
    raise NotFound(f"{reference}/{entry}/{number}")
