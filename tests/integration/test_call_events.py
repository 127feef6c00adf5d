"""What Connect tells of a call completes its contact and is seen to once, told in any order, again, in part or late."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from care import clients
from care.cases.opening import Opening, Party
from care.channels import VOICE
from care.contacts.call import Call, Outcome, Since
from care.contacts.contact import Contact
from care.customer import Address
from care.services.table.items import NotFound
from care.words import Attention, Category, ClosedAs, Kind, Language, Priority, Status
from tests.integration.stage import Stage, batch, client, sms
from tests.permissions import INSTANCE

CALL = "5ca32fbd-8f92-46af-92a5-6b0f970f0efe"
CALLER = "+6281200000001"
QUEUE, AGENT = "1a2b3c4d-0000-4000-8000-000000000001", "1a2b3c4d-0000-4000-8000-000000000002"
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
QUEUED, ANSWERED, ENDED = (BEGAN + timedelta(seconds=seconds) for seconds in (40, 100, 400))
RECORDING = "recordings/connect/one/2026/11/25/one.wav"

Event = dict[str, Any]


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(kind: str, *, queued: bool = False, answered: bool = False, ended: bool = False, **changed: Any) -> Event:
    """An event of a call, as Connect puts it on the bus."""
    at = {"INITIATED": BEGAN, "QUEUED": QUEUED, "CONNECTED_TO_AGENT": ANSWERED}.get(kind, ENDED)
    detail: dict[str, Any] = {
        "eventType": kind,
        "contactId": CALL,
        "initialContactId": CALL,
        "channel": "VOICE",
        "instanceArn": INSTANCE,
        "initiationMethod": "INBOUND",
        "initiationTimestamp": iso(BEGAN),
    }
    if queued:
        detail["queueInfo"] = {"queueArn": f"{INSTANCE}/queue/{QUEUE}", "enqueueTimestamp": iso(QUEUED)}
    if answered:
        detail["agentInfo"] = {"agentArn": f"{INSTANCE}/agent/{AGENT}", "connectedToAgentTimestamp": iso(ANSWERED)}
    if ended:
        detail["disconnectTimestamp"] = iso(ENDED)
    return {
        "version": "0",
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "time": iso(at),
        "resources": [f"{INSTANCE}/contact/{CALL}", INSTANCE],
        "detail": detail | changed,
    }


WHOLE = [
    told("INITIATED"),
    told("QUEUED", queued=True),
    told("CONNECTED_TO_AGENT", queued=True, answered=True),
    told("DISCONNECTED", queued=True, answered=True, ended=True),
    told("COMPLETED", queued=True, answered=True, ended=True),
]
LEFT = [
    told("INITIATED"),
    told("QUEUED", queued=True),
    told("DISCONNECTED", queued=True, ended=True),
    told("COMPLETED", queued=True, ended=True),
]


def described(*, queued: bool = True, answered: bool = False, number: str = CALLER, **more: Any) -> dict[str, Any]:
    """Connect's record of the call."""
    record: dict[str, Any] = {
        "Id": CALL,
        "InitiationMethod": "INBOUND",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": number},
        "InitiationTimestamp": str(BEGAN.timestamp()),
        "DisconnectTimestamp": str(ENDED.timestamp()),
        "Attributes": {"wait_low": "60", "wait_high": "120", "name": "Sari"},
    }
    if queued:
        record["QueueInfo"] = {"Id": QUEUE, "EnqueueTimestamp": str(QUEUED.timestamp())}
    if answered:
        record["AgentInfo"] = {
            "Id": AGENT,
            "ConnectedToAgentTimestamp": str(ANSWERED.timestamp()),
            "AgentInitiatedHoldDuration": 25,
        }
    return record | more


def take(stage: Stage, *events: Event) -> Any:
    return stage.invoke("calls", batch(*events))


def held(stage: Stage, *events: Event) -> None:
    """They come again."""
    assert len(take(stage, *events)["batchItemFailures"]) == len(events)


def stored() -> Contact:
    return clients.centre().store.contacts.get(CALL)


def call() -> Call:
    found = stored().call
    assert found
    return found


def reached(**more: Any) -> Contact:
    """The contact as the first step of the flow stores it."""
    address = Address(channel=VOICE, value=CALLER)
    contact = Contact(
        contact_id=CALL, channel=VOICE, customer_id=address.customer_id, started_at=BEGAN, language=Language.ENGLISH
    ).evolve(**more)
    clients.centre().store.commit(contact=contact)
    return contact


