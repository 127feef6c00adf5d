"""`make deploy ARGS=--check`: what the account lacks, before the first change. Only reads.

Each look is one question to the account. One that may not be asked is a line of its own and ends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations.parked import NOT_THERE

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_connect import ConnectClient
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import GetEmailIdentityResponseTypeDef

DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")
# What an account must leave for functions that reserve nothing (Lambda developer guide, "Reserved concurrency").
UNRESERVED_AT_LEAST = 100
# The functions share what is not reserved; a new account has 10 in all (docs/deploy.md, "Quotas").
CONCURRENCY_ENOUGH = 100
# States that no deployment leads out of, and what does.
STUCK = {
    "ROLLBACK_COMPLETE": "its first creation failed, and it can only be deleted: delete it, then deploy again",
    "ROLLBACK_FAILED": "its first creation failed and left something: empty what its events name, and delete it",
    "CREATE_FAILED": "its first creation failed: delete it, then deploy again",
    "DELETE_FAILED": "it could not be deleted whole: empty or retain what its events name, and delete it again",
    "UPDATE_ROLLBACK_FAILED": "mend what its events name, then aws cloudformation continue-update-rollback",
}


class Verdict(Enum):
    GOOD = "ok"
    LOOK = "look"
    MEND = "mend"


@dataclass(frozen=True)
class Look:
    """What was looked at, what was found, and what to do about it; nothing is to be done about what is good."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict.value:<5} {self.what:<18} {self.found}"
        return f"{line}\n      {'':<18} -> {self.remedy}" if self.remedy else line


@dataclass(frozen=True)
class Wanted:
    """The stack as it will be asked for: a value for each parameter but secrets that are kept."""

    stack: str
    parameters: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")

    def number(self, name: str) -> int:
        return int(self.get(name) or 0)


def good(what: str, found: str) -> Look:
    return Look(what, Verdict.GOOD, found)


def look(session: boto3.Session, wanted: Wanted) -> list[Look]:
    """All looks, in the order things are set up; the first alone where there are no credentials."""
    first = ask("credentials", credentials, session, wanted)
    if first.verdict is Verdict.MEND:
        return [first]
    return [first, *(ask(what, question, session, wanted) for what, question in LOOKS.items())]


