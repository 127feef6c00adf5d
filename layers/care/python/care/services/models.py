"""What botocore reads and registers to make a client: that of the services used here, and of no other."""

import os
from functools import cache
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST
from botocore.loaders import Loader
from botocore.session import Session

# By the names of their clients, and the ids by which botocore calls them in its events.
SERVICES = {
    "apigatewaymanagementapi": "apigatewaymanagementapi",
    "bedrock-runtime": "bedrock-runtime",
    "connect": "connect",
    "dynamodb": "dynamodb",
    "pinpoint-sms-voice-v2": "pinpoint-sms-voice-v2",
    "s3": "s3",
    "secretsmanager": "secrets-manager",
    "sesv2": "sesv2",
    "sqs": "sqs",
    "stepfunctions": "sfn",
}


# The one whose address depends on what is asked.
_FOUND_BY_RULES = {"s3"}
# Of a request to any other the host follows from the region alone (botocore's data/endpoints.json, "defaults").
_HOSTS: dict[str, Any] = {
    "partitions": [
        {
            "partition": partition,
            "dnsSuffix": suffix,
            "regionRegex": regions,
            "defaults": {"hostname": "{service}.{region}.{dnsSuffix}", "protocols": ["https"]},
            "regions": {},
            "services": {},
        }
        for partition, suffix, regions in (("aws-cn", "amazonaws.com.cn", r"^cn-"), ("aws", "amazonaws.com", r"^[a-z]"))
    ]
}


class Models(Loader):
    """botocore's own descriptions of them."""

    def list_available_services(self, type_name: str) -> list[str]:
        """These, without a look into the folder of each of some four hundred services."""
        return list(SERVICES)

    def load_data_with_path(self, name: str) -> tuple[dict[str, Any], str]:
        """A description and where it lies; a few lines in place of the megabyte that says where each service is."""
        if name == "endpoints":
            return _HOSTS, os.path.join(self.BUILTIN_DATA_PATH, name)
        return super().load_data_with_path(name)

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """A service's description. Rules by which its address is found anew for each request are read where it differs;
        botocore does without, as for a service that has none.
        """
        if type_name == "endpoint-rule-set-1" and service_name not in _FOUND_BY_RULES:
            raise UnknownServiceError(service_name=service_name, known_service_names="")
        return super().load_service_model(service_name, type_name, api_version)


@cache
def session() -> Session:
    """The session that makes their clients, as ``boto3`` would: a test holds them to the same requests."""
    made = Session(include_builtin_handlers=False)
    made.register_component("data_loader", Models())
    events = made.get_component("event_emitter")
    register = {None: events.register, REGISTER_FIRST: events.register_first, REGISTER_LAST: events.register_last}
    for event, handler, *when in BUILTIN_HANDLERS:
        # "before-call" is of every service, "before-call.s3.DeleteObjects" of one.
        if "." not in event or event.split(".")[1] in SERVICES.values():
            register[when[0] if when else None](event, handler)
    # No time that AWS answers is read by anybody: guessing at its format would cost a mail more than its triage.
    made.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=str)
    return made
