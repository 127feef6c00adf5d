"""A call centre whose SMS go out by the operator's own gateway: sent, reported, answered, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from care.telling.outbox import Delivery, Owner
from tests.e2e.doors import Agent, Caller, fetch, http, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre, running

ACKNOWLEDGEMENT = "acknowledgement-1"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    with running(
        tmp_path_factory.mktemp("gateway"), time_scale="0.0003", SmsGatewayUrl="{operator_system}/smsc"
    ) as opened:
        # Subscribers get and write their SMS at the operator's own centre.
        yield replace(opened, doors=opened.doors | {"sms": f"{opened.doors['operator_system']}/stand-in/sms/"})


@pytest.fixture(scope="module")
def records(centre: CallCentre) -> Records:
    return centre.records


@pytest.fixture(scope="module")
def agent(centre: CallCentre) -> Agent:
    return centre.agent()


def state(records: Records, reference: str, key: str = ACKNOWLEDGEMENT) -> Delivery:
    return records.store.outbox.get(Owner(case=reference), key).state


def behave(centre: CallCentre, **wished: Any) -> None:
    url = f"{centre.doors['operator_system']}/stand-in/behaviour"
    assert http("PATCH", url, {"only": "submit", **wished}).status == 200


def test_a_caller_is_acknowledged_by_the_gateway_and_answers_by_it(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    reference = caller.complain("1").reference
    caller.awaits("keluhan Anda kami terima")
    until("the report of it", lambda: state(records, reference) is Delivery.DELIVERED)
    agent.resolve(reference, "Menara sudah diperbaiki.")
    caller.awaits("Sudah teratasi?")
    caller.text("Puas, makasih ya")
    assert records.becomes(reference, "closed").closed_as == "satisfied"
    assert fetch(f"{centre.records.doors['sms']}messages") == [], "nothing went out by AWS's service"


def test_an_sms_out_of_the_blue_is_a_case(centre: CallCentre, records: Records, agent: Agent) -> None:
    writer = centre.caller()
    writer.text("min kuota saya ilang 2gb padahal ga dipake 😡")
    case = until("a case of the number", lambda: records.case_of_number(writer.number))
    assert (case.kind, case.category) == ("complaint", "package")
    writer.awaits("sudah saya sampaikan")
    agent.resolve(case.reference, "Kuota 2 GB sudah kembali.")


def test_a_lost_answer_sends_nobody_a_message_twice(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = centre.caller()
    behave(centre, lose_next=1)
    reference = caller.complain("2").reference
    caller.awaits("keluhan Anda kami terima")
    until("the report of it", lambda: state(records, reference) is Delivery.DELIVERED)
    agent.resolve(reference, "Sudah kami bantu.")
    caller.awaits("Sudah teratasi?")
    assert len([one for one in caller.received() if "kami terima" in one["text"]]) == 1


def test_a_number_that_cannot_be_reached_is_on_the_case(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = Caller(centre.doors, "+6281700000000")
    reference = caller.complain("2").reference
    until("the case to ask for attention", lambda: records.case(reference).attention == "not_delivered")
    agent.resolve(reference, "Ditangani di gerai.")


def test_a_stranger_at_the_webhooks_is_refused(centre: CallCentre) -> None:
    for path in ("sms/reports", "sms/messages"):
        assert http("POST", f"{centre.outputs['WebhookUrl']}/{path}", {"id": "1"}).status == 401
    assert http("GET", f"{centre.outputs['WebhookUrl']}/sms/reports").status == 404
