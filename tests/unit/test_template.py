"""What template.yaml promises, read from what CloudFormation gets after the SAM transform."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from bench import costs
from care import clients

ROOT = Path(__file__).parent.parent.parent
TRANSLATING_PYTHON = ROOT / ".local" / "ministack" / "bin" / "python"

Resource = dict[str, Any]
Resources = dict[str, Resource]

# Actions that know no resource (service authorization reference).
WITHOUT_RESOURCE = {
    "dynamodb:ListStreams",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
KEPT_TYPES = {"AWS::DynamoDB::Table"}
KEPT_BUCKETS = {"RawMailBucket", "ParkedBucket"}


@pytest.fixture(scope="module")
def translated() -> dict[str, Any]:
    command = [str(TRANSLATING_PYTHON), str(Path(__file__).parent / "sam_transform.py")]
    command += [str(ROOT / "template.yaml"), "one", "two"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return answer


@pytest.fixture(scope="module")
def resources(translated: dict[str, Any]) -> Resources:
    found: Resources = translated["one"]["Resources"]
    return found


def of_type(resources: Resources, type_: str) -> Resources:
    return {name: item["Properties"] for name, item in resources.items() if item["Type"] == type_}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def target(value: Any) -> str:
    """The logical id an intrinsic names: {"Ref": x}, {"Fn::GetAtt": [x, …]}, {"Fn::Sub": "…${x.Arn}…"}."""
    if isinstance(value, dict) and "Ref" in value:
        return str(value["Ref"])
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        return str(listed(value["Fn::GetAtt"])[0].split(".")[0])
    return ""


def chosen(value: Any) -> Any:
    """What a condition that holds chooses."""
    return chosen(value["Fn::If"][1]) if isinstance(value, dict) and "Fn::If" in value else value


def statements(role: Resource) -> list[Resource]:
    """All that a role of its own is allowed, whatever the conditions."""
    found = [chosen(one) for policy in role.get("Policies", []) for one in policy["PolicyDocument"]["Statement"]]
    assert all(one["Effect"] == "Allow" for one in found)
    return found


def alarms_on(resources: Resources, metric: str, dimension: str) -> dict[str, Resource]:
    """Logical id of what is watched → alarm."""
    found = {}
    for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values():
        for item in alarm.get("Dimensions", []):
            if alarm.get("MetricName") == metric and item["Name"] == dimension:
                found[target(item["Value"])] = alarm
    return found


def source_queues(resources: Resources) -> set[str]:
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    return {target(mapping["EventSourceArn"]) for mapping in mappings} & set(of_type(resources, "AWS::SQS::Queue"))


def dead_letter_queues(resources: Resources) -> set[str]:
    queues = of_type(resources, "AWS::SQS::Queue")
    return {
        target(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue in queues.values() if "RedrivePolicy" in queue
    }


def test_a_layer_change_publishes_a_new_version_of_every_function(translated: dict[str, Any]) -> None:
    versions = {
        code_hash: set(of_type(made["Resources"], "AWS::Lambda::Version")) for code_hash, made in translated.items()
    }
    functions = of_type(translated["one"]["Resources"], "AWS::Lambda::Function")
    assert len(versions["one"]) == len(versions["two"]) == len(functions)
    assert not versions["one"] & versions["two"]


def test_the_code_hash_also_reaches_the_functions_so_that_a_version_is_really_made(
    resources: Resources,
) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert function["Environment"]["Variables"]["CODE_HASH"] == {"Ref": "CodeHash"}, name


class Deployment:
    """What is left of the template for some parameters: conditions decided, branches chosen."""

    def __init__(self, made: dict[str, Any], **given: str) -> None:
        self._parameters = {name: str(about["Default"]) for name, about in made["Parameters"].items()} | given
        self._conditions = made["Conditions"]
        self.resources = self._there(made["Resources"])
        self.outputs = self._there(made["Outputs"])

    def _there(self, all_: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self._chosen(one)
            for name, one in all_.items()
            if self._holds({"Condition": one.get("Condition", "")})
        }

    def _holds(self, condition: Any) -> bool:
        ((function, argument),) = condition.items()
        match function:
            case "Condition":
                return not argument or self._holds(self._conditions[argument])
            case "Fn::Not":
                return not self._holds(argument[0])
            case "Fn::Or":
                return any(map(self._holds, argument))
            case "Fn::And":
                return all(map(self._holds, argument))
            case _:
                assert function == "Fn::Equals", function
                left, right = (self._parameters[one["Ref"]] if isinstance(one, dict) else one for one in argument)
                return str(left) == str(right)

    def _chosen(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._chosen(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "Fn::If" in value:
            condition, then, otherwise = value["Fn::If"]
            return self._chosen(then if self._holds({"Condition": condition}) else otherwise)
        return {name: self._chosen(one) for name, one in value.items()}

    def dangling(self) -> set[str]:
        """Names of what is not there, of whatever is there and names it."""
        named = set()
        for value in _dicts([self.resources, self.outputs]):
            if isinstance(value.get("Ref"), str):
                named.add(value["Ref"])
            if "Fn::GetAtt" in value:
                named.add(str(listed(value["Fn::GetAtt"])[0]).split(".")[0])
            if "Fn::Sub" in value:
                text, *own = listed(value["Fn::Sub"])
                inside = {name.split(".")[0] for name in re.findall(r"\$\{(\w[\w:.]*)\}", text)}
                named |= inside - set(*own)
        return {name for name in named if not name.startswith("AWS::")} - set(self.resources) - set(self._parameters)


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from _dicts(one)


@pytest.mark.parametrize("distribution", ["yes", "no"])
@pytest.mark.parametrize("origin", ["", "https://care.example"])
@pytest.mark.parametrize(
    "others",
    [
        {},
        {
            "ConnectInstanceArn": "arn:aws:connect:ap-southeast-1:123456789012:instance/1",
            "SmsNumberType": "LONG_CODE",
            "SmsGatewayUrl": "https://sms.example",
            "SmsGatewaySecret": "signs",
            "OperatorSystemKey": "key",
            "AlarmTopicArn": "arn:aws:sns:ap-southeast-1:123456789012:ops",
            "MonthlyBudget": "300",
            "ChatAccessLog": "yes",
            "ReservedConcurrencyVoice": "50",
            "ReaderModel": "apac.amazon.nova-lite-v1:0",
        },
    ],
)
def test_whatever_is_chosen_nothing_names_what_is_not_there(
    translated: dict[str, Any], distribution: str, origin: str, others: dict[str, str]
) -> None:
    deployed = Deployment(translated["one"], Distribution=distribution, WebOrigin=origin, **others)
    assert deployed.dangling() == set()
    has_pages = bool(origin) or distribution == "yes"
    assert ("DeskFunction" in deployed.resources) == ("WebUrl" in deployed.outputs) == has_pages
    assert ("WebDistribution" in deployed.resources) == (distribution == "yes")
    assert "ChatFunction" in deployed.resources


def test_every_function_has_a_role_of_its_own(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    roles = {target(function["Role"]) for function in functions.values()}
    assert len(roles) == len(functions)


def test_no_role_is_allowed_more_than_named_actions_on_named_resources(resources: Resources) -> None:
    roles = {name: statements(role) for name, role in of_type(resources, "AWS::IAM::Role").items()}
    for name, policy in of_type(resources, "AWS::IAM::ManagedPolicy").items():
        roles[name] = policy["PolicyDocument"]["Statement"]
    for name, all_ in roles.items():
        for statement in all_:
            assert "NotAction" not in statement, name
            assert "NotResource" not in statement, name
            actions = set(listed(statement["Action"]))
            assert not [action for action in actions if "*" in action], (name, actions)
            if "*" in listed(statement["Resource"]):
                assert actions <= WITHOUT_RESOURCE, (name, actions - WITHOUT_RESOURCE)


def test_a_function_s_role_is_written_out_here_and_nothing_is_added_to_it(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    machines = of_type(resources, "AWS::StepFunctions::StateMachine")
    roles = of_type(resources, "AWS::IAM::Role")
    named = {target(function["Role"]) for function in functions.values()}
    named |= {target(machine["RoleArn"]) for machine in machines.values()}
    for name in named:
        managed = {target(chosen(arn)) for arn in roles[name].get("ManagedPolicyArns", [])}
        assert managed <= {"Tracing", "AskReader"}, name
        assert "AskReader" not in managed or name in {"ChatRole", "EmailRole"}, "a call waits for no reader"
    # CodeDeploy moves the alias `live`, by the role that SAM makes for it.
    assert set(roles) - named == {"CodeDeployServiceRole"}


def test_a_function_writes_to_its_own_log_alone(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        own = statements(of_type(resources, "AWS::IAM::Role")[target(function["Role"])])
        (logs,) = [one for one in own if any(action.startswith("logs:") for action in one["Action"])]
        assert set(logs["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}, name
        assert target(logs["Resource"]) == target(function["LoggingConfig"]["LogGroup"]), name


def test_only_notify_may_send(resources: Resources) -> None:
    sending = {"ses:SendEmail", "ses:SendRawEmail", "sms-voice:SendTextMessage"}
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for statement in statements(role):
            assert name == "NotifyRole" or not sending & set(listed(statement["Action"])), name


def test_mail_is_sent_to_anybody_but_from_the_care_address_alone(resources: Resources) -> None:
    """In its sandbox SES asks for the permission to use the identity of who is written to as well."""
    role = of_type(resources, "AWS::IAM::Role")["NotifyRole"]
    (statement,) = [one for one in statements(role) if "ses:SendEmail" in listed(one["Action"])]
    assert any(str(one).endswith("identity/*'}") for one in statement["Resource"])
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "CareAddress"}}}


def test_a_batch_of_slow_sends_fits_into_the_functions_time(resources: Resources) -> None:
    (mapping,) = (
        mapping
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if target(mapping["EventSourceArn"]) == "NotifyQueue"
    )
    slowest: Any = clients.SENDING
    one = slowest.connect_timeout + slowest.read_timeout
    assert mapping["BatchSize"] * one <= of_type(resources, "AWS::Lambda::Function")["NotifyFunction"]["Timeout"] * 0.6


def test_every_queue_that_feeds_a_function_has_a_dead_letter_queue(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    assert source_queues(resources)
    for name in source_queues(resources):
        policy = queues[name]["RedrivePolicy"]
        assert target(policy["deadLetterTargetArn"]) in queues, name
        assert policy["maxReceiveCount"] >= 5, name


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    functions = of_type(resources, "AWS::Lambda::Function")
    for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        queue = queues.get(target(mapping["EventSourceArn"]))
        if queue:
            function = functions[target(mapping["FunctionName"]).removesuffix("Aliaslive")]
            assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_every_event_source_reports_single_failures(resources: Resources) -> None:
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_a_stream_never_blocks_for_good_and_parks_whole_records(resources: Resources) -> None:
    streams = [
        mapping
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" in mapping
    ]
    assert streams
    for mapping in streams:
        assert mapping["MaximumRetryAttempts"] > 0
        assert mapping["MaximumRecordAgeInSeconds"] > 0
        assert mapping["BisectBatchOnFunctionError"]
        destination = target(mapping["DestinationConfig"]["OnFailure"]["Destination"])
        assert destination in of_type(resources, "AWS::S3::Bucket")


def test_every_dead_letter_queue_has_an_alarm(resources: Resources) -> None:
    watched = alarms_on(resources, "ApproximateNumberOfMessagesVisible", "QueueName")
    assert dead_letter_queues(resources) <= set(watched)


def test_every_working_queue_has_an_alarm_on_the_age_of_its_oldest_message(resources: Resources) -> None:
    waiting = set(of_type(resources, "AWS::SQS::Queue")) - dead_letter_queues(resources)
    assert waiting <= set(alarms_on(resources, "ApproximateAgeOfOldestMessage", "QueueName"))


def test_every_function_has_an_alarm_on_its_errors(resources: Resources) -> None:
    functions = set(of_type(resources, "AWS::Lambda::Function"))
    assert functions <= set(alarms_on(resources, "Errors", "FunctionName"))


def test_the_stream_and_the_follow_ups_have_alarms(resources: Resources) -> None:
    assert "FanoutFunction" in alarms_on(resources, "IteratorAge", "FunctionName")
    for metric in ("ExecutionsFailed", "ExecutionsTimedOut"):
        assert "FollowupMachine" in alarms_on(resources, metric, "StateMachineArn")


def test_every_alarm_says_what_happened_and_what_to_do(resources: Resources) -> None:
    what_to_do = re.compile(r"\b(Read|Look|Find|Run|run|Raise|Check|Mend|mend|Ask|Redrive|redrive)\b")
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        sentences = re.findall(r"[^.]+\.", alarm.get("AlarmDescription", ""))
        assert len(sentences) >= 2, name
        assert what_to_do.search(" ".join(sentences[1:])), name


def test_every_function_writes_to_a_log_group_that_forgets(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    for name, group in groups.items():
        assert group["RetentionInDays"], name
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert target(function["LoggingConfig"]["LogGroup"]) in groups, name
    for name, machine in of_type(resources, "AWS::StepFunctions::StateMachine").items():
        for destination in machine["LoggingConfiguration"]["Destinations"]:
            assert target(destination["CloudWatchLogsLogGroup"]["LogGroupArn"]) in groups, name
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False, name


def test_everything_that_invokes_a_function_goes_through_the_alias(resources: Resources) -> None:
    aliases = set(of_type(resources, "AWS::Lambda::Alias"))
    for type_ in ("AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping"):
        for name, properties in of_type(resources, type_).items():
            assert target(properties["FunctionName"]) in aliases, name
    for name, association in of_type(resources, "AWS::Connect::IntegrationAssociation").items():
        assert target(association["IntegrationArn"]) in aliases, name
    for name, integration in of_type(resources, "AWS::ApiGatewayV2::Integration").items():
        assert "Aliaslive" in json.dumps(integration["IntegrationUri"]), name
    for api in of_type(resources, "AWS::ApiGatewayV2::Api").values():
        uris = re.findall(r"functions/\$\{(\w+)", json.dumps(api.get("Body", {})))
        assert set(uris) <= aliases
    for name, machine in of_type(resources, "AWS::StepFunctions::StateMachine").items():
        named = {target(value) for value in machine["DefinitionSubstitutions"].values()}
        assert named & aliases, name
        assert not named & set(of_type(resources, "AWS::Lambda::Function")), name


def test_mail_waits_in_a_queue_until_the_function_takes_it(resources: Resources) -> None:
    (rule,) = of_type(resources, "AWS::SES::ReceiptRule").values()
    (action,) = rule["Rule"]["Actions"]
    topic = target(action["S3Action"]["TopicArn"])
    queues = {
        target(one["Endpoint"])
        for one in of_type(resources, "AWS::SNS::Subscription").values()
        if target(one["TopicArn"]) == topic
    }
    assert queues
    assert queues <= source_queues(resources)


def test_what_publishes_is_allowed_to_before_it_is_made(resources: Resources) -> None:
    """SES and End User Messaging try a topic when they are told of it."""
    policies = {
        target(topic): name
        for name, policy in of_type(resources, "AWS::SNS::TopicPolicy").items()
        for topic in policy["Topics"]
    }
    publishing = {
        "AWS::SES::ReceiptRule",
        "AWS::SES::ConfigurationSetEventDestination",
        "AWS::SMSVOICE::ConfigurationSet",
        "AWS::SMSVOICE::PhoneNumber",
    }
    found = 0
    for name, resource in resources.items():
        if resource["Type"] in publishing:
            told = [topic for topic in policies if f'{{"Ref": "{topic}"}}' in json.dumps(resource["Properties"])]
            assert {policies[topic] for topic in told} <= set(listed(resource.get("DependsOn", []))), name
            found += len(told)
    assert found == len(publishing)


def test_every_queue_has_one_policy_at_most(resources: Resources) -> None:
    """Of two the last would replace the other (CloudFormation, "AWS::SQS::QueuePolicy")."""
    policies = of_type(resources, "AWS::SQS::QueuePolicy").values()
    named = [target(queue) for policy in policies for queue in policy["Queues"]]
    assert len(named) == len(set(named)) == len(policies)


def test_every_queue_with_dead_letters_can_be_replayed(resources: Resources, translated: dict[str, Any]) -> None:
    outputs = {name: target(output["Value"]) for name, output in translated["one"]["Outputs"].items()}
    for name, queue in of_type(resources, "AWS::SQS::Queue").items():
        if "RedrivePolicy" in queue:
            assert outputs[f"{name}Url"] == name
            dead_letters = target(queue["RedrivePolicy"]["deadLetterTargetArn"])
            assert outputs[f"{name.removesuffix('Queue')}DeadLetterQueueUrl"] == dead_letters


def test_no_queue_takes_all_of_the_accounts_concurrency(resources: Resources) -> None:
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        if target(mapping["EventSourceArn"]) in of_type(resources, "AWS::SQS::Queue"):
            assert "Ref" in mapping["ScalingConfig"]["MaximumConcurrency"], name


def test_a_rollout_is_guarded_by_the_new_version_alone(resources: Resources) -> None:
    """An error of the old version must not take back its mending; nor may an alarm that rings already."""
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    guarded = set()
    for name, group in of_type(resources, "AWS::CodeDeploy::DeploymentGroup").items():
        for one in group["AlarmConfiguration"]["Alarms"]:
            dimensions = {item["Name"]: item["Value"] for item in alarms[target(one["Name"])]["Dimensions"]}
            version = resources[target(dimensions["ExecutedVersion"])]
            assert version["Type"] == "AWS::Lambda::Version", name
            assert target(version["Properties"]["FunctionName"]) == target(dimensions["FunctionName"]), name
            guarded.add(target(dimensions["FunctionName"]))
    assert guarded == set(of_type(resources, "AWS::Lambda::Function"))


def test_every_bucket_is_closed_to_the_public(resources: Resources) -> None:
    for name, bucket in of_type(resources, "AWS::S3::Bucket").items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name


def test_what_customers_told_us_outlives_the_stack(resources: Resources) -> None:
    for name, resource in resources.items():
        if resource["Type"] in KEPT_TYPES or name in KEPT_BUCKETS:
            # What a failed creation made is not kept: its fixed name would be in the way of the next.
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
            assert resource["UpdateReplacePolicy"] == "Retain", name
    for table in of_type(resources, "AWS::DynamoDB::Table").values():
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"]["SSEEnabled"]


def test_a_websocket_route_that_answers_has_a_route_response(resources: Resources) -> None:
    """API Gateway drops a function's answer on a route without one ("Set up a route response")."""
    answering = {
        name
        for name, route in of_type(resources, "AWS::ApiGatewayV2::Route").items()
        if "RouteResponseSelectionExpression" in route
    }
    answered = {
        target(response["RouteId"]) for response in of_type(resources, "AWS::ApiGatewayV2::RouteResponse").values()
    }
    assert answering
    assert answering == answered


