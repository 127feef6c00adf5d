"""`make deploy` against AWS's interfaces: each step changes what is due and leaves the rest alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from operations import deploy, finish, versions
from operations.settings import Settings
from operations.stack import Refusal, Stack
from tests.integration.account import INSTANCE, REGION, Account

FLOW = '{"Version": "2019-10-30", "StartAction": "a", "Actions": []}'
LISTING = {"InstanceId": INSTANCE.rpartition("/")[2], "ContactFlowTypes": ["CONTACT_FLOW"]}


@pytest.fixture
def bucket(account: Account) -> str:
    account.client("s3").create_bucket(Bucket="pages", CreateBucketConfiguration={"LocationConstraint": REGION})
    return "pages"


def test_a_file_is_uploaded_once_and_again_when_it_changed(account: Account, bucket: str) -> None:
    s3 = account.client("s3")
    assert finish.upload_all(s3, bucket, iter([("chat/index.html", b"<p>"), ("theme.css", b"a{}")])) == (2, 2)
    assert finish.upload_all(s3, bucket, iter([("chat/index.html", b"<b>"), ("theme.css", b"a{}")])) == (1, 2)
    put = s3.get_object(Bucket=bucket, Key="chat/index.html")
    assert put["Body"].read() == b"<b>"
    assert put["ContentType"] == "text/html; charset=utf-8"


def test_prompts_are_uploaded_as_audio(account: Account, bucket: str) -> None:
    s3 = account.client("s3")
    finish.upload(s3, bucket, "id/menu.wav", b"RIFF")
    assert s3.head_object(Bucket=bucket, Key="id/menu.wav")["ContentType"] == "audio/wav"


def test_a_bucket_that_is_missing_is_not_taken_for_a_file_that_is(account: Account) -> None:
    with pytest.raises(account.client("s3").exceptions.ClientError):
        finish.upload(account.client("s3"), "no-such-bucket", "theme.css", b"")


def test_the_receipt_rule_set_is_activated_once(account: Account) -> None:
    ses = account.client("ses")
    ses.create_receipt_rule_set(RuleSetName="care-mail")
    assert finish.activate_receipt_rules(ses, "care-mail", replace=False)
    assert not finish.activate_receipt_rules(ses, "care-mail", replace=False)


def test_a_rule_set_of_somebody_else_stays_active_unless_replacing_is_asked_for(
    account: Account,
) -> None:
    ses = account.client("ses")
    for name in ("theirs", "care-mail"):
        ses.create_receipt_rule_set(RuleSetName=name)
    ses.set_active_receipt_rule_set(RuleSetName="theirs")
    with pytest.raises(Refusal, match="theirs is active"):
        finish.activate_receipt_rules(ses, "care-mail", replace=False)
    assert finish.activate_receipt_rules(ses, "care-mail", replace=True)


def published(account: Account, answers: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> str:
    connect = account.client("connect")
    with Stubber(connect) as stub:
        for operation, answer, request in answers:
            stub.add_response(operation, answer, request)
        flow = finish.publish_flow(connect, INSTANCE, "care-817", "CONTACT_FLOW", FLOW)
        stub.assert_no_pending_responses()
    assert flow.arn == "arn:ours"
    return flow.change


def test_a_new_contact_flow_is_created(account: Account) -> None:
    request = {"InstanceId": LISTING["InstanceId"], "Name": "care-817", "Type": "CONTACT_FLOW"}
    request |= {"Content": FLOW, "Status": "PUBLISHED"}
    answers: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("list_contact_flows", {"ContactFlowSummaryList": [{"Id": "other", "Name": "Default"}]}, LISTING),
        ("create_contact_flow", {"ContactFlowArn": "arn:ours"}, request),
    ]
    assert published(account, answers) == "created"


@pytest.mark.parametrize(("content", "change"), [("{}", "updated"), (json.dumps(json.loads(FLOW)), "unchanged")])
def test_a_contact_flow_of_that_name_is_updated_when_it_differs(account: Account, content: str, change: str) -> None:
    request = {"InstanceId": LISTING["InstanceId"], "ContactFlowId": "ours"}
    known = {"Id": "ours", "Arn": "arn:ours", "Name": "care-817"}
    answers: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("list_contact_flows", {"ContactFlowSummaryList": [known]}, LISTING),
        ("describe_contact_flow", {"ContactFlow": {"Content": content}}, request),
    ]
    if change == "updated":
        answers.append(("update_contact_flow_content", {}, {**request, "Content": FLOW}))
    assert published(account, answers) == change


def test_what_connect_finds_wrong_with_a_flow_is_told(account: Account) -> None:
    connect = account.client("connect")
    with Stubber(connect) as stub:
        stub.add_response("list_contact_flows", {"ContactFlowSummaryList": []}, LISTING)
        stub.add_client_error(
            "create_contact_flow",
            "InvalidContactFlowException",
            modeled_fields={"problems": [{"message": "StartAction is missing"}]},
        )
        with pytest.raises(Refusal, match="StartAction is missing"):
            finish.publish_flow(connect, INSTANCE, "care-817", "CONTACT_FLOW", FLOW)


@pytest.fixture
def stack(account: Account, bucket: str) -> Stack:
    """As much of a deployed stack as finishing it needs."""
    s3, location = account.client("s3"), {"LocationConstraint": REGION}
    for name in ("prompts", "parked"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=location)
    account.client("ses").create_receipt_rule_set(RuleSetName="care-mail")
    queue = account.client("sqs").create_queue(QueueName="care-parked")["QueueUrl"]
    for _ in range(2):
        account.answers("cloudformation").add_response("list_stack_resources", {"StackResourceSummaries": []})
    outputs = dict.fromkeys(finish.PUBLIC_OUTPUTS, "x") | {
        "ParkedBucket": "parked",
        "ParkedQueueUrl": queue,
        "PromptsBucket": "prompts",
        "ReceiptRuleSetName": "care-mail",
        "WebBucket": bucket,
        "WebUrl": "https://web.example",
    }
    return Stack("care", {}, outputs)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("flows/prompts/id/menu/said.wav", "web/chat/index.html", "web/desk/index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def active_rules(account: Account) -> str | None:
    name: str | None = account.client("ses").describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    return name


def test_finishing_lets_mail_in_last(account: Account, stack: Stack, root: Path) -> None:
    done = finish.finish(account, stack, root, replace_receipt_rules=False)
    assert [one.step for one in done if one.is_problem] == []
    assert str(done[-1]) == "receipt rules  activated"
    assert active_rules(account) == "care-mail"
    again = {one.step: one.outcome for one in finish.finish(account, stack, root, replace_receipt_rules=False)}
    assert again["prompts"] == "0 of 1 uploaded"
    assert again["pages"] == "0 of 3 uploaded"
    assert again["receipt rules"] == "active already"


def test_a_step_that_fails_stops_no_other_but_no_mail_is_let_in(account: Account, stack: Stack, root: Path) -> None:
    gone = Stack("care", {}, {**stack.outputs, "PromptsBucket": "no-such-bucket"})
    done = finish.finish(account, gone, root, replace_receipt_rules=False)
    assert [one.step for one in done if one.is_problem] == ["prompts", "receipt rules"]
    assert account.client("s3").head_object(Bucket="pages", Key="chat/index.html")
    assert active_rules(account) is None


def test_what_is_left_to_do_is_told_at_the_end(
    account: Account, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    account.client("ses").create_receipt_rule_set(RuleSetName="theirs")
    account.client("ses").set_active_receipt_rule_set(RuleSetName="theirs")
    account = Account()
    account.has_stack("CREATE_COMPLETE", {}, stack.outputs)
    account.answers("cloudformation").add_response("list_stack_resources", {"StackResourceSummaries": []})
    assert deploy.complete(account, Settings("care", REGION, {}), replace_receipt_rules=False) == 1
    printed = capsys.readouterr()
    assert "https://web.example/desk/" in printed.out
    assert printed.err.splitlines()[1] == "What is left to do:"
    assert printed.err.splitlines()[2].startswith("receipt rules  not done: The receipt rule set theirs is active")


def test_a_stack_without_pages_is_finished_and_says_what_to_set(account: Account, stack: Stack, root: Path) -> None:
    without = {name: value for name, value in stack.outputs.items() if name not in ("WebBucket", "WebUrl")}
    done = finish.finish(account, Stack("care", {"Distribution": "no"}, without), root, replace_receipt_rules=False)
    (pages,) = [one for one in done if one.step == "pages"]
    assert "WebOrigin" in pages.outcome
    assert active_rules(account) == "care-mail"


def test_pages_that_are_served_from_elsewhere_are_pointed_at(account: Account, stack: Stack, root: Path) -> None:
    elsewhere = Stack("care", {"Distribution": "no"}, stack.outputs)
    done = finish.finish(account, elsewhere, root, replace_receipt_rules=False)
    (pages,) = [one for one in done if one.step == "pages"]
    assert pages.outcome.endswith("serve what is in pages at https://web.example")


def resource(kind: str, name: str) -> dict[str, str]:
    done = {"LastUpdatedTimestamp": "2026-11-29T00:00:00Z", "ResourceStatus": "CREATE_COMPLETE"}
    return {"ResourceType": kind, "PhysicalResourceId": name, "LogicalResourceId": "x", **done}


def version(name: str, snapshot: bool) -> dict[str, Any]:
    return {"Version": name, "SnapStart": {"ApplyOn": "PublishedVersions" if snapshot else "None"}}


def test_old_versions_with_a_snapshot_are_deleted_page_by_page(account: Account) -> None:
    cloudformation, functions = account.client("cloudformation"), account.client("lambda")
    resources = [
        resource("AWS::Lambda::Function", "care-voice"),
        resource("AWS::Lambda::Function", "care-step"),
        resource("AWS::SQS::Queue", "care-notify"),
    ]
    live = {"Name": "live", "FunctionVersion": "6", "RoutingConfig": {"AdditionalVersionWeights": {"7": 0.1}}}
    with Stubber(cloudformation) as stacks, Stubber(functions) as lambdas:
        stacks.add_response(
            "list_stack_resources", {"StackResourceSummaries": resources[:1], "NextToken": "n"}, {"StackName": "care"}
        )
        stacks.add_response(
            "list_stack_resources", {"StackResourceSummaries": resources[1:]}, {"StackName": "care", "NextToken": "n"}
        )
        voice, step = {"FunctionName": "care-voice"}, {"FunctionName": "care-step"}
        first = [version(name, snapshot=name != "$LATEST") for name in ("$LATEST", "1", "2", "3")]
        second = [version(name, snapshot=True) for name in ("4", "5", "6", "7")]
        lambdas.add_response("list_versions_by_function", {"Versions": first, "NextMarker": "m"}, voice)
        lambdas.add_response("list_versions_by_function", {"Versions": second}, {**voice, "Marker": "m"})
        lambdas.add_response("list_aliases", {"Aliases": [live]}, voice)
        for old in ("1", "2", "3"):
            lambdas.add_response("delete_function", {}, {**voice, "Qualifier": old})
        lambdas.add_response("list_versions_by_function", {"Versions": [version("1", snapshot=False)] * 9}, step)
        assert versions.prune(cloudformation, functions, "care") == (3, 1)
        stacks.assert_no_pending_responses()
        lambdas.assert_no_pending_responses()
