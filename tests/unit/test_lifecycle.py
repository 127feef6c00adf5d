"""Whatever happens to a case, and in whatever order: only legal moves, and a timeline without gaps."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.cases import agent as agents
from care.cases import following, lifecycle
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.hearing import hear
from care.cases.lifecycle import MOVES, IllegalMove
from care.cases.timeline import TimelineEntry, What
from care.channels import CHAT, EMAIL, SMS, Channel
from care.services.table.attributes import to_item
from care.services.table.items import dump, read
from care.telling.outbox import OutboxMessage
from care.words import CARE, CUSTOMER, Kind, Status, Team
from tests.unit.making import ADDRESSES, BUDI, NOW, RINA, edit, opened

Happening = Callable[[Draft, int], object]

HAPPENINGS: dict[str, Happening] = {
    **{f"what is due {place}": lambda draft, turn: take_what_is_due(draft) for place in range(4)},
    "take": lambda draft, turn: agents.take(draft, (RINA, BUDI)[turn % 2]),
    "reply": lambda draft, turn: agents.reply(draft, RINA, "Kami periksa.", f"reply-{turn:08d}"),
    "need": lambda draft, turn: agents.need(draft, RINA, "Nomor berapa?", f"need-{turn:08d}"),
    "promise": lambda draft, turn: agents.promise(
        draft, RINA, "Kami telepon", draft.now + timedelta(hours=1), f"promise-{turn:08d}"
    ),
    "refuse": lambda draft, turn: agents.refuse(draft, RINA, "Tidak bisa.", f"refuse-{turn:08d}"),
    "more pressing": lambda draft, turn: agents.set_priority(draft, RINA, draft.case.priority.raised),
    "transfer": lambda draft, turn: agents.transfer(draft, RINA, list(Team)[turn % len(Team)], "Bukan kami."),
    "resolve": lambda draft, turn: agents.resolve(draft, (RINA, BUDI)[turn % 2], "Sudah diperbaiki."),
    "hears yes": lambda draft, turn: hear(draft, "sudah, 5", EMAIL),
    "hears no": lambda draft, turn: hear(draft, "belum", SMS),
    "hears thanks": lambda draft, turn: hear(draft, "terima kasih", EMAIL),
    "hears no more": lambda draft, turn: hear(draft, "jangan tanya lagi", EMAIL),
    "hears more": lambda draft, turn: hear(draft, "alamat saya di Bandung", CHAT),
    "reopen": lambda draft, turn: following.reopen(draft, CUSTOMER),
}
REFUSALS = (IllegalMove, agents.AnotherAgent, agents.NoAddress, agents.SameTeam, agents.StillHeld)


def take_what_is_due(draft: Draft) -> None:
    """Time goes to what is due next, and it is done."""
    due = following.next_step(draft.case, draft.policy)
    if due:
        draft.now = max(draft.now, due.at)
        following.take(draft, due.step)


@given(
    st.sampled_from(Kind),
    st.sampled_from(list(ADDRESSES)),
    st.booleans(),
    st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=25),
)
def test_any_sequence_keeps_the_promises(kind: Kind, channel: Channel, reachable: bool, names: list[str]) -> None:
    first = opened(kind, channel, reachable=reachable)
    case, timeline, outbox = first.case, list(first.entries), list(first.outbox)
    now = NOW
    for turn, name in enumerate(names):
        draft = edit(case, now + timedelta(minutes=turn))
        try:
            HAPPENINGS[name](draft, turn)
        except REFUSALS:
            continue
        case, now = draft.case, draft.now
        timeline += draft.entries
        outbox += draft.outbox
    assert_whole(case, timeline, outbox)


def assert_whole(case: Case, timeline: list[TimelineEntry], outbox: list[OutboxMessage]) -> None:
    assert [entry.number for entry in timeline] == list(range(1, case.length + 1))
    assert timeline[-1].status is case.status
    status = Status.OPEN
    for entry in timeline:
        assert entry.status is status or (entry.what is What.MOVED and entry.status in MOVES[status])
        status = entry.status
    keys = [message.key for message in outbox]
    assert len(keys) == len(set(keys))
    told = [entry.message for entry in timeline if entry.what in (What.MESSAGE_OUT, What.NOTIFIED)]
    assert told == keys
    assert (case.closed_at is not None) == (case.status is Status.CLOSED)
    reopened = sum(entry.what is What.MOVED and entry.status is Status.REOPENED for entry in timeline)
    assert case.cycle == reopened + 1
    for value in (case, *timeline, *outbox):
        assert read(type(value), to_item(dump(value))) == value, "it comes back from the table as it went"


def test_every_status_leads_somewhere_and_only_to_known_ones() -> None:
    assert set(MOVES) == set(Status)
    assert all(MOVES.values())


def test_unresolved_are_those_somebody_works_on() -> None:
    assert {status for status in Status if not lifecycle.is_unresolved(status)} == {Status.RESOLVED, Status.CLOSED}
    for status in filter(lifecycle.is_unresolved, Status):
        assert {Status.RESOLVED, Status.CLOSED} <= MOVES[status]


def test_an_illegal_move_names_both_ends_and_changes_nothing() -> None:
    draft = opened()
    before = draft.case
    with pytest.raises(IllegalMove, match="is open, which does not lead to reopened") as refused:
        draft.move(Status.REOPENED, CARE)
    assert (refused.value.current, refused.value.wanted) == (Status.OPEN, Status.REOPENED)
    assert draft.case == before
