"""The clients that the functions make ask as those of ``boto3`` do, though less is read and registered to make them."""

import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from care.clients import S3
from care.services.models import SERVICES, session

Call = Callable[[Any], object]
REGIONS = ("ap-southeast-1", "us-east-1", "cn-north-1")
CALLS: dict[str, list[Call]] = {
    "apigatewaymanagementapi": [lambda client: client.post_to_connection(ConnectionId="c=", Data=b"{}")],
    "bedrock-runtime": [
        lambda client: client.converse(
            modelId="apac.amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "Halo"}]}]
        )
    ],
    "connect": [lambda client: client.describe_contact(InstanceId="9308c2a1", ContactId="5ca32fbd-8f92")],
    "dynamodb": [
        lambda client: client.get_item(TableName="care", Key={"pk": {"S": "A"}, "sk": {"S": "B"}}),
        lambda client: client.transact_write_items(
            TransactItems=[{"Delete": {"TableName": "care", "Key": {"pk": {"S": "A"}}}}], ClientRequestToken="one"
        ),
    ],
    "pinpoint-sms-voice-v2": [
        lambda client: client.send_text_message(DestinationPhoneNumber="+6281700000001", MessageBody="Halo")
    ],
    "s3": [
        lambda client: client.get_object(Bucket="mail", Key="raw/a b"),
        lambda client: client.put_object(Bucket="mail", Key="a", Body=b"x", ContentType="text/plain"),
    ],
    "secretsmanager": [lambda client: client.get_secret_value(SecretId="arn:secret")],
    "sesv2": [
        lambda client: client.send_email(
            Content={"Raw": {"Data": b"Subject: Halo\n\n"}}, Destination={"ToAddresses": ["sari@pelanggan.example"]}
        )
    ],
    "sqs": [
        lambda client: client.send_message(QueueUrl="https://sqs.x.example/1/care", MessageBody="{}"),
        lambda client: client.get_queue_url(QueueName="care"),
    ],
    "stepfunctions": [lambda client: client.start_execution(stateMachineArn="arn:machine", name="one", input="{}")],
}


class _Sent(Exception):
    def __init__(self, request: AWSPreparedRequest) -> None:
        self.request = request


def _asked(client: Any, call: Call) -> dict[str, Any]:
    """What a call would send, without what differs from one time to the next."""

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        raise _Sent(request)

    client.meta.events.register_first("before-send", send)
    with pytest.raises(_Sent) as stopped:
        call(client)
    request = stopped.value.request
    headers = {name.lower(): value for name, value in request.headers.items()}
    signed = re.sub(r"/\d{8}/|Signature=.*", "", _text(headers.pop("authorization")))
    other = {"x-amz-date", "user-agent", "amz-sdk-invocation-id"}
    return {
        "to": (request.method, request.url, _read(request.body)),
        "signed": signed,
        "headers": {name: _text(value) for name, value in headers.items() if name not in other},
    }


def _read(body: Any) -> Any:
    return body.read() if hasattr(body, "read") else body


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _made(by: Any, service: str, region: str) -> Any:
    config = S3 if service == "s3" else None
    endpoint = "https://chat.example/live" if service == "apigatewaymanagementapi" else None
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return by(service, region_name=region, endpoint_url=endpoint, config=config, **keys)


def test_every_service_is_compared() -> None:
    assert set(CALLS) == set(SERVICES)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_client_asks_as_that_of_boto3(service: str, region: str) -> None:
    for call in CALLS[service]:
        ours, theirs = (_made(by, service, region) for by in (session().create_client, boto3.Session().client))
        assert _asked(ours, call) == _asked(theirs, call)
        assert SERVICES[service] == theirs.meta.service_model.service_id.hyphenize()


@pytest.mark.parametrize("region", REGIONS)
def test_a_link_is_signed_as_by_boto3(region: str) -> None:
    clients = [_made(by, "s3", region) for by in (session().create_client, boto3.Session().client)]
    links = [client.generate_presigned_url("get_object", {"Bucket": "mail", "Key": "a/1"}) for client in clients]
    ours, theirs = (re.sub(r"/\d{8}/|(X-Amz-Date|X-Amz-Signature)=[^&]*", "", link) for link in links)
    assert ours == theirs
