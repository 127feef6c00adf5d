"""What a role allows is read from a template and held against calls as IAM does."""

from pathlib import Path
from typing import Any

import pytest

from local.cloudformation.stack import AwsCall
from local.cloudformation.template import Addresses, read_template
from local.machine.refusal import Refusal
from local.services.permissions import Permissions, denied, values_of
from tests import permissions

TEMPLATE = """
Resources:
  Reader:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: ., Handler: app.handler, Role: !GetAtt ReaderRole.Arn}}
  Free:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: ., Handler: app.handler}}
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement: [{{Effect: Allow, Action: 'sqs:Get*', Resource: '*'}}]
  ReaderRole:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [{managed}]
      Policies:
        - PolicyDocument:
            Statement:
              - {{Effect: {effect}, Action: [dynamodb:GetItem, dynamodb:PutItem], Resource: !GetAtt Books.Arn}}
              - {{Effect: Allow, Action: [dynamodb:Query], Resource: !Sub '${{Books.Arn}}/index/by-author'}}
              - {{Effect: Allow, Action: [s3:GetObject], Resource: !Sub '${{Pages.Arn}}/covers/*'}}
              - {{Effect: Allow, Action: [states:SendTaskSuccess], Resource: !Ref Machine}}
              - {{Effect: Allow, Action: [sms-voice:SendTextMessage], Resource: !GetAtt Number.Arn}}
              - Effect: Allow
                Action: [ses:SendEmail, ses:SendRawEmail]
                Resource: !Sub arn:aws:ses:${{AWS::Region}}:${{AWS::AccountId}}:identity/*
  Books: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: books}}}}
  Pages: {{Type: AWS::S3::Bucket, Properties: {{BucketName: pages}}}}
  Number: {{Type: AWS::SMSVOICE::PhoneNumber}}
  Machine: {{Type: AWS::Serverless::StateMachine, Properties: {{Name: returns}}}}
"""
RAW = {"FromEmailAddress": "Library <books@x.example>", "Content": {"Raw": {"Data": ""}}}


def read(path: Path, *, managed: str = "!Ref Shared", effect: str = "Allow") -> Permissions:
    (path / "template.yaml").write_text(TEMPLATE.format(managed=managed, effect=effect), encoding="utf-8")
    addresses = Addresses("http://aws", "http://gateway", "http://issuer", "http://pages")
    return Permissions(read_template(path / "template.yaml", "library", {}, addresses))


@pytest.mark.parametrize(
    ("service", "operation", "values"),
    [
        ("dynamodb", "GetItem", {"TableName": "books"}),
        ("dynamodb", "Query", {"TableName": "books", "IndexName": "by-author"}),
        ("dynamodb", "TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "books"}}]}),
        ("s3", "GetObject", {"Bucket": "pages", "Key": "covers/one/two.png"}),
        ("s3", "HeadObject", {"Bucket": "pages", "Key": "covers/1"}),
        ("sqs", "GetQueueUrl", {"QueueName": "loans"}),
        ("states", "SendTaskSuccess", {"taskToken": "x"}),
        ("sms-voice", "SendTextMessage", {"OriginationIdentity": "+628001234567"}),
        ("ses", "SendEmail", RAW),
    ],
)
def test_what_a_role_allows_is_done_and_counts_as_used(
    tmp_path: Path, service: str, operation: str, values: dict[str, Any]
) -> None:
    roles = read(tmp_path)
    assert roles.refusal("Reader", service, operation, values) is None
    assert {one.action.partition(":")[0] for one in roles.used} == {service}
    assert roles.used <= roles.allowed
    assert roles.refused == []


@pytest.mark.parametrize(
    ("service", "operation", "values", "named"),
    [
        ("dynamodb", "DeleteItem", {"TableName": "books"}, "dynamodb:DeleteItem"),
        ("dynamodb", "GetItem", {"TableName": "book"}, "table/book"),
        ("dynamodb", "Query", {"TableName": "books"}, "dynamodb:Query"),
        ("dynamodb", "Query", {"TableName": "books", "IndexName": "by-year"}, "index/by-year"),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "books"}}, {"Delete": {"TableName": "books"}}]},
            "dynamodb:DeleteItem",
        ),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"ConditionCheck": {"TableName": "books"}}]},
            "dynamodb:ConditionCheckItem",
        ),
        ("dynamodb", "BatchGetItem", {"RequestItems": {"books": {}}}, "dynamodb:BatchGetItem"),
        ("s3", "GetObject", {"Bucket": "pages", "Key": "letters/1"}, "letters/1"),
        ("s3", "ListObjectsV2", {"Bucket": "pages"}, "s3:ListBucket"),
        ("sqs", "SendMessageBatch", {"QueueUrl": "http://x/000000000000/loans"}, ":loans"),
        ("states", "StartExecution", {"stateMachineArn": "arn:x"}, "states:StartExecution"),
        ("states", "StopExecution", {"executionArn": "arn:y"}, "arn:y"),
        ("sms-voice", "SendTextMessage", {"OriginationIdentity": "LIBRARY"}, "sender-id/LIBRARY/ID"),
        ("ses", "SendEmail", {**RAW, "ConfigurationSetName": "other"}, "configuration-set/other"),
        ("connect", "DescribeContact", {"InstanceId": "i", "ContactId": "c"}, "instance/i/contact/c"),
        ("connect", "UpdateContactAttributes", {"InstanceId": "i", "InitialContactId": "c"}, "instance/i/contact/c"),
        ("secretsmanager", "GetSecretValue", {"SecretId": "arn:secret"}, "arn:secret"),
        ("execute-api", "POST", {"Api": "a", "Stage": "live", "ConnectionId": "c"}, "a/live/POST/@connections/c"),
    ],
)
def test_what_a_role_does_not_allow_is_refused_in_aws_s_words(
    tmp_path: Path, service: str, operation: str, values: dict[str, Any], named: str
) -> None:
    roles = read(tmp_path)
    why = roles.refusal("Reader", service, operation, values)
    assert why
    assert named in why
    assert "no identity-based policy allows" in why
    assert len(roles.refused) == 1


