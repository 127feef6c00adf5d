"""After all stories: what the system promises of everything it took in, read from the store and the mailboxes."""

from tests.e2e.doors import until
from tests.e2e.invariants import broken_promises
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre

# S3 puts a test event there when the notification is made.
PARKED = "ParkedQueueUrl"


def test_every_promise_is_kept(centre: CallCentre, records: Records) -> None:
    assert broken_promises(records, centre.doors) == []


def test_nothing_is_left_in_a_queue(records: Records) -> None:
    queues = [name for name in records.outputs if name.endswith("QueueUrl") and name != PARKED]
    until("the queues to be empty", lambda: not any(records.waiting(queue) for queue in queues))
