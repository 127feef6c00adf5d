"""What is kept and told of a contact: the record and the events, as AWS's own model and documents have them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from botocore.session import Session

from local.cloudformation.stack import AwsCall, Stack
from local.phone.agents import Agents
from local.phone.api import ConnectApi
from local.phone.events import contact_event
from local.phone.records import Record, Records, StoredRecording
from local.services.calls import operation

INSTANCE = "arn:aws:connect:ap-southeast-1:000000000000:instance/1"
QUEUE = f"{INSTANCE}/queue/care"
AGENT = f"{INSTANCE}/agent/7"
BEGAN = datetime(2026, 1, 4, 17, 17, 53, tzinfo=UTC)
MODEL = Session().get_service_model("connect")
INITIATED = {
    "eventType": "INITIATED",
    "contactId": "c-1",
    "initialContactId": "c-0",
    "previousContactId": "c-0",
    "channel": "VOICE",
    "instanceArn": INSTANCE,
    "initiationMethod": "CALLBACK",
    "initiationTimestamp": "2026-01-04T17:17:53.000Z",
}
DISCONNECTED = {
    **INITIATED,
    "eventType": "DISCONNECTED",
    "disconnectTimestamp": "2026-01-04T17:18:23.000Z",
    "queueInfo": {"queueArn": QUEUE, "queueType": "STANDARD", "enqueueTimestamp": "2026-01-04T17:18:03.000Z"},
    "agentInfo": {"agentArn": AGENT, "connectedToAgentTimestamp": "2026-01-04T17:18:13.000Z"},
}


def record(detail: dict[str, Any]) -> Record:
    return Record("c-1", {"language": "en"}, "+6281200000001", "+62800", detail, BEGAN)


def test_an_event_is_as_eventbridge_delivers_it() -> None:
    event = contact_event(INITIATED, BEGAN)
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "account": "000000000000",
        "time": "2026-01-04T17:17:53Z",
        "region": "ap-southeast-1",
        "resources": [f"{INSTANCE}/contact/c-1", INSTANCE],
        "detail": INITIATED,
    }


def asked(api_call: str, records: Records, agents: Agents, method: str, path: str, body: Any = None) -> Any:
    """What boto3 would read of the answer; the error's code where it is one."""
    stack = Stack(None, None, {}, {})  # type: ignore[arg-type]
    ConnectApi(records, agents).serve(stack)
    text = b"" if body is None else json.dumps(body).encode()
    assert operation("connect", method, path, {}, text) == api_call
    call = AwsCall("key", None, "connect", api_call, method, path, {}, text)
    coroutine = stack.stand_ins["connect", api_call](call)
    with pytest.raises(StopIteration) as ended:
        coroutine.__await__().__next__()
    answer = ended.value.value
    shape = MODEL.operation_model(api_call).output_shape
    assert shape is not None
    parsed = create_parser("rest-json").parse(
        {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}, shape
    )
    return parsed["Error"]["Code"] if "Error" in parsed else parsed


@pytest.fixture
def records() -> Records:
    kept = Records()
    kept.keep(record(DISCONNECTED))
    return kept


@pytest.fixture
def agents() -> Agents:
    return Agents(lambda: 0.0)


def test_a_contact_is_described_as_the_sdk_reads_it(records: Records, agents: Agents) -> None:
    found = asked("DescribeContact", records, agents, "GET", "/contacts/1/c-1")["Contact"]
    assert (found["Id"], found["InitialContactId"], found["PreviousContactId"]) == ("c-1", "c-0", "c-0")
    assert (found["Channel"], found["InitiationMethod"]) == ("VOICE", "CALLBACK")
    assert found["InitiationTimestamp"] == BEGAN
    assert found["DisconnectTimestamp"] == BEGAN + timedelta(seconds=30)
    assert found["QueueInfo"] == {"Id": "care", "EnqueueTimestamp": BEGAN + timedelta(seconds=10)}
    assert found["AgentInfo"] == {"Id": "7", "ConnectedToAgentTimestamp": BEGAN + timedelta(seconds=20)}
    assert found["CustomerEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": "+6281200000001"}
    assert found["Attributes"] == {"language": "en"}
    assert found["Recordings"] == []