def http_apis(resources: Resources) -> dict[str, dict[str, dict[str, Any]]]:
    """Logical id → path → method → operation, of each HTTP API."""
    apis = of_type(resources, "AWS::ApiGatewayV2::Api")
    return {name: chosen(api["Body"])["paths"] for name, api in apis.items() if "Body" in api}


def test_every_route_of_the_desk_asks_for_a_token(resources: Resources) -> None:
    desk = http_apis(resources)["DeskApi"]
    assert desk
    for path, methods in desk.items():
        for method, operation in chosen(methods).items():
            assert chosen(operation)["security"], f"{method} {path}"


def test_the_webhooks_have_the_routes_of_functions_that_check_signatures_and_no_other(resources: Resources) -> None:
    """Nothing stands before these routes, so each function behind them is named here, and no API is left out."""
    apis = http_apis(resources)
    assert set(apis) == {"DeskApi", "StatusApi", "WebhookApi"}
    routes = {
        f"{method.upper()} {path}": json.dumps(operation["x-amazon-apigateway-integration"])
        for path, methods in apis["WebhookApi"].items()
        for method, operation in methods.items()
    }
    assert set(routes) == {"POST /sms/reports", "POST /sms/messages"}
    assert all("${SmsGatewayFunctionAliaslive}" in integration for integration in routes.values()), routes


