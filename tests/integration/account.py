"""An AWS account that moto answers for; the rest is answered by botocore's Stubber, held to the service's model.

moto's CloudFormation and API Gateway are not installed, so both are always stubbed.
"""

from typing import Any, Final

import boto3
from botocore.stub import Stubber

REGION: Final = "ap-southeast-1"
INSTANCE = f"arn:aws:connect:{REGION}:123456789012:instance/0b8f34a5-1111-2222-3333-444455556666"


class Account(boto3.Session):
    """A session of which some clients are stubbed, each asked for what was queued, in that order."""

    def __init__(self) -> None:
        super().__init__(region_name=REGION)
        self._stubs: dict[str, tuple[Any, Stubber]] = {}

    def client(self, service_name: str, *more: Any, **options: Any) -> Any:
        stubbed = self._stubs.get(service_name)
        return stubbed[0] if stubbed else super().client(service_name, *more, **options)  # type: ignore[call-overload]

    def answers(self, service: str) -> Stubber:
        """What the service will answer; from the first call of this on, nothing else."""
        if service not in self._stubs:
            client = super().client(service)  # type: ignore[call-overload]
            stub = Stubber(client)
            stub.activate()
            self._stubs[service] = (client, stub)
        return self._stubs[service][1]

    def has_stack(
        self, status: str, parameters: dict[str, str] | None = None, outputs: dict[str, str] | None = None
    ) -> None:
        """One answer to what is known of the stack `care`."""
        described: dict[str, Any] = {"StackName": "care", "CreationTime": "2026-11-29T00:00:00Z", "StackStatus": status}
        given, out = (parameters or {}).items(), (outputs or {}).items()
        described["Parameters"] = [{"ParameterKey": name, "ParameterValue": value} for name, value in given]
        described["Outputs"] = [{"OutputKey": name, "OutputValue": value} for name, value in out]
        self.answers("cloudformation").add_response("describe_stacks", {"Stacks": [described]})

    def has_no_stack(self, times: int = 1) -> None:
        for _ in range(times):
            self.answers("cloudformation").add_client_error("describe_stacks", "ValidationError")
