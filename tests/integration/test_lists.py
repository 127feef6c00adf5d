"""A team's lists: whatever their length an agent gets the next page, and what is most urgent on the first."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from care import desk as desks
from care import reference as references
from care.cases import agent as agents
from care.cases.case import Listed
from care.cases.draft import Draft
from care.cases.opening import open_case
from care.centre import Centre
from care.channels import SMS
from care.clients import centre as the_centre
from care.services.table.cases import PAGE
from care.services.table.commit import Commit
from care.services.table.items import Table
from care.words import Attention, CaseList, Category, Kind, Priority, Team
from tests.integration.stage import Stage, client, request, template_table
from tests.unit.making import NOW, OPERATOR, POLICY, RINA, edit, opening

_SHOWN = PAGE + 1
"""The newest urgent one is on the first page too."""


@pytest.fixture
def centre(stage: Stage) -> Centre:
    return the_centre()


def case(
    number: int,
    *,
    opened: datetime = NOW,
    priority: Priority = Priority.NORMAL,
    kind: Kind = Kind.COMPLAINT,
    network: bool = True,
) -> Draft:
    category = Category.NETWORK if network else Category.SERVICE
    said = replace(
        opening(kind, SMS),
        reference=references.derive(f"case {number}"),
        category=category,
        priority=priority,
    )
    return open_case(said, opened, POLICY, OPERATOR)


def keep(centre: Centre, *drafts: Draft) -> list[str]:
    """Put the cases into the table as a commit would, one by one: moto copies the table for each transaction."""
    for draft in drafts:
        commit = Commit(Table(centre.store.client, centre.store.table), centre.store.retention)
        commit.draft(draft)
        centre.store.client.put_item(TableName="care", Item=commit.writes[0]["Put"]["Item"])
    return [draft.case.reference for draft in drafts]


def pages(centre: Centre, which: CaseList = CaseList.OPEN, *teams: Team) -> list[list[str]]:
    """The references of each page."""
    found: list[list[str]] = []
    after = ""
    while not found or after:
        page = desks.cases(centre, which, teams or tuple(Team), after)
        found.append([one.reference for one in page.cases])
        after = page.next
    return found


def test_every_case_is_on_one_page_in_the_order_of_its_due_time(centre: Centre) -> None:
    minutes = [(7 * number) % 110 for number in range(110)]
    drafts = [case(each, opened=NOW + timedelta(minutes=each), network=bool(each % 3)) for each in minutes]
    keep(centre, *drafts)
    in_order = [draft.case.reference for draft in sorted(drafts, key=lambda draft: draft.case.due_at)]
    found = pages(centre)
    assert [len(page) for page in found] == [PAGE, PAGE, 10]
    assert [one for page in found for one in page] == in_order
    of_network = {draft.case.reference for draft in drafts if draft.case.team is Team.NETWORK}
    of_one_team = [one for page in pages(centre, CaseList.OPEN, Team.NETWORK) for one in page]
    assert of_one_team == [one for one in in_order if one in of_network]


def test_cases_due_at_the_same_moment_are_all_found(centre: Centre) -> None:
    kept = keep(centre, *map(case, range(PAGE + 5)))
    found = [one for page in pages(centre) for one in page]
    assert sorted(found) == sorted(kept)


def test_what_waits_for_its_customer_hides_nothing_that_is_open(centre: Centre) -> None:
    opened = keep(centre, *map(case, range(30)))
    resolved = []
    for number in range(100, 100 + PAGE + 20):
        draft = case(number, opened=NOW - timedelta(days=1))
        agents.resolve(draft, RINA, "Sudah.")
        resolved += keep(centre, draft)
    assert sorted(*pages(centre)) == sorted(opened)
    assert sorted(one for page in pages(centre, CaseList.RESOLVED) for one in page) == sorted(resolved)


def test_a_case_that_is_done_and_asks_for_a_look_stands_apart_until_it_is_taken(centre: Centre) -> None:
    draft = case(1)
    agents.resolve(draft, RINA, "Sudah.")
    draft.set(attention=Attention.NOT_DELIVERED)
    (reference,) = keep(centre, draft)
    assert (pages(centre), pages(centre, CaseList.ATTENTION)) == ([[]], [[reference]])
    looked = edit(centre.store.cases.get(reference))
    agents.take(looked, RINA)
    keep(centre, looked)
    assert (pages(centre, CaseList.ATTENTION), pages(centre, CaseList.RESOLVED)) == ([[]], [[reference]])


def test_an_open_case_that_asks_for_a_look_is_open(centre: Centre) -> None:
    draft = case(1)
    draft.set(attention=Attention.NO_ADDRESS)
    assert pages(centre) == [[]]
    assert [keep(centre, draft)] == pages(centre)


def test_the_newest_urgent_case_is_on_the_first_page_ahead_of_all(centre: Centre) -> None:
    # A request has more time than a complaint: what is due last was not opened last.
    earlier = [
        case(n, priority=Priority.URGENT, kind=Kind.INFORMATION, opened=NOW + timedelta(minutes=n))
        for n in range(PAGE + 9)
    ]
    newest = case(99, priority=Priority.URGENT, opened=NOW + timedelta(hours=1, minutes=5))
    older = [case(100 + n, priority=Priority.URGENT, opened=NOW + timedelta(minutes=n)) for n in range(PAGE)]
    keep(centre, *older, *earlier, newest)
    first, *others = pages(centre)
    assert first[0] == newest.case.reference
    assert len(first) == _SHOWN
    assert sum(page.count(newest.case.reference) for page in others) == 1


def test_the_most_pressing_come_first_then_what_is_due_first(centre: Centre) -> None:
    drafts = [
        case(place, opened=NOW + timedelta(minutes=place), priority=priority)
        for place, priority in enumerate([*reversed(Priority), *Priority])
    ]
    kept = keep(centre, *drafts)
    assert pages(centre) == [[kept[at] for at in (3, 4, 2, 5, 1, 6, 0, 7)]]


def test_the_newest_urgent_case_is_on_the_first_page_behind_those_in_danger(centre: Centre) -> None:
    danger = keep(centre, *(case(n, priority=Priority.DANGER, opened=NOW + timedelta(minutes=n)) for n in range(5)))
    urgent = keep(
        centre, *(case(10 + n, priority=Priority.URGENT, opened=NOW + timedelta(minutes=n)) for n in range(PAGE))
    )
    first, *others = pages(centre)
    assert first[:6] == [*danger, urgent[-1]]
    assert sorted({*first, *(one for page in others for one in page)}) == sorted([*danger, *urgent])


def test_where_danger_fills_the_first_page_the_newest_danger_is_on_it(centre: Centre) -> None:
    keep(centre, case(200, priority=Priority.URGENT, opened=NOW + timedelta(hours=9)))
    danger = keep(
        centre, *(case(n, priority=Priority.DANGER, opened=NOW + timedelta(minutes=n)) for n in range(PAGE + 5))
    )
    assert pages(centre)[0][0] == danger[-1]


def test_the_newest_urgent_case_is_shown_once_where_one_page_holds_all(centre: Centre) -> None:
    kept = keep(centre, *(case(n, priority=Priority.URGENT, opened=NOW + timedelta(minutes=n)) for n in range(5)))
    assert pages(centre) == [kept]


def test_a_page_costs_as_much_however_long_the_list_is(stage: Stage, centre: Centre) -> None:
    counted = []
    for numbers in (range(3), range(3, 200)):
        keep(centre, *(case(number, opened=NOW + timedelta(minutes=number)) for number in numbers))
        stage.invoke("desk", request("GET", "/cases", team="network"))
        counted.append(stage.calls)
    assert counted[0] == 10
    assert counted[1] <= 15


@pytest.mark.parametrize("priority", Priority)
def test_the_agent_asks_for_page_after_page(stage: Stage, centre: Centre, priority: Priority) -> None:
    drafts = (case(n, opened=NOW + timedelta(minutes=n), priority=priority) for n in range(PAGE + 3))
    kept = keep(centre, *drafts)
    first = listed(stage)
    second = listed(stage, after=first["next"])
    assert sorted({one["reference"] for one in (*first["cases"], *second["cases"])}) == sorted(kept)
    assert second["next"] is None
    assert set(first["cases"][0]) == set(Listed.model_fields)


@pytest.mark.parametrize(
    "asked",
    [{"after": "x"}, {"after": "0#"}, {"after": "4#2026-11-24T03:30:00.000000Z#4172201935"}, {"list": "closed"}],
)
def test_what_is_no_page_is_refused(stage: Stage, asked: dict[str, str]) -> None:
    assert stage.invoke("desk", request("GET", "/cases", **asked))["statusCode"] == 400


def test_a_list_lies_in_many_parts_of_which_none_has_much(stage: Stage, centre: Centre) -> None:
    keep(centre, *map(case, range(150)))
    keys = [item["list_key"]["S"] for item in stage.items("CASE#", "CASE")]
    assert len(set(keys)) == 10
    assert max(map(keys.count, keys)) < 30


def test_the_index_holds_what_a_list_shows_and_cases_alone(stage: Stage, centre: Centre) -> None:
    (by_list,) = (one for one in template_table()["GlobalSecondaryIndexes"] if one["IndexName"] == "by-list")
    assert set(by_list["Projection"]["NonKeyAttributes"]) == set(Listed.model_fields)
    keep(centre, case(1))
    stage.invoke("desk", request("GET", "/cases"))
    found = client("dynamodb").scan(TableName="care", IndexName="by-list")["Items"]
    assert [item["sk"]["S"] for item in found] == ["CASE"]


def listed(stage: Stage, **asked: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(stage.invoke("desk", request("GET", "/cases", **asked))["body"])
    return answer
