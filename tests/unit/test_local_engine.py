"""What moto's Step Functions engine makes anew for each execution is kept, where the engine takes it from."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import backends
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.asl.utils import boto_client, json_path

from local.services.engine import keep

DEFINITION = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for where, name in (
            (asl_parser.AmazonStateLanguageParser, "parse"),
            (json_path, "parse"),
            (boto_client, "boto3"),
            (backends, "list_of_moto_modules"),
        ):
            patch.setattr(where, name, getattr(where, name))
        keep()
        yield


def test_a_definition_is_read_once() -> None:
    read = asl_parser.AmazonStateLanguageParser.parse
    assert read(DEFINITION)[0] is read(DEFINITION)[0]


def test_a_path_is_parsed_once_and_found_in_each_input() -> None:
    assert [json_path.extract_json("$.a.b", {"a": {"b": number}}) for number in range(3)] == [0, 1, 2]
    paths: Any = json_path
    assert paths.parse.cache_info().misses == 1


def test_a_service_and_region_has_one_client() -> None:
    queues = boto_client.boto_client_for("ap-southeast-1", "sqs")
    assert boto_client.boto_client_for("ap-southeast-1", "sqs") is queues
    assert boto_client.boto_client_for("ap-southeast-3", "sqs") is not queues
    assert queues.meta.region_name == "ap-southeast-1"


def test_the_services_are_told_as_ever() -> None:
    assert {"stepfunctions", "moto_api"} <= set(backends.list_of_moto_modules())