def ask(what: str, question: Callable[[boto3.Session, Wanted], Look], session: boto3.Session, wanted: Wanted) -> Look:
    try:
        return question(session, wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            denied = f"{error.operation_name} is denied to these credentials"
            return Look(what, Verdict.LOOK, denied, "look in the console, or with other credentials")
        return Look(what, Verdict.LOOK, str(error), "look in the console")
    except BotoCoreError as error:
        return Look(what, Verdict.LOOK, str(error), "look in the console")


def summary(looks: list[Look]) -> str:
    mend = sum(one.verdict is Verdict.MEND for one in looks)
    warn = sum(one.verdict is Verdict.LOOK for one in looks)
    return f"{len(looks)} looked at: {mend} to mend, {warn} to look at. docs/deploy.md says how."


def credentials(session: boto3.Session, wanted: Wanted) -> Look:
    try:
        caller = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        remedy = "set AWS_PROFILE, or sign in as for the AWS CLI"
        return Look("credentials", Verdict.MEND, str(error), remedy)
    return good("credentials", f"account {caller['Account']}, as {caller['Arn']}")


def stack(session: boto3.Session, wanted: Wanted) -> Look:
    what, described = "stack", _described(session, wanted.stack)
    status = described["StackStatus"] if described else ""
    if status in STUCK:
        return Look(what, Verdict.MEND, f"{wanted.stack} is in {status}", f"{STUCK[status]} (docs/deploy.md)")
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        return Look(what, Verdict.MEND, f"{wanted.stack} is in {status}", "wait until that has ended")
    return good(what, f"{wanted.stack} is in {status}" if status else f"{wanted.stack} will be created")


def kept(session: boto3.Session, wanted: Wanted) -> Look:
    """What an earlier stack of this name left; its names are fixed, so that a first creation would meet it."""
    what = "kept from before"
    if _described(session, wanted.stack):
        return good(what, "the stack is there: its table and buckets are its own")
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = f"{wanted.stack}-parked-{account}"
    found = [f"table {wanted.stack}"] * _has_table(session, wanted.stack) + [f"bucket {bucket}"] * _has_bucket(
        session, bucket
    )
    if not found:
        return good(what, "nothing is in the way")
    remedy = "take another stack_name, import them, or delete them after a look (docs/deploy.md)"
    return Look(what, Verdict.MEND, f"{' and '.join(found)}, of an earlier stack, would stop the creation", remedy)


def identity(session: boto3.Session, wanted: Wanted) -> Look:
    """The address's own identity sends; receiving needs its domain's (SES developer guide, "Email receiving")."""
    what, address = "SES identity", wanted.get("CareAddress")
    ses: SESV2Client = session.client("sesv2")
    domain = address.partition("@")[2]
    known = ((each, _identity(ses, each)) for each in _and_parents(domain))
    name, found = next(((each, told) for each, told in known if told), (domain, None))
    remedy = "SES, Identities: create the domain and publish its three DKIM records"
    if not found:
        alone = _identity(ses, address)
        if alone and alone["VerifiedForSendingStatus"]:
            return Look(what, Verdict.LOOK, f"{address} can send, but {domain} cannot receive", remedy)
        return Look(what, Verdict.MEND, f"SES knows neither {domain} nor a verified {address}", remedy)
    if not found["VerifiedForSendingStatus"]:
        return Look(what, Verdict.MEND, f"{name} is not verified yet", "publish the DKIM records SES gave, and wait")
    dkim = found["DkimAttributes"].get("Status", "NOT_STARTED")
    if dkim != "SUCCESS":
        return Look(what, Verdict.LOOK, f"{name} is verified, its DKIM is {dkim}", "publish its DKIM records")
    return good(what, f"{name} is verified and signs its mail")


def sending(session: boto3.Session, wanted: Wanted) -> Look:
    what, account = "SES sending", session.client("sesv2").get_account()
    quota = account.get("SendQuota", {})
    limits = f"{quota.get('Max24HourSend', 0):.0f} mails a day, {quota.get('MaxSendRate', 0):.0f} a second"
    if not account.get("SendingEnabled", False):
        status = account.get("EnforcementStatus", "unknown")
        return Look(what, Verdict.MEND, f"sending is switched off ({status})", "SES, Account dashboard")
    if not account.get("ProductionAccessEnabled", False):
        remedy = "a trial reaches verified addresses only; SES, Account dashboard: request production access"
        return Look(what, Verdict.LOOK, f"in the sandbox, {limits}", remedy)
    return good(what, f"out of the sandbox, {limits}")


def receiving(session: boto3.Session, wanted: Wanted) -> Look:
    what = "SES receiving"
    active = session.client("ses").describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    if active and active != f"{wanted.stack}-mail":
        remedy = "move its rules, or deploy with ARGS=--replace-receipt-rules"
        return Look(what, Verdict.MEND, f"the rule set {active} is active and would stop receiving", remedy)
    return good(what, "this stack's rule set is active" if active else "no rule set is active: it will be this stack's")


def concurrency(session: boto3.Session, wanted: Wanted) -> Look:
    what, limit = "Lambda", session.client("lambda").get_account_settings()["AccountLimit"]
    everything, free = limit.get("ConcurrentExecutions", 0), limit.get("UnreservedConcurrentExecutions", 0)
    reserved = {"ReservedConcurrencyVoice", "ReservedConcurrencyChat"}
    asked = sum(wanted.number(name) for name in reserved)
    described = _described(session, wanted.stack)
    there = described.get("Parameters", []) if described else []
    has = sum(int(each["ParameterValue"] or 0) for each in there if each["ParameterKey"] in reserved)
    found = f"{everything} concurrent executions, {free} of them unreserved"
    remedy = "Service Quotas, AWS Lambda, Concurrent executions: ask for 1,000"
    if asked and free + has - asked < UNRESERVED_AT_LEAST:
        why = f"{found}; reserving {asked} would leave fewer than {UNRESERVED_AT_LEAST}"
        return Look(what, Verdict.MEND, why, f"leave ReservedConcurrency… empty, or {remedy}")
    if everything < CONCURRENCY_ENOUGH:
        return Look(what, Verdict.LOOK, found, f"enough for a trial; {remedy}")
    return good(what, found)


def text_messages(session: boto3.Session, wanted: Wanted) -> Look:
    """End User Messaging; nothing of it is used beside a gateway of the operator's own."""
    what, sender = "SMS", wanted.get("SmsSender")
    if wanted.get("SmsGatewayUrl"):
        return good(what, f"goes to {wanted.get('SmsGatewayUrl')}; End User Messaging is not used")
    messaging: PinpointSMSVoiceV2Client = session.client("pinpoint-sms-voice-v2")
    attributes = messaging.describe_account_attributes()["AccountAttributes"]
    tier = next((each["Value"] for each in attributes if each["Name"] == "ACCOUNT_TIER"), "unknown")
    limits = messaging.describe_spend_limits()["SpendLimits"]
    spend = next((each["EnforcedLimit"] for each in limits if each["Name"] == "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"), 0)
    registered = _registered(messaging, sender)
    found = f"{sender} {registered}; account {tier.lower()}, at most {spend} USD a month"
    if registered != "is registered":
        remedy = "End User Messaging, Registrations: a sender id for Indonesia; until then no SMS arrives"
        return Look(what, Verdict.LOOK, found, remedy)
    if tier != "PRODUCTION":
        return Look(what, Verdict.LOOK, found, "End User Messaging: request production access")
    if not spend > 1:
        return Look(what, Verdict.LOOK, found, "Service Quotas, End User Messaging: raise the spending limit")
    if wanted.number("MonthlySmsSpend") >= spend:
        remedy = "set it lower, or raise the spending limit: at the limit nothing is sent any more"
        return Look(what, Verdict.LOOK, f"{found}; MonthlySmsSpend would ring no sooner", remedy)
    return good(what, found)


def phone(session: boto3.Session, wanted: Wanted) -> Look:
    what, arn = "Connect", wanted.get("ConnectInstanceArn")
    if not arn:
        remedy = "create an instance, then set ConnectInstanceArn; until then all but the phone is deployed"
        return Look(what, Verdict.LOOK, "no ConnectInstanceArn is set", remedy)
    connect: ConnectClient = session.client("connect")
    try:
        status = connect.describe_instance(InstanceId=arn.rpartition("/")[2])["Instance"]["InstanceStatus"]
    except connect.exceptions.ResourceNotFoundException:
        return Look(what, Verdict.MEND, f"{arn} is not in this account and region", "set the instance's own ARN")
    if status != "ACTIVE":
        return Look(what, Verdict.MEND, f"the instance is in {status}", "wait until it is ACTIVE, or create another")
    numbers = connect.list_phone_numbers_v2(TargetArn=arn).get("ListPhoneNumbersSummaryList", [])
    if not numbers:
        remedy = "Connect, Phone numbers: claim one, or ask AWS Support for one"
        return Look(what, Verdict.LOOK, "the instance is active and has no number", remedy)
    claimed = ", ".join(each.get("PhoneNumber", "") for each in numbers)
    return good(what, f"the instance is active and has {claimed}")


def log_role(session: boto3.Session, wanted: Wanted) -> Look:
    """One role an account and region, by which API Gateway writes the logs of a WebSocket API."""
    what, role = "API Gateway", session.client("apigateway").get_account().get("cloudwatchRoleArn")
    if role:
        return good(what, f"logs as {role}")
    if wanted.get("ChatAccessLog") == "yes":
        remedy = "give it one (docs/deploy.md), or leave ChatAccessLog=no"
        return Look(what, Verdict.MEND, "the account has no role for logs, and ChatAccessLog=yes needs it", remedy)
    return good(what, "the account has no role for logs, and none is needed")


def distribution(session: boto3.Session, wanted: Wanted) -> Look:
    """Nothing tells beforehand whether an account may create its first distribution."""
    what, origin = "CloudFront", wanted.get("WebOrigin")
    if wanted.get("Distribution") == "no":
        if origin:
            return good(what, f"not used; the pages are served at {origin}")
        remedy = "set WebOrigin to where you serve the pages, or Distribution=yes"
        return Look(what, Verdict.LOOK, "not used, and no WebOrigin is set: no desk and no pages", remedy)
    listed = session.client("cloudfront").list_distributions(MaxItems="1")
    if listed["DistributionList"].get("Quantity", 0):
        return good(what, "the account has a distribution, so it may create one")
    remedy = "ask AWS Support to verify the account for CloudFront, or begin with Distribution=no"
    return Look(what, Verdict.LOOK, "no distribution yet; a new account may be refused its first", remedy)


def alarms(session: boto3.Session, wanted: Wanted) -> Look:
    what, arn = "alarms", wanted.get("AlarmTopicArn")
    if not arn:
        return Look(what, Verdict.LOOK, "no AlarmTopicArn is set: nobody is woken", "create an SNS topic and set it")
    sns = session.client("sns")
    try:
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    except sns.exceptions.NotFoundException:
        return Look(what, Verdict.MEND, f"the topic {arn} is not there", "create it, or set another AlarmTopicArn")
    if attributes.get("SubscriptionsConfirmed", "0") == "0":
        return Look(what, Verdict.LOOK, f"nobody has confirmed a subscription to {arn}", "subscribe and confirm")
    return good(what, f"go to {arn}")


def budget(session: boto3.Session, wanted: Wanted) -> Look:
    """Whether Budgets may publish to the topic is seen only when the money is spent."""
    what, amount, arn = "budget", wanted.get("MonthlyBudget"), wanted.get("AlarmTopicArn")
    if not amount:
        return Look(what, Verdict.LOOK, "no MonthlyBudget is set: the bill tells first", "set one, in USD")
    if not arn:
        return Look(what, Verdict.LOOK, "a budget tells a topic, and no AlarmTopicArn is set", "set one")
    sns = session.client("sns")
    try:
        policy = sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("Policy", "")
    except sns.exceptions.NotFoundException:
        return Look(what, Verdict.MEND, f"the topic {arn} is not there", "create it, or set another AlarmTopicArn")
    if "budgets.amazonaws.com" not in policy:
        remedy = "let budgets.amazonaws.com publish to it (docs/deploy.md)"
        return Look(what, Verdict.LOOK, f"the policy of {arn} does not name Budgets", remedy)
    return good(what, f"{amount} USD a month, told to {arn}")


LOOKS: dict[str, Callable[[boto3.Session, Wanted], Look]] = {
    "stack": stack,
    "kept from before": kept,
    "CloudFront": distribution,
    "Lambda": concurrency,
    "SES identity": identity,
    "SES sending": sending,
    "SES receiving": receiving,
    "SMS": text_messages,
    "Connect": phone,
    "API Gateway": log_role,
    "alarms": alarms,
    "budget": budget,
}


def _described(session: boto3.Session, name: str) -> StackTypeDef | None:
    """None where no stack of that name is."""
    try:
        (described,) = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        # CloudFormation has no error of its own for it.
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return described


def _has_table(session: boto3.Session, name: str) -> bool:
    dynamodb = session.client("dynamodb")
    try:
        dynamodb.describe_table(TableName=name)
    except dynamodb.exceptions.ResourceNotFoundException:
        return False
    return True


def _has_bucket(session: boto3.Session, name: str) -> bool:
    try:
        session.client("s3").head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_THERE:
            return False
        raise
    return True


def _and_parents(domain: str) -> list[str]:
    """A verified domain stands for its subdomains: care.your.domain, then your.domain."""
    labels = domain.split(".")
    return [".".join(labels[first:]) for first in range(max(1, len(labels) - 1))]


def _identity(ses: SESV2Client, name: str) -> GetEmailIdentityResponseTypeDef | None:
    """None where SES has no such identity."""
    try:
        return ses.get_email_identity(EmailIdentity=name)
    except ses.exceptions.NotFoundException:
        return None


def _registered(messaging: PinpointSMSVoiceV2Client, sender: str) -> str:
    try:
        listed = messaging.describe_sender_ids(SenderIds=[{"SenderId": sender, "IsoCountryCode": "ID"}])
    except messaging.exceptions.ResourceNotFoundException:
        return "is not requested for Indonesia"
    ids = listed.get("SenderIds", [])
    return "is registered" if any(each["Registered"] for each in ids) else "is not registered yet"