def test_nothing_is_done_at_the_page_of_a_case_by_opening_a_link(resources: Resources) -> None:
    """Mail scanners open links: whatever has a route there is asked for by a POST."""
    page = http_apis(resources)["StatusApi"]
    methods = {path: set(chosen(operations)) - {"options"} for path, operations in page.items()}
    assert methods == {f"/status/{what}": {"post"} for what in ("show", "find", "note", "answer")}
    assert "StatusFunctionAliaslive" in json.dumps(page)


def test_no_resource_waits_for_itself(resources: Resources) -> None:
    """CloudFormation makes nothing of a template in which it does."""
    needs = {}
    for name, resource in resources.items():
        told = json.dumps(resource.get("Properties"))
        named = set(re.findall(r'"(?:Ref|Fn::GetAtt)": \[?"(\w+)', told)) | set(listed(resource.get("DependsOn", [])))
        named |= {one.split(".")[0] for one in re.findall(r"\$\{(\w[\w.]*)\}", told)}
        needs[name] = named & set(resources)
    assert list(TopologicalSorter(needs).static_order())


def test_the_gateway_s_webhook_may_only_queue_what_it_takes_over(resources: Resources) -> None:
    own = statements(of_type(resources, "AWS::IAM::Role")["SmsGatewayRole"])
    allowed = {action: {target(one) for one in listed(each["Resource"])} for each in own for action in each["Action"]}
    assert allowed == {
        "logs:CreateLogStream": {"SmsGatewayLog"},
        "logs:PutLogEvents": {"SmsGatewayLog"},
        "sqs:SendMessage": {"SmsQueue", "DeliveryQueue"},
        "secretsmanager:GetSecretValue": {"SmsGatewaySigningSecret"},
    }