def opened(reference: str = "4172201935") -> str:
    """The case of a caller who spoke a message."""
    centre, address = clients.centre(), Address(channel=VOICE, value=CALLER)
    draft = centre.open(
        Opening(
            reference=reference,
            party=Party(VOICE, CALL, address),
            kind=Kind.COMPLAINT,
            category=Category.OTHER,
            priority=Priority.NORMAL,
            language=Language.ENGLISH,
            text="A spoken message",
        ),
        BEGAN,
    )
    centre.store.commit(drafts=[draft])
    return draft.case.reference


def offers(stage: Stage) -> list[dict[str, Any]]:
    return stage.items("CONTACT#", "OUTBOX#")


def counted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> dict[str, list[float]]:
    """The metrics written since this was asked last."""
    found: dict[str, list[float]] = {}
    for line in capsys.readouterr().out.splitlines():
        if '"_aws"' in line:
            said = json.loads(line)
            for metric in said["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                found.setdefault(metric["Name"], []).extend(said[metric["Name"]])
    return found


# ---- what is known ------------------------------------------------------------------------------------------------


def test_the_events_of_a_call_complete_its_contact(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    reached()
    stage.records[CALL] = described(answered=True)
    take(stage, *WHOLE)
    found = call()
    assert (found.began_at, found.queued_at, found.answered_at, found.ended_at) == (BEGAN, QUEUED, ANSWERED, ENDED)
    assert (found.waited_seconds, found.talked_seconds, found.held_seconds) == (60, 300, 25)
    assert found.queue
    assert found.agent
    assert (found.queue.id, found.agent.id, found.outcome) == (QUEUE, AGENT, Outcome.ANSWERED)
    assert stored().language is Language.ENGLISH, "what the flow stored stays"
    assert "Sari" not in json.dumps(stage.items("CONTACT#"))
    assert counted(stage, capsys) == {"CallsAnswered": [1], "WaitSeconds": [60], "WaitWithinPromise": [1]}


def forget(stage: Stage) -> None:
    for item in stage.items("CONTACT#"):
        client("dynamodb").delete_item(TableName="care", Key={"pk": item["pk"], "sk": item["sk"]})


def test_in_whatever_order_it_comes_to_the_same(stage: Stage) -> None:
    stage.records[CALL] = described(answered=True)
    for events in permutations(WHOLE[1:]):
        forget(stage)
        reached()
        take(stage, *events)
        assert call().evolve(revision=0) == settled(), [event["detail"]["eventType"] for event in events]


def settled() -> Call:
    """All that is known of the whole call."""
    return Call(
        began_at=BEGAN,
        queued_at=QUEUED,
        answered_at=ANSWERED,
        ended_at=ENDED,
        way="INBOUND",
        queue=Since(at=QUEUED, id=QUEUE),
        agent=Since(at=ANSWERED, id=AGENT),
        held_seconds=25,
        promised_seconds=120,
        outcome=Outcome.ANSWERED,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=8), st.booleans())
def test_whatever_comes_of_it_and_however_often_the_end_settles_it_once(
    stage: Stage, events: list[Event], together: bool
) -> None:
    forget(stage)
    reached()
    stage.records[CALL] = described(answered=True)
    for some in [events] if together else [[event] for event in events]:
        assert take(stage, *some) == {"batchItemFailures": []}
    ended = any(event["detail"]["eventType"] in ("DISCONNECTED", "COMPLETED") for event in events)
    assert (call().outcome is Outcome.ANSWERED) == ended
    if ended:
        assert call().evolve(revision=0) == settled()


@pytest.mark.parametrize("event", WHOLE, ids=lambda event: str(event["detail"]["eventType"]))
def test_each_alone_says_what_it_knows_and_a_second_time_writes_nothing(stage: Stage, event: Event) -> None:
    stage.records[CALL] = described(answered=True)
    take(stage, event)
    before = stage.items()
    assert call().began_at == BEGAN
    take(stage, event)
    assert stage.items() == before
    assert stage.counted == {"dynamodb:GetItem": 1}


def test_names_and_values_are_read_however_they_are_capitalised(stage: Stage) -> None:
    event = told("CONNECTED_TO_AGENT", channel="Voice")
    info = {"AgentArn": f"{INSTANCE}/agent/{AGENT}", "ConnectedToAgentTimestamp": iso(ANSWERED)}
    named = {name[0].upper() + name[1:]: value for name, value in event["detail"].items()}
    event["detail"] = named | {"AgentInfo": info}
    take(stage, event)
    found = call()
    assert found.agent
    assert (found.agent.id, found.answered_at, found.way) == (AGENT, ANSWERED, "INBOUND")


@pytest.mark.parametrize("kind", ["AMD_DISABLED", "CONTACT_DATA_UPDATED", "SOMETHING_NEW", "", None, 7])
def test_of_an_unknown_kind_of_event_what_is_known_counts(stage: Stage, kind: Any) -> None:
    take(stage, told("INITIATED", eventType=kind, somethingNew={"deep": [1]}))
    assert call().began_at == BEGAN
    assert call().ended_at is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"words"',
        "{" * 5000,
        '{"detail": null}',
        '{"detail": []}',
        json.dumps(told("QUEUED", contactId=None)),
        json.dumps(told("QUEUED", contactId="x" * 300)),
        json.dumps(told("QUEUED", contactId="sms#1/\ud800")),
        json.dumps(told("QUEUED", channel="CHAT")),
        json.dumps(told("QUEUED", channel=None)),
    ],
)
def test_what_is_no_event_of_a_call_is_done_and_stores_nothing(stage: Stage, body: str) -> None:
    assert stage.invoke("calls", batch(body)) == {"batchItemFailures": []}
    assert stage.items() == []


