"""How the router tells AWS calls apart, and how embedded metrics are read from a line."""

import json

import pytest

from local.awslambda.logs import embedded_metrics
from local.services.calls import credential, operation, presigned

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.mark.parametrize(
    ("service", "method", "path", "headers", "body", "name"),
    [
        ("dynamodb", "POST", "/", {"X-Amz-Target": "DynamoDB_20120810.PutItem"}, b"{}", "PutItem"),
        ("sns", "POST", "/", FORM, b"Action=Publish&Version=2010-03-31", "Publish"),
        (
            "monitoring",
            "POST",
            "/service/GraniteServiceVersion20100801/operation/PutMetricData",
            {},
            b"",
            "PutMetricData",
        ),
        ("s3", "PUT", "/bucket/a/key", {}, b"", "PutObject"),
        ("s3", "GET", "/bucket?list-type=2", {}, b"", "ListObjectsV2"),
        ("ses", "POST", "/v2/email/outbound-emails", {}, b"{}", "SendEmail"),
        ("execute-api", "POST", "/id/live/@connections/abc%3D", {}, b"x", "PostToConnection"),
        ("lambda", "POST", "/2015-03-31/functions/f/invocations", {}, b"{}", "Invoke"),
        ("scheduler", "POST", "/schedules/one", {}, b"{}", "CreateSchedule"),
        ("connect", "GET", "/contacts/instance/contact", {}, b"", "DescribeContact"),
        ("connect", "POST", "/metrics/contact", {}, b"{}", "GetContactMetrics"),
        ("nobody", "PATCH", "/what/ever", {}, b"", "PATCH"),
    ],
)
def test_an_operation_is_named(
    service: str, method: str, path: str, headers: dict[str, str], body: bytes, name: str
) -> None:
    assert operation(service, method, path, headers, body) == name


def test_key_and_service_are_read_from_the_signature() -> None:
    header = "AWS4-HMAC-SHA256 Credential=KEY/20260101/ap-southeast-1/sqs/aws4_request, SignedHeaders=host, Signature=x"
    assert credential({"Authorization": header}, "/") == ("KEY", "sqs")
    assert credential({}, "/") == ("", "")


def test_a_presigned_link_is_read() -> None:
    link = (
        "/bucket/a%20b?response-content-type=text%2Fplain&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=KEY%2F20260101%2Fap-southeast-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z"
        "&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature=abc"
    )
    url = presigned(link)
    assert url is not None
    assert url.path == "/bucket/a%20b?response-content-type=text%2Fplain"
    assert url.access_key == "KEY"
    assert url.expires_at == 1767225600 + 300
    assert presigned("/bucket/a?X-Amz-Signature=abc") is None
    assert presigned("/bucket/a?list-type=2") is None


def test_embedded_metrics_are_read() -> None:
    line = {
        "_aws": {
            "Timestamp": 1767520000000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "N",
                    "Dimensions": [["service"], ["service", "channel"]],
                    "Metrics": [{"Name": "Count", "Unit": "Count"}],
                }
            ],
        },
        "service": "s",
        "channel": "c",
        "Count": [1, 2],
    }
    metrics = embedded_metrics(json.dumps(line))
    assert [(namespace, len(datum["Dimensions"]), datum["Values"]) for namespace, datum in metrics] == [
        ("N", 1, [1.0, 2.0]),
        ("N", 2, [1.0, 2.0]),
    ]


@pytest.mark.parametrize("line", ["plain", '{"_aws": 1}', '{"_aws": {"Timestamp": 1}}', "{not json"])
def test_another_line_has_no_metrics(line: str) -> None:
    assert embedded_metrics(line) == []
