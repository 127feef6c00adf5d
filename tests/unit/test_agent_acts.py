"""What an agent does to a case besides answering it: asking back, promising, refusing, passing on, joining."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from care.areas import Zone
from care.cases import agent, following, joining
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.lifecycle import IllegalMove
from care.cases.opening import open_case
from care.cases.timeline import What
from care.channels import CHAT, EMAIL, SMS, Channel
from care.customer import Address
from care.line.order import Order, OrderState
from care.policy import load
from care.reference import derive, grouped
from care.telling.messages import Template
from care.words import CUSTOMER, Attention, Category, ClosedAs, Held, Kind, Priority, Status, Team, Tier
from tests.unit.making import ADDRESSES, BUDI, NOW, OPERATOR, POLICY, RINA, edit, opened, opening

HOUR = timedelta(hours=1)


def acknowledged(kind: Kind = Kind.COMPLAINT, channel: Channel = EMAIL, **more: Any) -> Case:
    draft = opened(kind, channel, **more)
    if draft.case.is_complaint:
        following.acknowledge(draft)
    return draft.case


def told(draft: Draft, template: Template) -> str:
    (message,) = [one for one in draft.outbox if one.template is template]
    return message.text


def notices(draft: Draft) -> list[tuple[str, str]]:
    return [(one.address.value, one.values["what"]) for one in draft.outbox if one.template is Template.NOTICE]


def entries(draft: Draft, what: What) -> list[tuple[str, str]]:
    return [(one.by, one.text) for one in draft.entries if one.what is what]


ACTS: dict[str, Callable[[Draft], None]] = {
    "reply": lambda draft: agent.reply(draft, RINA, "Kami periksa.", "key-1"),
    "resolve": lambda draft: agent.resolve(draft, RINA, "Sudah."),
    "need": lambda draft: agent.need(draft, RINA, "Mohon kode posnya.", "key-1"),
    "promise": lambda draft: agent.promise(draft, RINA, "Kami telepon lagi", draft.now + HOUR, "key-1"),
    "refuse": lambda draft: agent.refuse(draft, RINA, "Aturannya begitu.", "key-1"),
    "priority": lambda draft: agent.set_priority(draft, RINA, Priority.URGENT),
    "transfer": lambda draft: agent.transfer(draft, RINA, Team.BILLING, ""),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_done_to_what_is_held(act: str) -> None:
    case = acknowledged().evolve(held=Held.SPAM)
    draft = edit(case)
    with pytest.raises(agent.StillHeld):
        ACTS[act](draft)
    assert draft.case == case


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"reply"}))
def test_what_is_done_is_not_worked_on(act: str) -> None:
    draft = edit(acknowledged())
    agent.resolve(draft, RINA, "Sudah.")
    case = draft.case
    with pytest.raises(IllegalMove):
        ACTS[act](draft)
    assert draft.case == case


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"priority", "transfer"}))
def test_the_first_word_is_a_persons(act: str) -> None:
    draft = edit(acknowledged())
    assert draft.case.responded_at is None, "an acknowledgement is nobody's word"
    ACTS[act](draft)
    assert draft.case.responded_at == NOW
    later = edit(draft.case, NOW + HOUR)
    agent.reply(later, BUDI, "Masih kami periksa.", "key-2")
    assert later.case.responded_at == NOW


@pytest.mark.parametrize("act", ["need", "promise", "refuse"])
def test_an_act_before_the_acknowledgement_does_not_take_its_place(act: str) -> None:
    draft = opened()
    ACTS[act](draft)
    assert draft.case.acknowledged == 0
    step = following.next_step(draft.case, POLICY)
    assert step == following.Next(following.Step.ACKNOWLEDGE, NOW)
    following.acknowledge(draft)
    assert draft.case.acknowledged == 1


# ---- taking ----------------------------------------------------------------------------------------------------------


def reopened(by: agent.Agent = RINA) -> Draft:
    draft = edit(acknowledged())
    agent.resolve(draft, by, "Sudah.")
    following.reopen(draft, CUSTOMER)
    return draft


@pytest.mark.parametrize(
    "act",
    [
        lambda draft: agent.take(draft, RINA),
        lambda draft: agent.reply(draft, RINA, "Lagi.", "key-1"),
        lambda draft: agent.resolve(draft, RINA, "Sudah sekarang."),
    ],
    ids=["take", "reply", "resolve"],
)
def test_who_did_not_solve_it_leaves_it_to_others_for_a_while(act: Callable[[Draft], None]) -> None:
    case = reopened().case
    with pytest.raises(agent.AnotherAgent) as refused:
        act(edit(case))
    assert refused.value.until == NOW + POLICY.another_agent_time
    act(edit(case, refused.value.until))


def test_another_agent_takes_what_is_reopened_and_the_first_may_help_then() -> None:
    draft = reopened()
    assert (draft.case.owner, draft.case.resolver, draft.case.tier) == ("", "Rina", Tier.LEAD)
    agent.take(draft, BUDI)
    assert (draft.case.status, draft.case.owner) == (Status.IN_PROGRESS, "Budi")
    agent.reply(draft, RINA, "Catatan saya ada di riwayat.", "key-1")
    assert draft.case.owner == "Budi"


# ---- waiting for the customer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("begun", [opened, lambda: edit(acknowledged()), reopened])
def test_what_is_needed_is_asked_for_and_waited_for(begun: Callable[[], Draft]) -> None:
    draft = begun()
    agent.need(draft, BUDI, "Mohon kirim kode pos rumah Anda.", "need-1")
    case = draft.case
    assert (case.status, case.owner, case.paused_at) == (Status.WAITING_FOR_CUSTOMER, "Budi", NOW)
    assert "kode pos" in told(draft, Template.NEEDED)
    following.acknowledge(draft)
    step = following.next_step(draft.case, POLICY)
    assert step
    assert step.step is following.Step.NUDGE


def test_asking_once_more_counts_the_time_waited_so_far() -> None:
    draft = edit(acknowledged())
    due = draft.case.due_at
    agent.need(draft, RINA, "Mohon kode posnya.", "need-1")
    draft = edit(draft.case, NOW + 2 * HOUR)
    agent.need(draft, RINA, "Dan nomor rumahnya.", "need-2")
    assert (draft.case.paused_at, draft.case.due_at) == (NOW + 2 * HOUR, due + 2 * HOUR)


def test_who_cannot_be_reached_is_not_waited_for() -> None:
    draft = edit(acknowledged(reachable=False))
    with pytest.raises(agent.NoAddress):
        agent.need(draft, RINA, "Mohon kode posnya.", "need-1")
    assert not draft.case.paused_at


@pytest.mark.parametrize("act", ["resolve", "refuse"])
def test_what_ends_the_waiting_ends_the_pause(act: str) -> None:
    draft = edit(acknowledged())
    agent.need(draft, RINA, "Mohon kode posnya.", "need-1")
    draft = edit(draft.case, NOW + HOUR)
    ACTS[act](draft)
    assert (draft.case.paused_at, draft.case.paused_seconds) == (None, 3600)


# ---- promises --------------------------------------------------------------------------------------------------------


def test_a_promise_is_told_with_its_time_and_kept_once() -> None:
    draft = edit(acknowledged())
    agent.promise(draft, RINA, "Teknisi kami menelepon Anda.", NOW + 5 * HOUR, "promise-1")
    (made,) = draft.case.promises
    assert (made.words, made.by, made.due_at, made.is_open) == (
        "Teknisi kami menelepon Anda.",
        "Rina",
        NOW + 5 * HOUR,
        True,
    )
    assert "Selasa, 24 November 2026 pukul 15.30 WIB" in told(draft, Template.PROMISED)
    assert draft.case.next_promise == made
    later = edit(draft.case, NOW + HOUR)
    for _ in range(2):
        agent.keep(later, BUDI, made.id)
    assert [one.kept_at for one in later.case.promises] == [NOW + HOUR]
    assert entries(later, What.KEPT) == [("Budi", made.words)]
    assert later.case.next_promise is None


@pytest.mark.parametrize("after", [-HOUR, timedelta(0), timedelta(days=90, seconds=1)])
def test_nothing_is_promised_for_the_past_or_for_ever(after: timedelta) -> None:
    draft = edit(acknowledged())
    with pytest.raises(agent.BadTime):
        agent.promise(draft, RINA, "Kami telepon lagi", NOW + after, "promise-1")
    assert draft.case.promises == ()


def test_offices_close_where_the_customer_is_and_by_his_clock() -> None:
    tuesday = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    assert POLICY.office_closes(tuesday, 1, None) == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    assert POLICY.office_closes(tuesday, 1, Zone.WIT) == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    assert POLICY.office_closes(tuesday, 4, None).astimezone(Zone.WIB.tz).weekday() == 0, (
        "Saturday and Sunday do not count"
    )
    # On one machine it is nine when it starts, and an hour takes a minute: 17.00 of the next day is 32 hours away.
    hurried = load(1 / 60, tuesday)
    assert hurried.office_closes(tuesday, 1, None) == tuesday + timedelta(minutes=32)


def test_what_was_never_promised_is_not_kept() -> None:
    with pytest.raises(agent.NoPromise):
        agent.keep(edit(acknowledged()), RINA, "promise-1")


def test_a_broken_promise_asks_for_a_look_until_it_is_kept_after_all() -> None:
    draft = edit(acknowledged())
    agent.promise(draft, RINA, "Kami telepon lagi", NOW + HOUR, "promise-1")
    draft = edit(draft.case, NOW + HOUR)
    following.chase(draft)
    assert draft.case.attention is Attention.PROMISE_BROKEN
    agent.keep(draft, RINA, "promise-1")
    assert draft.case.attention is None


def test_what_is_resolved_keeps_what_was_promised() -> None:
    draft = edit(acknowledged())
    agent.promise(draft, RINA, "Kami telepon lagi", NOW + HOUR, "promise-1")
    agent.resolve(draft, BUDI, "Sudah.")
    assert draft.case.next_promise is None
    assert entries(draft, What.KEPT) == [("Budi", "Kami telepon lagi")]
    assert (draft.case.resolver, draft.case.resolver_id) == ("Budi", BUDI.id)


# ---- refusing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [EMAIL, SMS, CHAT])
def test_a_refusal_tells_why_and_who_else_can_help_and_is_a_managers(channel: Channel) -> None:
    draft = edit(acknowledged(channel=channel))
    agent.refuse(draft, RINA, "Kuota yang terpakai tidak dapat dikembalikan.", "refuse-1")
    case = draft.case
    assert (case.status, case.tier, case.owner) == (Status.IN_PROGRESS, Tier.MANAGER, "")
    text = told(draft, Template.REFUSED)
    assert all(one in text for one in ("Kuota yang terpakai", "Komdigi", "159", "BPSK"))
    manager = POLICY.answerable(case.team, Tier.MANAGER)
    assert notices(draft) == [(manager.value, "Ditolak oleh Rina: mohon ditinjau, kini tanggung jawab Anda")]
    assert entries(draft, What.REFUSED) == [("Rina", "Kuota yang terpakai tidak dapat dikembalikan.")]


# ---- priority and team -----------------------------------------------------------------------------------------------


def test_another_priority_is_another_deadline() -> None:
    draft = edit(acknowledged(), NOW + HOUR)
    agent.set_priority(draft, RINA, Priority.URGENT)
    assert draft.case.due_at == NOW + POLICY.resolution_time(Kind.COMPLAINT, Priority.URGENT)
    assert entries(draft, What.PRIORITY) == [("Rina", "normal > urgent")]
    agent.set_priority(draft, RINA, Priority.URGENT)
    assert len(entries(draft, What.PRIORITY)) == 1


def test_another_team_has_the_case_as_it_is_and_its_lead_knows() -> None:
    draft = edit(acknowledged())
    agent.take(draft, RINA)
    due = draft.case.due_at
    agent.transfer(draft, RINA, Team.BILLING, "Tagihannya yang salah.")
    case = draft.case
    assert (case.team, case.owner, case.due_at, case.status) == (Team.BILLING, "", due, Status.IN_PROGRESS)
    lead = POLICY.answerable(Team.BILLING, Tier.AGENT)
    assert notices(draft) == [(lead.value, "Dipindahkan ke tim Anda oleh Rina")]
    assert entries(draft, What.TRANSFERRED) == [("Rina", "network > billing\nTagihannya yang salah.")]
    assert [one.template for one in draft.outbox] == [Template.NOTICE], "the customer's case is where it was"
    with pytest.raises(agent.SameTeam):
        agent.transfer(draft, RINA, Team.BILLING, "")


def test_a_note_is_told_to_nobody() -> None:
    draft = edit(acknowledged())
    agent.note(draft, RINA, "Pelanggan minta ditelepon sore.")
    assert entries(draft, What.NOTE) == [("Rina", "Pelanggan minta ditelepon sore.")]
    assert (draft.outbox, draft.case.owner) == ([], "")


# ---- suggestions -----------------------------------------------------------------------------------------------------


def test_a_suggestion_gets_news_also_once_it_is_closed() -> None:
    draft = edit(acknowledged(Kind.SUGGESTION))
    agent.resolve(draft, RINA, "Menaranya masuk rencana tahun depan.")
    assert "Menaranya masuk rencana" in told(draft, Template.NEWS)
    assert (draft.case.status, draft.case.closed_as) == (Status.CLOSED, ClosedAs.ANSWERED)
    later = edit(draft.case, NOW + timedelta(days=40))
    agent.reply(later, RINA, "Menaranya sudah berdiri.", "reply-1")
    assert "kabar tentang saran" in told(later, Template.NEWS)
    assert later.case.status is Status.CLOSED


# ---- merging ---------------------------------------------------------------------------------------------------------


OTHER = derive("another")


def another(channel: Channel = EMAIL, **changes: Any) -> Case:
    draft = open_case(opening(channel=channel), NOW, POLICY, OPERATOR)
    draft.set(reference=OTHER)
    following.acknowledge(draft)
    return draft.case.evolve(**changes)


def test_two_cases_about_one_thing_become_one() -> None:
    gone, into = edit(acknowledged(), NOW + HOUR), edit(another(), NOW + HOUR)
    agent.promise(gone, RINA, "Kami telepon lagi", NOW + 3 * HOUR, "promise-1")
    agent.set_priority(gone, RINA, Priority.HIGH)
    due = gone.case.due_at
    joining.merge(gone, into, RINA)
    assert (gone.case.status, gone.case.closed_as, gone.case.merged_into) == (Status.CLOSED, ClosedAs.MERGED, OTHER)
    assert grouped(OTHER) in told(gone, Template.MERGED)
    assert following.next_step(gone.case, POLICY) is None, "its customer is followed up once"
    assert (into.case.priority, into.case.due_at) == (Priority.HIGH, due)
    assert [one.id for one in into.case.promises] == ["promise-1"]
    assert gone.case.promises == ()
    assert entries(gone, What.MERGED) == [("Rina", OTHER)]
    assert entries(into, What.MERGED) == [("Rina", f"{gone.case.reference} {gone.case.summary}")]
    assert into.outbox == [], "its customer is told once"
    assert [one.number for one in into.entries] == list(range(into.before + 1, into.case.length + 1))


def test_what_is_resolved_already_is_merged_without_a_word() -> None:
    gone, into = edit(acknowledged()), edit(another())
    agent.resolve(gone, RINA, "Sudah.")
    joining.merge(gone, into, RINA)
    assert (gone.case.status, gone.outbox) == (Status.CLOSED, [])


def test_a_customer_is_reached_where_either_case_reached_him() -> None:
    gone, into = edit(acknowledged(channel=CHAT)), edit(another(EMAIL))
    joining.merge(gone, into, RINA, same_customer=True)
    assert (into.case.address, into.case.others) == (ADDRESSES[EMAIL], (ADDRESSES[CHAT],))
    unreachable = edit(another(address=None, attention=Attention.NO_ADDRESS))
    joining.merge(edit(acknowledged(channel=CHAT)), unreachable, RINA, same_customer=True)
    assert (unreachable.case.address, unreachable.case.attention) == (ADDRESSES[CHAT], None)
    twice = edit(another(others=(Address(channel=CHAT, value=ADDRESSES[CHAT].value),)))
    joining.merge(edit(acknowledged(channel=CHAT)), twice, RINA, same_customer=True)
    assert len(twice.case.others) == 1


def test_a_complaint_that_goes_on_as_a_request_is_asked_about() -> None:
    into = edit(another(kind=Kind.INFORMATION))
    joining.merge(edit(acknowledged()), into, RINA)
    assert into.case.is_complaint


def test_the_higher_tier_and_what_a_person_must_see_go_on() -> None:
    gone = edit(acknowledged().evolve(tier=Tier.MANAGER, attention=Attention.PERSON_WANTED, responded_at=NOW))
    into = edit(another())
    joining.merge(gone, into, RINA)
    case = into.case
    assert (case.tier, case.attention, case.responded_at) == (Tier.MANAGER, Attention.PERSON_WANTED, NOW)


def test_what_cannot_become_one() -> None:
    case, order = acknowledged(), Order(number="+6281700000001", package="x", name="X", price=1)
    refused: list[tuple[Case, Case, type[Exception]]] = [
        (case, case, joining.SameCase),
        (case, another(held=Held.FLOOD), agent.StillHeld),
        (case.evolve(held=Held.FLOOD), another(), agent.StillHeld),
        (case, another(status=Status.CLOSED), IllegalMove),
        (case.evolve(status=Status.CLOSED), another(), IllegalMove),
        (case, another(CHAT), joining.OtherCustomer),
        (case.evolve(order=order), another(), joining.OrderUnderWay),
        (case, another(order=order), joining.OrderUnderWay),
    ]
    for one, other, error in refused:
        gone, into = edit(one), edit(other)
        with pytest.raises(error):
            joining.merge(gone, into, RINA)
        assert (gone.case, into.case) == (one, other)
    done = order.evolve(state=OrderState.CHANGED)
    joining.merge(edit(case.evolve(order=done)), edit(another()), RINA)


# ---- splitting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_another_matter_becomes_a_case_of_its_own(kind: Kind) -> None:
    others = (ADDRESSES[SMS],)
    draft = edit(acknowledged().evolve(others=others, area="Kota Bandung"))
    new = joining.split(draft, RINA, OTHER, kind, Category.BILLING, Priority.HIGH, "Tagihan Mei dua kali ditarik.")
    old, case = draft.case, new.case
    assert (case.reference, case.kind, case.team, case.priority) == (OTHER, kind, Team.BILLING, Priority.HIGH)
    same = ("customer_id", "address", "others", "area", "zone", "language", "contact_id", "segment")
    assert [getattr(case, one) for one in same] == [getattr(old, one) for one in same]
    assert entries(new, What.OPENED) == [("Rina", "Tagihan Mei dua kali ditarik.")]
    assert entries(new, What.SPLIT) == [("Rina", old.reference)]
    assert entries(draft, What.SPLIT) == [("Rina", f"{OTHER} Tagihan Mei dua kali ditarik.")]
    assert (old.status, old.due_at) == (Status.ACKNOWLEDGED, acknowledged().due_at)
    assert [one.number for one in new.entries] == list(range(1, case.length + 1))


def test_what_is_held_is_not_split() -> None:
    with pytest.raises(agent.StillHeld):
        joining.split(
            edit(acknowledged().evolve(held=Held.SPAM)), RINA, OTHER, Kind.COMPLAINT, Category.SIM, Priority.NORMAL, "x"
        )