def test_a_recording_is_told_of_once_the_contact_has_ended(agents: Agents) -> None:
    one, kept = record(INITIATED), Records()
    kept.keep(one)
    one.recordings.append(StoredRecording("bucket/said.wav", "CUSTOMER", BEGAN, BEGAN + timedelta(seconds=9)))
    assert "Recordings" not in asked("DescribeContact", kept, agents, "GET", "/contacts/1/c-1")["Contact"]
    one.detail = DISCONNECTED
    (found,) = asked("DescribeContact", kept, agents, "GET", "/contacts/1/c-1")["Contact"]["Recordings"]
    assert found == {
        "StorageType": "S3",
        "Location": "bucket/said.wav",
        "MediaStreamType": "AUDIO",
        "ParticipantType": "CUSTOMER",
        "StartTimestamp": BEGAN,
        "StopTimestamp": BEGAN + timedelta(seconds=9),
        "Status": "AVAILABLE",
    }


def test_attributes_are_read_and_changed(records: Records, agents: Agents) -> None:
    body = {"InstanceId": "1", "InitialContactId": "c-1", "Attributes": {"segment": "gold"}}
    assert asked("UpdateContactAttributes", records, agents, "POST", "/contact/attributes", body) is not None
    found = asked("GetContactAttributes", records, agents, "GET", "/contact/attributes/1/c-1")
    assert found["Attributes"] == {"language": "en", "segment": "gold"}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        (None, "InvalidParameterException"),
        ({"a b": "x"}, "InvalidParameterException"),
        ({"a": 1}, "InvalidParameterException"),
        ({"a": "x" * 32_768}, "InvalidRequestException"),
    ],
)
def test_what_are_no_attributes_is_refused(records: Records, agents: Agents, attributes: Any, code: str) -> None:
    body = {"InitialContactId": "c-1", "Attributes": attributes}
    assert asked("UpdateContactAttributes", records, agents, "POST", "/contact/attributes", body) == code
    known = records.get("c-1")
    assert known is not None
    assert known.attributes == {"language": "en"}


class Caller:
    call_id = "c-1"


def test_the_place_in_the_queue_is_told_while_there_is_one(records: Records, agents: Agents) -> None:
    wanted = {"ContactId": "c-1", "Metrics": [{"Name": "POSITION_IN_QUEUE"}, {"Name": "ESTIMATED_WAIT_TIME"}]}

    def metrics() -> Any:
        return asked("GetContactMetrics", records, agents, "POST", "/metrics/contact", wanted)

    assert metrics() == "ResourceNotFoundException"
    agents.join(Caller(), QUEUE)
    position = {"Name": "POSITION_IN_QUEUE", "Value": {"Number": 1.0}}
    assert metrics()["MetricResults"] == [position]
    agents.staff(1, 120)
    assert metrics()["MetricResults"] == [position, {"Name": "ESTIMATED_WAIT_TIME", "Value": {"Number": 0.0}}]


@pytest.mark.parametrize(
    ("api_call", "method", "path", "body"),
    [
        ("DescribeContact", "GET", "/contacts/1/nobody", None),
        ("GetContactAttributes", "GET", "/contact/attributes/1/nobody", None),
        ("UpdateContactAttributes", "POST", "/contact/attributes", {"InitialContactId": "nobody", "Attributes": {}}),
        ("GetContactMetrics", "POST", "/metrics/contact", {"ContactId": "nobody"}),
        ("GetContactMetrics", "POST", "/metrics/contact", [1]),
    ],
)
def test_who_is_no_contact_is_not_found(
    records: Records, agents: Agents, api_call: str, method: str, path: str, body: Any
) -> None:
    assert asked(api_call, records, agents, method, path, body) == "ResourceNotFoundException"


def test_old_contacts_are_forgotten() -> None:
    kept = Records(most=2)
    for name in ("one", "two", "three"):
        kept.keep(Record(name, {}))
    assert [name for name in ("one", "two", "three") if kept.get(name)] == ["two", "three"]