@pytest.mark.parametrize("odd", [None, "", "soon", 7, [], {}, "0001-01-01T00:00:00+14:00", "9" * 5000])
def test_where_a_time_is_missing_the_event_s_own_stands_for_it(stage: Stage, odd: Any) -> None:
    event = told("DISCONNECTED", initiationTimestamp=odd, disconnectTimestamp=odd, queueInfo=odd, agentInfo=odd)
    stage.records[CALL] = described()
    take(stage, event)
    assert call().ended_at == ENDED


# ---- before the flow, and after an erasure ---------------------------------------------------------------------------


def test_a_call_that_never_came_to_a_step_of_the_flow_is_a_contact_of_its_number(stage: Stage) -> None:
    stage.records[CALL] = described(queued=False)
    take(stage, told("DISCONNECTED", ended=True))
    contact = stored()
    assert contact.customer_id == Address(channel=VOICE, value=CALLER).customer_id
    assert (contact.channel, contact.started_at, call().outcome) == (VOICE, BEGAN, Outcome.SERVED)
    assert offers(stage) == [], "who waited for nobody is offered nothing"


def test_what_is_told_before_the_first_step_stays_and_the_step_s_own_words_do_too(stage: Stage) -> None:
    take(stage, *WHOLE[:2])
    reached(reference="4172201935")
    assert call().queued_at == QUEUED
    assert (stored().reference, stored().language) == ("4172201935", Language.ENGLISH)
    take(stage, told("CONNECTED_TO_AGENT", queued=True, answered=True))
    assert (call().answered_at, stored().reference) == (ANSWERED, "4172201935")


def test_who_wrote_the_contact_meanwhile_takes_nothing_from_the_call(stage: Stage) -> None:
    reached()
    stage.before["UpdateItem"] = lambda: (take(stage, WHOLE[1]), None)[1]
    take(stage, WHOLE[2])
    assert (call().queued_at, call().answered_at) == (QUEUED, ANSWERED)
    clients.centre().store.commit(contact=stored().evolve(call=None, length=1), contact_length=0)
    assert call().answered_at == ANSWERED


def test_what_is_told_a_day_later_brings_nothing_back_that_was_erased(stage: Stage) -> None:
    stage.records[CALL] = described()
    old = [{**event, "time": iso(datetime.now(UTC) - timedelta(hours=25))} for event in LEFT]
    take(stage, *old)
    assert stage.items() == []


# ---- who left ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "says"),
    [(Language.ENGLISH, "Reply CALL ME"), (Language.INDONESIAN, "Balas TELEPON"), (None, "Balas TELEPON")],
)
def test_who_waited_in_vain_is_offered_a_call_back_in_the_language_of_the_call(
    stage: Stage, capsys: pytest.CaptureFixture[str], language: Language | None, says: str
) -> None:
    reached(language=language)
    stage.records[CALL] = described()
    take(stage, *LEFT, *LEFT)
    assert counted(stage, capsys) == {"CallsAbandoned": [1], "WaitSeconds": [360], "WaitWithinPromise": [0]}
    stage.follow()
    ((channel, params),) = stage.sent
    assert (channel, params["DestinationPhoneNumber"]) == ("sms", CALLER)
    assert says in params["MessageBody"]
    assert "817" in params["MessageBody"]
    assert stage.items("CASE#") == [], "nobody knows what he wanted"