def policy() -> dict[str, Any]:
    return tomllib.loads((ROOT / "layers/care/python/care/content/policy.toml").read_text(encoding="utf-8"))


def test_no_file_goes_before_the_case_that_shows_it_and_no_mail_stays_longer_than_its_contact(
    resources: Resources,
) -> None:
    """A case goes so many days after its last change; a file gets as many more to the case it came to. What nobody is
    given goes with the mail it came in.
    """
    kept = policy()["retention_days"]
    rules = of_type(resources, "AWS::S3::Bucket")["RawMailBucket"]["LifecycleConfiguration"]["Rules"]
    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}
    assert days == {"raw/": kept["contact"], "attachments/": 2 * kept["case"], "quarantine/": kept["contact"]}


def test_every_topic_is_encrypted_by_a_key_that_what_publishes_may_use(resources: Resources) -> None:
    keys = of_type(resources, "AWS::KMS::Key")
    allowed = {
        service: set(one["Action"])
        for one in keys["TopicsKey"]["KeyPolicy"]["Statement"]
        if one.get("Condition") == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        for service in one["Principal"]["Service"]
    }
    assert keys["TopicsKey"]["EnableKeyRotation"]
    for name, topic in of_type(resources, "AWS::SNS::Topic").items():
        assert target(topic["KmsMasterKeyId"]) == "TopicsKey", name
    for topic_policy in of_type(resources, "AWS::SNS::TopicPolicy").values():
        for statement in topic_policy["PolicyDocument"]["Statement"]:
            for service in listed(statement["Principal"]["Service"]):
                assert allowed[service] == {"kms:GenerateDataKey*", "kms:Decrypt"}


