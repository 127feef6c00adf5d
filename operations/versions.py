"""Old versions of functions that are started from a snapshot: each one's snapshot is paid for while it exists.

SAM keeps every version it published (AWS::Lambda::Version with DeletionPolicy Retain), so somebody has to delete them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import FunctionConfigurationTypeDef

# Two to go back to, beside what serves now.
KEPT_BEFORE = 2


def prune(cloudformation: CloudFormationClient, functions: LambdaClient, stack: str) -> tuple[int, int]:
    """Deletes what nobody goes back to; (versions deleted, functions that are started from a snapshot)."""
    deleted, with_snapshot = 0, 0
    for name in _functions_of(cloudformation, stack):
        versions = list(_versions(functions, name))
        if not any(version["SnapStart"]["ApplyOn"] == "PublishedVersions" for version in versions):
            continue
        with_snapshot += 1
        for number in superfluous(_numbers(versions), _in_use(functions, name)):
            functions.delete_function(FunctionName=name, Qualifier=str(number))
            deleted += 1
    return deleted, with_snapshot


def superfluous(published: Iterable[int], in_use: Iterable[int]) -> list[int]:
    """Versions older than all that an alias leads to, but for the newest of them; none where no alias is.

    A newer one stays: after a rollback by hand it is the one the stack names.
    """
    oldest = min(in_use, default=0)
    return sorted(number for number in published if number < oldest)[:-KEPT_BEFORE]


def _functions_of(cloudformation: CloudFormationClient, stack: str) -> list[str]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [
        resource["PhysicalResourceId"]
        for resource in resources
        if resource["ResourceType"] == "AWS::Lambda::Function" and resource.get("PhysicalResourceId")
    ]


def _versions(functions: LambdaClient, name: str) -> Iterable[FunctionConfigurationTypeDef]:
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    return (version for page in pages for version in page["Versions"])


def _numbers(versions: Iterable[FunctionConfigurationTypeDef]) -> list[int]:
    return [int(version["Version"]) for version in versions if version["Version"] != "$LATEST"]


def _in_use(functions: LambdaClient, name: str) -> list[int]:
    """The versions that aliases lead to, with those that get a share of the calls while a release is under way."""
    pages = functions.get_paginator("list_aliases").paginate(FunctionName=name)
    aliases = [alias for page in pages for alias in page["Aliases"]]
    shared = [alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}) for alias in aliases]
    named = [alias["FunctionVersion"] for alias in aliases] + [version for weights in shared for version in weights]
    return [int(version) for version in named if version != "$LATEST"]
