"""What an agent sees and decides."""

from collections.abc import Callable
from datetime import datetime

from care import case as cases
from care.case import Case, Draft
from care.centre import Centre
from care.store import CaseFile, NotFound, until_stored
from care.timeline import Attachment
from care.words import Team


def cases_of_team(centre: Centre, team: Team | None) -> list[Case]:
    """The unfinished cases of a team, or of all, urgent and earliest due first. One request a team."""
    teams = [team] if team else list(Team)
    found = [case for one in teams for case in centre.store.team_cases(one)]
    return sorted(found, key=lambda case: (not case.urgent, case.due_at))


def take(centre: Centre, reference: str, agent: str, now: datetime) -> CaseFile:
    """Raises ``NotFound``, ``IllegalMove``."""
    return _change(centre, reference, now, lambda draft: cases.take(draft, agent))


def reply(centre: Centre, reference: str, agent: str, command: str, words: str, now: datetime) -> CaseFile:
    """Write to the customer; ``command`` is the id of the agent's click, so that a second click is the same.

    Raises ``NotFound``.
    """
    key = f"reply-{command}"
    return _change(centre, reference, now, lambda draft: cases.reply(draft, agent, words, key), key)


def resolve(centre: Centre, reference: str, agent: str, command: str, words: str, now: datetime) -> CaseFile:
    """Resolve the case; ``command`` as for ``reply``. Raises ``NotFound``, ``IllegalMove``."""
    key = f"resolve-{command}"
    return _change(centre, reference, now, lambda draft: cases.resolve(draft, agent, words, key), key)


def _change(centre: Centre, reference: str, now: datetime, change: Callable[[Draft], None], key: str = "") -> CaseFile:
    def write() -> CaseFile:
        file = centre.store.case_file(reference)
        if key and any(entry.message == key for entry in file.timeline):
            return file
        draft = centre.edit(file.case, now)
        change(draft)
        if draft.case == file.case:
            return file
        centre.store.commit(drafts=[draft])
        return CaseFile(draft.case, [*file.timeline, *draft.entries], [*file.messages, *draft.outbox])

    return until_stored(write)


def attachments(file: CaseFile) -> list[Attachment]:
    """All files of a case, numbered through."""
    found = [one for entry in file.timeline for one in entry.attachments]
    return [one.model_copy(update={"number": number}) for number, one in enumerate(found, start=1)]


def attachment(centre: Centre, reference: str, number: int) -> Attachment:
    """Raises ``NotFound``."""
    found = attachments(centre.store.case_file(reference))
    if not 1 <= number <= len(found):
        raise NotFound(f"{reference}/{number}")
    return found[number - 1]
