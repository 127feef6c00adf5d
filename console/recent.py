"""What happened lately, read from the table's stream: no index of the table is kept for this page."""

from collections.abc import Iterable
from threading import Lock
from typing import Any

from care.cases.case import Case
from care.contacts.contact import Contact
from care.services.table import keys
from care.services.table.items import read

KEPT = 1_000


class Recent:
    """The newest contacts and cases, as they are now."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._iterators: dict[str, str] = {}
        """By shard, where to read on; empty at a shard's end."""
        self._reading = Lock()
        self._contacts: dict[str, Contact] = {}
        self._cases: dict[str, Case] = {}

    def contacts(self, limit: int) -> list[Contact]:
        """Newest first."""
        return sorted(self._contacts.values(), key=lambda one: one.started_at, reverse=True)[:limit]

    def cases(self, limit: int) -> list[Case]:
        """Newest first."""
        return sorted(self._cases.values(), key=lambda one: one.opened_at, reverse=True)[:limit]

    def follow(self) -> None:
        """Read what is new: at first all that the stream holds (24 hours on AWS, everything on one machine)."""
        with self._reading:
            try:
                for shard, iterator in self._shards().items():
                    self._read(shard, iterator)
            except self._client.exceptions.ExpiredIteratorException:
                # Nobody looked for a while. Read again, a change is the same.
                self._iterators.clear()

    def _shards(self) -> dict[str, str]:
        """By shard that is not read to its end, where to read on. Others follow only once one has ended."""
        if self._iterators and all(self._iterators.values()):
            return dict(self._iterators)
        for stream in self._client.list_streams(TableName=self._table)["Streams"]:
            arn = stream["StreamArn"]
            for shard in self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
                if shard["ShardId"] not in self._iterators:
                    begun = self._client.get_shard_iterator(
                        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
                    )
                    self._iterators[shard["ShardId"]] = begun["ShardIterator"]
        return {shard: iterator for shard, iterator in self._iterators.items() if iterator}

    def _read(self, shard: str, iterator: str) -> None:
        while iterator:
            answer = self._client.get_records(ShardIterator=iterator)
            self._take(record["dynamodb"] for record in answer["Records"])
            iterator = self._iterators[shard] = answer.get("NextShardIterator", "")
            if not answer["Records"]:
                return

    def _take(self, changes: Iterable[Any]) -> None:
        for change in changes:
            kind, image = change["Keys"]["sk"]["S"], change.get("NewImage")
            if not image or kind not in (keys.CASE, keys.CONTACT):
                continue
            try:
                if kind == keys.CASE:
                    case = read(Case, image)
                    self._cases[case.reference] = case
                else:
                    contact = read(Contact, image)
                    self._contacts[contact.contact_id] = contact
            except ValueError:
                # What nobody understands is parked by the fan-out, and shown there.
                continue
        self._contacts = {one.contact_id: one for one in self.contacts(KEPT)}
        self._cases = {one.reference: one for one in self.cases(KEPT)}
