"""What botocore reads and registers to make a client: that of the services used here, and of no other."""

import os
from functools import cache
from typing import Any

from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST
from botocore.loaders import Loader
from botocore.session import Session

# By the names of their clients, and the ids by which botocore calls them in its events.
SERVICES = {
    "apigatewaymanagementapi": "apigatewaymanagementapi",
    "dynamodb": "dynamodb",
    "pinpoint-sms-voice-v2": "pinpoint-sms-voice-v2",
    "s3": "s3",
    "sesv2": "sesv2",
    "sqs": "sqs",
    "stepfunctions": "sfn",
}


class Models(Loader):
    """botocore's own descriptions of them."""

    def list_available_services(self, type_name: str) -> list[str]:
        """These, without a look into the folder of each of some four hundred services."""
        return list(SERVICES)

    def load_data_with_path(self, name: str) -> tuple[dict[str, Any], str]:
        """A description and where it lies. Each service says by rules of its own where it is, so that the megabyte in
        which all endpoints stood before there were rules is not read.
        """
        if name == "endpoints":
            return {"partitions": []}, os.path.join(self.BUILTIN_DATA_PATH, name)
        return super().load_data_with_path(name)


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