def test_where_nobody_can_answer_an_sms_it_asks_for_a_call(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    centre = clients.centre()
    one_way = replace(centre, operator=replace(centre.operator, takes_sms=False))
    monkeypatch.setattr(stage.modules["calls"], "centre", lambda: one_way)
    reached()
    stage.records[CALL] = described()
    take(stage, *LEFT)
    (offer,) = offers(stage)
    assert "Reply" not in offer["text"]["S"]
    assert offer["text"]["S"].count("817") >= 2


def another(events: Iterable[Event], contact_id: str) -> list[Event]:
    return json.loads(json.dumps(list(events)).replace(CALL, contact_id))  # type: ignore[no-any-return]


def test_a_number_gets_one_offer_a_day_however_often_it_leaves(stage: Stage) -> None:
    for number in range(3):
        contact_id = f"call-{number}"
        stage.records[contact_id] = described()
        assert take(stage, *another(LEFT, contact_id)) == {"batchItemFailures": []}
        assert clients.centre().store.contacts.get(contact_id).call is not None
    assert len(offers(stage)) == 1
    (offered,) = stage.items("SILENCE#", "OFFERED")
    client("dynamodb").update_item(
        TableName="care",
        Key={"pk": offered["pk"], "sk": offered["sk"]},
        UpdateExpression="SET again_at = :now",
        ExpressionAttributeValues={":now": {"N": str(int(datetime.now(UTC).timestamp()))}},
    )
    stage.records["call-later"] = described()
    take(stage, *another(LEFT, "call-later"))
    assert len(offers(stage)) == 2


@pytest.mark.parametrize(
    ("events", "record", "contact"),
    [
        pytest.param(WHOLE, described(answered=True), {}, id="a person answered"),
        pytest.param(LEFT, described(), {"reference": "4172201935"}, id="a case of the call tells him"),
        pytest.param(LEFT, described(number="anonymous"), {"customer_id": None}, id="a hidden number"),
        pytest.param(LEFT, described(number="+622150000001"), {}, id="a landline"),
        pytest.param(LEFT, described(number="+6591234567"), {}, id="a foreign number"),
        pytest.param(LEFT, described(InitiationMethod="OUTBOUND"), {}, id="we called"),
        pytest.param(LEFT, described(CustomerEndpoint=None), {}, id="no number"),
        pytest.param([told("DISCONNECTED", ended=True)], described(queued=False), {}, id="he waited for nobody"),
    ],
)
def test_nobody_else_is_offered_one(
    stage: Stage, events: list[Event], record: dict[str, Any], contact: dict[str, Any]
) -> None:
    reached(**contact)
    stage.records[CALL] = record
    if record["InitiationMethod"] != "INBOUND":
        events = [{**event, "detail": {**event["detail"], "initiationMethod": "OUTBOUND"}} for event in events]
    take(stage, *events)
    assert call().outcome is not None
    assert offers(stage) == []


def test_an_offer_that_would_come_hours_late_is_none(stage: Stage) -> None:
    reached()
    ended = datetime.now(UTC) - timedelta(hours=3)
    stage.records[CALL] = described(DisconnectTimestamp=str(ended.timestamp()))
    take(stage, told("DISCONNECTED", queued=True, disconnectTimestamp=iso(ended)))
    assert call().outcome is Outcome.ABANDONED
    assert offers(stage) == []


@pytest.mark.parametrize(
    ("answer", "summary"), [("TELEPON", "Minta ditelepon petugas"), ("Call me!", "Asks to be called back")]
)
def test_what_he_answers_opens_a_case_that_a_person_calls_back(stage: Stage, answer: str, summary: str) -> None:
    stage.invoke("sms", sms(answer, sender=CALLER))
    (case,) = stage.items("CASE#", "CASE")
    assert (case["kind"]["S"], case["team"]["S"], case["summary"]["S"]) == (Kind.INFORMATION, "care", summary)


# ---- Connect's record ----------------------------------------------------------------------------------------------


def test_a_call_that_the_flow_served_is_settled_without_asking(stage: Stage) -> None:
    reached()
    take(stage, told("DISCONNECTED", ended=True))
    assert stage.counted == {"dynamodb:GetItem": 1, "dynamodb:UpdateItem": 1}
    assert call().outcome is Outcome.SERVED


def test_told_afterwards_that_it_was_queued_it_is_settled_anew(stage: Stage) -> None:
    reached()
    stage.records[CALL] = described()
    take(stage, told("DISCONNECTED", ended=True))
    take(stage, told("QUEUED", queued=True))
    assert call().outcome is Outcome.ABANDONED
    assert len(offers(stage)) == 1


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServiceException"])
def test_what_connect_refuses_for_now_comes_again_and_loses_nothing(stage: Stage, code: str) -> None:
    reached()
    stage.records[CALL] = described()
    before = stage.items()
    stage.refusals["DescribeContact"] = code
    held(stage, LEFT[-1])
    assert stage.items() == before
    assert take(stage, LEFT[-1]) == {"batchItemFailures": []}
    assert len(offers(stage)) == 1


def test_a_contact_that_connect_does_not_know_is_settled_by_its_events(stage: Stage) -> None:
    reached()
    take(stage, *WHOLE)
    assert call().outcome is Outcome.ANSWERED
    assert call().held_seconds is None


def test_without_an_instance_the_events_say_all_there_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.modules["calls"], "call_records", lambda: None)
    reached(spoken_at=BEGAN, reference=opened())
    take(stage, *LEFT)
    assert "connect:DescribeContact" not in stage.counted
    assert call().outcome is Outcome.ABANDONED