def test_no_secret_stands_in_a_function_s_environment(translated: dict[str, Any]) -> None:
    made = translated["one"]
    hidden = {name for name, about in made["Parameters"].items() if about.get("NoEcho")}
    assert hidden
    for name, function in of_type(made["Resources"], "AWS::Lambda::Function").items():
        told = {target(chosen(value)) for value in function["Environment"]["Variables"].values()}
        assert not hidden & told, name
    secrets = of_type(made["Resources"], "AWS::SecretsManager::Secret").values()
    # One that AWS makes up itself has no words in the template.
    kept = {target(one["SecretString"]) for one in secrets if "SecretString" in one}
    assert hidden <= kept


def rates(made: dict[str, Any]) -> dict[str, float]:
    """Requests a second that each API's stage takes, by the API's logical id."""
    defaults = {name: about.get("Default") for name, about in made["Parameters"].items()}
    found = {}
    for stage in of_type(made["Resources"], "AWS::ApiGatewayV2::Stage").values():
        rate = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
        found[target(stage["ApiId"])] = float(defaults[rate["Ref"]] if isinstance(rate, dict) else rate)
    return found


def a_second(volume: costs.Volume, function: str) -> float:
    """Invocations a second in the busiest hour."""
    of_an_hour = volume.share / volume.hour["contacts"]["days"]
    return costs.invocations(volume.hour, volume.later)[function] * of_an_hour / costs.SECONDS_AN_HOUR