def test_who_has_no_role_in_the_template_may_do_all(tmp_path: Path) -> None:
    roles = read(tmp_path)
    assert roles.refusal("Free", "dynamodb", "DeleteTable", {"TableName": "books"}) is None
    assert roles.used == set()


@pytest.mark.parametrize("wrong", [{"effect": "Deny"}, {"managed": "arn:aws:iam::aws:policy/AdministratorAccess"}])
def test_what_cannot_be_judged_is_said_when_the_template_is_read(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="template"):
        read(tmp_path, **wrong)


@pytest.mark.parametrize(
    ("service", "path", "body", "values"),
    [
        ("s3", "/pages/covers/a%20b?versionId=1", b"", {"Bucket": "pages", "Key": "covers/a b"}),
        ("dynamodb", "/", b'{"TableName": "books"}', {"TableName": "books"}),
        ("dynamodb", "/", b"{", {}),
        ("lambda", "/2015-03-31/functions/arn%3Aone/invocations", b"{}", {"FunctionName": "arn:one"}),
        ("execute-api", "/a/live/@connections/c%3D", b"hi", {"Api": "a", "Stage": "live", "ConnectionId": "c="}),
    ],
)
def test_a_call_says_what_it_is_about(service: str, path: str, body: bytes, values: dict[str, str]) -> None:
    call = AwsCall("KEY", "Reader", service, "Any", "POST", path, {}, body)
    assert values_of(call) == values


@pytest.mark.parametrize("path", ["/contacts/i/c", "/contact/attributes/i/c"])
def test_a_call_about_a_contact_names_it_in_its_path(path: str) -> None:
    call = AwsCall("KEY", "Reader", "connect", "Any", "GET", path, {}, b"")
    assert values_of(call) == {"InstanceId": "i", "ContactId": "c"}


@pytest.mark.parametrize(("service", "status"), [("dynamodb", 400), ("sqs", 403), ("s3", 403), ("ses", 403)])
def test_a_refusal_comes_in_the_service_s_own_form(service: str, status: int) -> None:
    answer = denied(service, "why")
    assert answer.status == status
    assert b"AccessDenied" in answer.body
    assert b"why" in answer.body


def test_every_function_of_this_template_is_held_to_its_role() -> None:
    allowed = permissions.of_the_template().allowed
    assert len({one.function for one in allowed}) == 16, "fifteen functions and the machine"
    assert not [one for one in allowed if "*" in one.action]
