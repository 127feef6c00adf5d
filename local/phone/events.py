"""Contact events, as EventBridge gives them ("Amazon Connect contact events" of the administrator guide).

They are told of best effort and in no order; which rules get them is not known here.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.cloudformation.account import ACCOUNT, REGION

SOURCE = "aws.connect"
DETAIL_TYPE = "Amazon Connect Contact Event"


def contact_event(detail: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The event that tells what happened to a contact; `detail` has `eventType`, `contactId`, `instanceArn` and what
    else is known.
    """
    instance = detail["instanceArn"]
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": DETAIL_TYPE,
        "source": SOURCE,
        "account": ACCOUNT,
        "time": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [f"{instance}/contact/{detail['contactId']}", instance],
        "detail": dict(detail),
    }