def test_each_api_takes_more_than_its_busiest_hour_and_all_together_what_an_account_has(
    translated: dict[str, Any],
) -> None:
    given, taken = costs.assumed(), rates(translated["one"])
    assert set(taken) == {"ChatApi", "DeskApi", "StatusApi", "WebhookApi"}
    assert taken["ChatApi"] > 1.4 * a_second(costs.outage(given), "chat")
    assert taken["DeskApi"] > 100 * a_second(costs.usual(given), "desk")
    # API Gateway developer guide, "Quotas": of a region, all APIs of an account together.
    assert sum(taken.values()) < 10_000


def test_requests_are_logged_without_a_word_of_whose_they_are(resources: Resources) -> None:
    said = {
        "requestId",
        "requestTime",
        "routeKey",
        "status",
        "responseLatency",
        "integrationLatency",
        "error.responseType",
    }
    stages = of_type(resources, "AWS::ApiGatewayV2::Stage")
    assert len(stages) == 4
    for name, stage in stages.items():
        settings = chosen(stage["AccessLogSettings"])
        assert target(settings["DestinationArn"]) in of_type(resources, "AWS::Logs::LogGroup"), name
        assert set(re.findall(r"\$context\.([\w.]+)", settings["Format"])) <= said, name


def test_nobody_signs_in_at_the_desk_by_a_password_alone(resources: Resources) -> None:
    (pool,) = of_type(resources, "AWS::Cognito::UserPool").values()
    (client,) = of_type(resources, "AWS::Cognito::UserPoolClient").values()
    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert client["EnableTokenRevocation"]
    assert client["TokenValidityUnits"]["AccessToken"] == "minutes"
    assert client["AccessTokenValidity"] <= 15


def test_what_it_may_cost_is_told_where_somebody_hears_it(translated: dict[str, Any]) -> None:
    topic = "arn:aws:sns:ap-southeast-1:123456789012:ops"
    asked = {"MonthlyBudget": "300", "MonthlySmsSpend": "100"}
    with_topic = Deployment(translated["one"], AlarmTopicArn=topic, **asked).resources
    assert with_topic["Budget"]["Properties"]["NotificationsWithSubscribers"]
    assert with_topic["SmsSpendAlarm"]["Properties"]["AlarmActions"]
    assert "Budget" not in Deployment(translated["one"], **asked).resources
    gateway = Deployment(translated["one"], SmsGatewayUrl="https://sms.example", **asked).resources
    assert "SmsSpendAlarm" not in gateway


def test_waiting_people_get_a_started_function(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    for name in ("VoiceFunction", "ChatFunction", "DeskFunction", "StatusFunction"):
        assert functions[name]["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    for function in functions.values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
