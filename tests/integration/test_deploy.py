"""`make deploy` against AWS's interfaces: each step changes what is due and leaves the rest alone."""

import json
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from operations import deploy

REGION: Final = "ap-southeast-1"
INSTANCE = f"arn:aws:connect:{REGION}:123456789012:instance/0b8f34a5-1111-2222-3333-444455556666"
FLOW = '{"Version": "2019-10-30", "StartAction": "a", "Actions": []}'
LISTING = {"InstanceId": INSTANCE.rpartition("/")[2], "ContactFlowTypes": ["CONTACT_FLOW"]}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.Session(region_name=REGION)


@pytest.fixture
def bucket(session: boto3.Session) -> str:
    session.client("s3").create_bucket(Bucket="pages", CreateBucketConfiguration={"LocationConstraint": REGION})
    return "pages"


def test_a_file_is_uploaded_once_and_again_when_it_changed(session: boto3.Session, bucket: str) -> None:
    s3 = session.client("s3")
    assert deploy.upload_all(s3, bucket, iter([("chat/index.html", b"<p>"), ("theme.css", b"a{}")])) == (2, 2)
    assert deploy.upload_all(s3, bucket, iter([("chat/index.html", b"<b>"), ("theme.css", b"a{}")])) == (1, 2)
    put = s3.get_object(Bucket=bucket, Key="chat/index.html")
    assert put["Body"].read() == b"<b>"
    assert put["ContentType"] == "text/html; charset=utf-8"


def test_prompts_are_uploaded_as_audio(session: boto3.Session, bucket: str) -> None:
    s3 = session.client("s3")
    deploy.upload(s3, bucket, "id/menu.wav", b"RIFF")
    assert s3.head_object(Bucket=bucket, Key="id/menu.wav")["ContentType"] == "audio/wav"


def test_a_bucket_that_is_missing_is_not_taken_for_a_file_that_is(session: boto3.Session) -> None:
    with pytest.raises(session.client("s3").exceptions.ClientError):
        deploy.upload(session.client("s3"), "no-such-bucket", "theme.css", b"")


def test_the_receipt_rule_set_is_activated_once(session: boto3.Session) -> None:
    ses = session.client("ses")
    ses.create_receipt_rule_set(RuleSetName="care-mail")
    assert deploy.activate_receipt_rules(ses, "care-mail", replace=False)
    assert not deploy.activate_receipt_rules(ses, "care-mail", replace=False)


def test_a_rule_set_of_somebody_else_stays_active_unless_replacing_is_asked_for(
    session: boto3.Session,
) -> None:
    ses = session.client("ses")
    for name in ("theirs", "care-mail"):
        ses.create_receipt_rule_set(RuleSetName=name)
    ses.set_active_receipt_rule_set(RuleSetName="theirs")
    with pytest.raises(deploy.Refusal, match="theirs is active"):
        deploy.activate_receipt_rules(ses, "care-mail", replace=False)
    assert deploy.activate_receipt_rules(ses, "care-mail", replace=True)


def published(session: boto3.Session, answers: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> str:
    connect = session.client("connect")
    with Stubber(connect) as stub:
        for operation, answer, request in answers:
            stub.add_response(operation, answer, request)
        change = deploy.publish_flow(connect, INSTANCE, "care-817", FLOW)
        stub.assert_no_pending_responses()
    return change


def test_a_new_contact_flow_is_created(session: boto3.Session) -> None:
    request = {"InstanceId": LISTING["InstanceId"], "Name": "care-817", "Type": "CONTACT_FLOW"}
    request |= {"Content": FLOW, "Status": "PUBLISHED"}
    others = {"ContactFlowSummaryList": [{"Id": "other", "Name": "Default"}]}
    answers = [("list_contact_flows", others, LISTING), ("create_contact_flow", {}, request)]
    assert published(session, answers) == "created"


@pytest.mark.parametrize(("content", "change"), [("{}", "updated"), (json.dumps(json.loads(FLOW)), "unchanged")])
def test_a_contact_flow_of_that_name_is_updated_when_it_differs(
    session: boto3.Session, content: str, change: str
) -> None:
    request = {"InstanceId": LISTING["InstanceId"], "ContactFlowId": "ours"}
    answers: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("list_contact_flows", {"ContactFlowSummaryList": [{"Id": "ours", "Name": "care-817"}]}, LISTING),
        ("describe_contact_flow", {"ContactFlow": {"Content": content}}, request),
    ]
    if change == "updated":
        answers.append(("update_contact_flow_content", {}, {**request, "Content": FLOW}))
    assert published(session, answers) == change


def test_what_connect_finds_wrong_with_a_flow_is_told(session: boto3.Session) -> None:
    connect = session.client("connect")
    with Stubber(connect) as stub:
        stub.add_response("list_contact_flows", {"ContactFlowSummaryList": []}, LISTING)
        stub.add_client_error(
            "create_contact_flow",
            "InvalidContactFlowException",
            modeled_fields={"problems": [{"message": "StartAction is missing"}]},
        )
        with pytest.raises(deploy.Refusal, match="StartAction is missing"):
            deploy.publish_flow(connect, INSTANCE, "care-817", FLOW)
