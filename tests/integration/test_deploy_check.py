"""What `make deploy ARGS=--check` finds in an account, and the page it prints."""

import json

import pytest

from operations import check, deploy
from operations.check import Verdict, Wanted
from operations.settings import Settings
from operations.stack import Refusal
from tests.integration.account import INSTANCE, REGION, Account

PARAMETERS = {"CareAddress": "care@mail.your.domain", "SmsSender": "YOURNAME", "Distribution": "yes"}


def wanted(**parameters: str) -> Wanted:
    return Wanted("care", PARAMETERS | parameters)


def test_a_stack_that_is_not_there_yet_is_in_nobodys_way(account: Account) -> None:
    account.has_no_stack()
    assert check.stack(account, wanted()) == check.good("stack", "care will be created")


@pytest.mark.parametrize(
    ("status", "way_out"),
    [
        ("ROLLBACK_COMPLETE", "can only be deleted"),
        ("ROLLBACK_FAILED", "delete it"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("DELETE_FAILED", "retain"),
        ("UPDATE_IN_PROGRESS", "wait"),
    ],
)
def test_a_stack_that_is_stuck_is_named_with_the_way_out(account: Account, status: str, way_out: str) -> None:
    account.has_stack(status)
    found = check.stack(account, wanted())
    assert found.verdict is Verdict.MEND
    assert status in found.found
    assert way_out in str(found)


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_that_can_be_deployed_to_is_good(account: Account, status: str) -> None:
    account.has_stack(status)
    assert check.stack(account, wanted()).verdict is Verdict.GOOD


def test_nothing_is_built_for_a_stack_that_cannot_be_deployed_to(account: Account) -> None:
    account.has_stack("ROLLBACK_COMPLETE")
    told = Settings("care", REGION, {})
    with pytest.raises(Refusal, match="ROLLBACK_COMPLETE"):
        deploy.deploy(account, "default", told, {})


def test_what_an_earlier_stack_left_would_stop_a_first_creation(account: Account) -> None:
    account.has_no_stack(times=2)
    assert check.kept(account, wanted()).verdict is Verdict.GOOD
    bucket = "care-parked-123456789012"
    account.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    account.client("dynamodb").create_table(
        TableName="care",
        KeySchema=key,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    found = check.kept(account, wanted())
    assert found.verdict is Verdict.MEND
    assert "table care and bucket care-parked-123456789012" in found.found


def identities(account: Account, *known: tuple[str, bool]) -> None:
    """Answers in the order they are asked for; an identity that is not there is "not known"."""
    for name, verified in known:
        dkim = {"Status": "SUCCESS" if verified else "PENDING"}
        account.answers("sesv2").add_response(
            "get_email_identity",
            {"VerifiedForSendingStatus": verified, "DkimAttributes": dkim},
            {"EmailIdentity": name},
        )


def not_known(account: Account, *names: str) -> None:
    for name in names:
        account.answers("sesv2").add_client_error(
            "get_email_identity", "NotFoundException", expected_params={"EmailIdentity": name}
        )


def test_a_verified_domain_stands_for_its_subdomain(account: Account) -> None:
    not_known(account, "mail.your.domain")
    identities(account, ("your.domain", True))
    assert check.identity(account, wanted()) == check.good("SES identity", "your.domain is verified and signs its mail")


def test_a_domain_that_waits_for_its_records_is_to_mend(account: Account) -> None:
    identities(account, ("mail.your.domain", False))
    assert check.identity(account, wanted()).verdict is Verdict.MEND


def test_an_address_alone_can_send_and_not_receive(account: Account) -> None:
    not_known(account, "mail.your.domain", "your.domain")
    identities(account, ("care@mail.your.domain", True))
    found = check.identity(account, wanted())
    assert found.verdict is Verdict.LOOK
    assert "cannot receive" in found.found


def test_a_domain_that_ses_does_not_know_is_to_mend(account: Account) -> None:
    not_known(account, "mail.your.domain", "your.domain", "care@mail.your.domain")
    assert check.identity(account, wanted()).verdict is Verdict.MEND


@pytest.mark.parametrize(
    ("enabled", "production", "verdict"),
    [(True, True, Verdict.GOOD), (True, False, Verdict.LOOK), (False, True, Verdict.MEND)],
)
def test_the_sandbox_is_looked_at_and_stopped_sending_mended(
    account: Account, enabled: bool, production: bool, verdict: Verdict
) -> None:
    quota = {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}
    said = {"SendingEnabled": enabled, "ProductionAccessEnabled": production, "SendQuota": quota}
    account.answers("sesv2").add_response("get_account", said)
    assert check.sending(account, wanted()).verdict is verdict


def test_a_rule_set_of_somebody_else_is_to_move_first(account: Account) -> None:
    assert check.receiving(account, wanted()).verdict is Verdict.GOOD
    for name in ("theirs", "care-mail"):
        account.client("ses").create_receipt_rule_set(RuleSetName=name)
    account.client("ses").set_active_receipt_rule_set(RuleSetName="theirs")
    assert check.receiving(account, wanted()).verdict is Verdict.MEND
    account.client("ses").set_active_receipt_rule_set(RuleSetName="care-mail")
    assert check.receiving(account, wanted()).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("limit", "free", "reserve", "verdict"),
    [
        (1000, 1000, "", Verdict.GOOD),
        (10, 10, "", Verdict.LOOK),
        (10, 10, "5", Verdict.MEND),
        (1000, 120, "20", Verdict.GOOD),
        (1000, 120, "21", Verdict.MEND),
    ],
)
def test_what_is_reserved_must_leave_a_hundred(
    account: Account, limit: int, free: int, reserve: str, verdict: Verdict
) -> None:
    account.has_no_stack()
    limits = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": free}
    account.answers("lambda").add_response("get_account_settings", {"AccountLimit": limits})
    assert check.concurrency(account, wanted(ReservedConcurrencyVoice=reserve)).verdict is verdict


def test_what_the_stack_has_reserved_already_counts_as_free(account: Account) -> None:
    account.has_stack("UPDATE_COMPLETE", {"ReservedConcurrencyVoice": "50"})
    limits = {"ConcurrentExecutions": 200, "UnreservedConcurrentExecutions": 100}
    account.answers("lambda").add_response("get_account_settings", {"AccountLimit": limits})
    asked = wanted(ReservedConcurrencyVoice="50")
    assert check.concurrency(account, asked).verdict is Verdict.GOOD


def messaging(account: Account, tier: str, spend: int, registered: bool | None) -> None:
    stub = account.answers("pinpoint-sms-voice-v2")
    stub.add_response("describe_account_attributes", {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": tier}]})
    limit = {"Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", "EnforcedLimit": spend, "MaxLimit": spend, "Overridden": False}
    stub.add_response("describe_spend_limits", {"SpendLimits": [limit]})
    if registered is None:
        stub.add_client_error("describe_sender_ids", "ResourceNotFoundException")
        return
    sender = {
        "SenderIdArn": "arn:sender",
        "SenderId": "YOURNAME",
        "IsoCountryCode": "ID",
        "MessageTypes": ["TRANSACTIONAL"],
        "MonthlyLeasingPrice": "0",
        "DeletionProtectionEnabled": False,
        "Registered": registered,
    }
    asked = {"SenderIds": [{"SenderId": "YOURNAME", "IsoCountryCode": "ID"}]}
    stub.add_response("describe_sender_ids", {"SenderIds": [sender]}, asked)


@pytest.mark.parametrize(
    ("tier", "spend", "registered", "verdict"),
    [
        ("PRODUCTION", 500, True, Verdict.GOOD),
        ("PRODUCTION", 500, None, Verdict.LOOK),
        ("PRODUCTION", 500, False, Verdict.LOOK),
        ("SANDBOX", 500, True, Verdict.LOOK),
        ("PRODUCTION", 1, True, Verdict.LOOK),
    ],
)
def test_sms_needs_a_sender_id_an_account_out_of_its_sandbox_and_a_limit(
    account: Account, tier: str, spend: int, registered: bool | None, verdict: Verdict
) -> None:
    messaging(account, tier, spend, registered)
    assert check.text_messages(account, wanted()).verdict is verdict


def test_with_a_gateway_of_ones_own_end_user_messaging_is_not_asked(account: Account) -> None:
    account.answers("pinpoint-sms-voice-v2")
    assert check.text_messages(account, wanted(SmsGatewayUrl="https://sms.your.domain")).verdict is Verdict.GOOD


def test_an_instance_needs_to_be_active_and_to_have_a_number(account: Account) -> None:
    connect = account.answers("connect")
    assert check.phone(account, wanted()).verdict is Verdict.LOOK
    for numbers, verdict in (([], Verdict.LOOK), ([{"PhoneNumber": "+6531630000"}], Verdict.GOOD)):
        connect.add_response("describe_instance", {"Instance": {"InstanceStatus": "ACTIVE"}})
        connect.add_response("list_phone_numbers_v2", {"ListPhoneNumbersSummaryList": numbers}, {"TargetArn": INSTANCE})
        assert check.phone(account, wanted(ConnectInstanceArn=INSTANCE)).verdict is verdict
    connect.add_response("describe_instance", {"Instance": {"InstanceStatus": "CREATION_IN_PROGRESS"}})
    assert check.phone(account, wanted(ConnectInstanceArn=INSTANCE)).verdict is Verdict.MEND
    connect.add_client_error("describe_instance", "ResourceNotFoundException")
    assert check.phone(account, wanted(ConnectInstanceArn=INSTANCE)).verdict is Verdict.MEND


def test_a_distribution_that_exists_shows_that_one_may_be_made(account: Account) -> None:
    origin = {"Id": "a", "DomainName": "a.example", "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443}}
    origin["CustomOriginConfig"] |= {"OriginProtocolPolicy": "https-only"}  # type: ignore[operator]
    unproved = check.distribution(account, wanted())
    assert unproved.verdict is Verdict.LOOK
    assert "Distribution=no" in unproved.remedy
    account.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "x",
            "Comment": "",
            "Enabled": False,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "a", "ViewerProtocolPolicy": "https-only"},
        }
    )
    assert check.distribution(account, wanted()).verdict is Verdict.GOOD


def test_without_cloudfront_and_without_an_origin_the_pages_are_said_to_be_left_out(account: Account) -> None:
    account.answers("cloudfront")
    without = check.distribution(account, wanted(Distribution="no"))
    assert (without.verdict, "no desk" in without.found) == (Verdict.LOOK, True)
    elsewhere = wanted(Distribution="no", WebOrigin="https://care.your.domain")
    assert check.distribution(account, elsewhere).verdict is Verdict.GOOD


def test_an_alarm_has_to_reach_somebody(account: Account) -> None:
    topic = account.client("sns").create_topic(Name="alarms")["TopicArn"]
    assert check.alarms(account, wanted()).verdict is Verdict.LOOK
    assert check.alarms(account, wanted(AlarmTopicArn=topic + "-gone")).verdict is Verdict.MEND
    assert check.alarms(account, wanted(AlarmTopicArn=topic)).verdict is Verdict.LOOK
    account.answers("sns").add_response("get_topic_attributes", {"Attributes": {"SubscriptionsConfirmed": "1"}})
    assert check.alarms(account, wanted(AlarmTopicArn=topic)).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("role", "logs", "verdict"),
    [
        ({}, "no", Verdict.GOOD),
        ({}, "yes", Verdict.MEND),
        ({"cloudwatchRoleArn": "arn:aws:iam::1:role/logs"}, "yes", Verdict.GOOD),
    ],
)
def test_the_role_for_logs_is_required_where_the_chat_is_to_be_logged(
    account: Account, role: dict[str, str], logs: str, verdict: Verdict
) -> None:
    account.answers("apigateway").add_response("get_account", role)
    assert check.log_role(account, wanted(ChatAccessLog=logs)).verdict is verdict


