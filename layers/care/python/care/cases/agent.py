"""What an agent does to a case."""

from care.cases import lifecycle
from care.cases.draft import Draft
from care.cases.timeline import What
from care.telling.messages import Template
from care.words import ClosedAs, Status


def take(draft: Draft, agent: str) -> None:
    """An agent makes the case theirs. Before its acknowledgement it only gets its owner.

    Of a case that is done and asks for attention, an agent takes that: it is looked at, and leaves the list.
    """
    case = draft.case
    if not lifecycle.is_unresolved(case.status):
        if not case.attention:
            raise lifecycle.IllegalMove(case.reference, case.status, Status.IN_PROGRESS)
        draft.set(owner=agent, attention=None)
        draft.note(What.TAKEN, agent)
        return
    if case.owner != agent:
        draft.set(owner=agent)
        draft.note(What.TAKEN, agent)
    if case.status in (Status.ACKNOWLEDGED, Status.REOPENED):
        draft.move(Status.IN_PROGRESS, agent)


def reply(draft: Draft, agent: str, text: str, key: str) -> None:
    """An agent writes to the customer."""
    _take_if_unowned(draft, agent)
    draft.tell(Template.REPLY, key, by=agent, values={"words": text})


def resolve(draft: Draft, agent: str, text: str, command: str = "") -> None:
    """An agent resolves the case. A complaint's follow-up asks the customer next; a request is answered and closed."""
    _take_if_unowned(draft, agent)
    draft.set(resolution=text, resolved_at=draft.now, attention=None)
    draft.move(Status.RESOLVED, agent, text, message=command)
    if not draft.case.is_followed_up:
        draft.tell(Template.ANSWERED, f"answered-{draft.case.cycle}", values={"words": text})
        _close_answered(draft, agent)


def close_request(draft: Draft, by: str, text: str) -> None:
    """End a request that was carried out, or could not be, and whose customer was told so."""
    if lifecycle.is_unresolved(draft.case.status):
        draft.set(resolution=text, resolved_at=draft.now, attention=None)
        draft.move(Status.RESOLVED, by, text)
        _close_answered(draft, by)


def _close_answered(draft: Draft, by: str) -> None:
    """Who ends it knows if there is nowhere to send the answer."""
    draft.set(closed_as=ClosedAs.ANSWERED, closed_at=draft.now, attention=None)
    draft.move(Status.CLOSED, by, ClosedAs.ANSWERED)


def _take_if_unowned(draft: Draft, agent: str) -> None:
    """Whoever acts on a case nobody owns owns it."""
    if not draft.case.owner and lifecycle.is_unresolved(draft.case.status):
        take(draft, agent)