# ---- what was spoken -----------------------------------------------------------------------------------------------


def notes(reference: str) -> list[str]:
    return [one.text for one in clients.centre().store.cases.file(reference).timeline if one.what == "note"]


def test_the_case_says_where_a_spoken_message_is_once_it_is_there(stage: Stage) -> None:
    reference = opened()
    reached(spoken_at=BEGAN, reference=reference)
    stage.records[CALL] = described(queued=False)
    end = told("DISCONNECTED", ended=True)
    held(stage, end)
    assert notes(reference) == []
    stage.records[CALL]["Recordings"] = [
        {"Location": "gone", "Status": "DELETED"},
        {"Location": RECORDING, "Status": "AVAILABLE", "ParticipantType": "CUSTOMER"},
    ]
    take(stage, end, end)
    take(stage, told("COMPLETED", ended=True))
    (note,) = notes(reference)
    assert CALL in note
    assert RECORDING in note
    assert call().recordings == (RECORDING,)


def test_a_recording_that_does_not_come_is_waited_for_in_vain_and_a_person_calls_back(stage: Stage) -> None:
    reference = opened()
    reached(spoken_at=BEGAN, reference=reference)
    ended = datetime.now(UTC) - timedelta(hours=2, minutes=1)
    stage.records[CALL] = described(queued=False, DisconnectTimestamp=str(ended.timestamp()))
    take(stage, told("DISCONNECTED", disconnectTimestamp=iso(ended)), told("COMPLETED", disconnectTimestamp=iso(ended)))
    (note,) = notes(reference)
    assert "no recording" in note
    assert clients.centre().store.cases.get(reference).attention is Attention.PERSON_WANTED


def test_a_recording_is_noted_at_the_case_as_which_its_own_went_on(stage: Stage) -> None:
    reference, other = opened(), opened("4172201943")
    reached(spoken_at=BEGAN, reference=reference)
    centre = clients.centre()
    draft = centre.edit(centre.store.cases.get(reference), BEGAN)
    draft.set(merged_into=other, closed_as=ClosedAs.MERGED, closed_at=BEGAN, status=Status.CLOSED)
    centre.store.commit(drafts=[draft])
    stage.records[CALL] = described(queued=False, Recordings=[{"Location": RECORDING, "Status": "AVAILABLE"}])
    take(stage, told("DISCONNECTED", ended=True))
    assert notes(reference) == []
    (note,) = notes(other)
    assert RECORDING in note


def test_a_case_that_was_not_stored_costs_the_call_nothing(stage: Stage) -> None:
    reached(spoken_at=BEGAN)
    stage.records[CALL] = described(queued=False, Recordings=[{"Location": RECORDING}])
    take(stage, told("DISCONNECTED", ended=True))
    assert call().recordings == (RECORDING,)
    with pytest.raises(NotFound):
        clients.centre().store.cases.get("4172201935")