def test_an_alarm_on_what_sms_cost_rings_before_the_account_s_limit_or_not_at_all(account: Account) -> None:
    for alarm, verdict in (("499", Verdict.GOOD), ("500", Verdict.LOOK)):
        messaging(account, "PRODUCTION", 500, registered=True)
        assert check.text_messages(account, wanted(MonthlySmsSpend=alarm)).verdict is verdict


def test_a_budget_needs_a_topic_that_lets_budgets_publish(account: Account) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    assert check.budget(account, wanted()).verdict is Verdict.LOOK
    assert check.budget(account, wanted(MonthlyBudget="300")).verdict is Verdict.LOOK
    told = wanted(MonthlyBudget="300", AlarmTopicArn=topic)
    assert check.budget(account, wanted(MonthlyBudget="300", AlarmTopicArn=topic + "-gone")).verdict is Verdict.MEND
    assert check.budget(account, told).verdict is Verdict.LOOK
    statement = {"Effect": "Allow", "Principal": {"Service": "budgets.amazonaws.com"}, "Action": "SNS:Publish"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": topic}]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    assert check.budget(account, told).verdict is Verdict.GOOD


def denied_everywhere(account: Account) -> None:
    account.has_no_stack(times=2)
    calls = {
        "cloudfront": ["list_distributions"],
        "lambda": ["get_account_settings"],
        "sesv2": ["get_email_identity", "get_account"],
        "ses": ["describe_active_receipt_rule_set"],
        "pinpoint-sms-voice-v2": ["describe_account_attributes"],
        "connect": ["describe_instance"],
        "apigateway": ["get_account"],
        "sns": ["get_topic_attributes", "get_topic_attributes"],
    }
    for service, operations in calls.items():
        for operation in operations:
            account.answers(service).add_client_error(operation, "AccessDeniedException")


def test_what_may_not_be_looked_at_is_a_line_and_ends_nothing(account: Account) -> None:
    denied_everywhere(account)
    told = {"AlarmTopicArn": f"arn:aws:sns:{REGION}:1:a", "MonthlyBudget": "300"}
    looks = check.look(account, wanted(ConnectInstanceArn=INSTANCE, **told))
    assert [one.what for one in looks] == ["credentials", *check.LOOKS]
    denied = [one for one in looks if "is denied to these credentials" in one.found]
    assert len(denied) == len(check.LOOKS) - 2
    assert {one.verdict for one in denied} == {Verdict.LOOK}


def test_without_credentials_nothing_else_is_asked(account: Account) -> None:
    account.answers("sts").add_client_error("get_caller_identity", "InvalidClientTokenId")
    (only,) = check.look(account, wanted())
    assert only.verdict is Verdict.MEND


def test_the_page_says_what_to_do_below_what_was_found_and_ends_with_a_count(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    denied_everywhere(account)
    account.client("dynamodb").create_table(
        TableName="care",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert deploy.look(account, Settings("care", REGION, {}), dict(PARAMETERS)) == 1
    page = capsys.readouterr().out.splitlines()
    row = page.index("mend  kept from before   table care, of an earlier stack, would stop the creation")
    assert page[row + 1].startswith("                         -> take another stack_name")
    assert page[-1].startswith("13 looked at: 1 to mend,")
    assert max(map(len, page)) < 140
