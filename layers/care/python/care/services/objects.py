"""What is kept in S3: mail as it came and the files in it; records of the stream that nobody understands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from care.cases.files import Attachment, File
from care.services.table.items import NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LINK_SECONDS = 300
# What Windows takes in no name, and what no name should have in it: nothing that is not seen.
_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ ()\[\]@+,=-]")


@dataclass(frozen=True)
class MailObjects:
    """The mail bucket, through one client."""

    client: "S3Client"
    bucket: str

    def raw(self, key: str) -> bytes:
        """A mail as SES stored it. One request. Raises ``NotFound``."""
        try:
            return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except self.client.exceptions.NoSuchKey as gone:
            raise NotFound(key) from gone

    def keep(self, contact_id: str, files: tuple[File, ...]) -> tuple[Attachment, ...]:
        """Store a mail's files under what they contain: none takes another's place. One request for each content.

        What may do harm is stored where no part of the centre may read (``template.yaml``).
        """
        kept: dict[str, Attachment] = {}
        return tuple(self._keep(contact_id, number, file, kept) for number, file in enumerate(files, start=1))

    def _keep(self, contact_id: str, number: int, file: File, kept: dict[str, Attachment]) -> Attachment:
        from care.reading.file_types import look  # most mails have no file, and who only reads the bucket looks at none

        content = file.content
        seen = look(file.name, file.type, content)
        key = f"{'quarantine' if seen.danger else 'attachments'}/{contact_id}/{file.digest}"
        if key not in kept:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType="application/octet-stream")
        kept[key] = Attachment(
            number=number, name=file.name, type=seen.type, size=len(content), key=key, danger=seen.danger
        )
        return kept[key]

    def link(self, attachment: Attachment) -> str:
        """A link that downloads a file under its own name for five minutes; no browser ever renders it."""
        return self.client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": attachment.key,
                "ResponseCacheControl": "no-store",
                "ResponseContentDisposition": _as_download(attachment.name),
            },
            ExpiresIn=_LINK_SECONDS,
        )


def _as_download(name: str) -> str:
    """How a file is to be saved (RFC 6266 section 4.3): a name that is not plain is also written as RFC 8187 has it."""
    safe = _NO_NAME.sub("_", name).strip(". ") or "file"
    plain = _NOT_PLAIN.sub("_", safe)
    return f'attachment; filename="{plain}"' + (f"; filename*=UTF-8''{quote(safe, safe='')}" if plain != safe else "")


@dataclass(frozen=True)
class ParkedRecords:
    """The bucket where what the stream's consumer cannot process waits for its cause to be mended."""

    client: "S3Client"
    bucket: str

    def park(self, record: Mapping[str, Any], now: datetime) -> None:
        """Keep a record whole, under its own name: parked again it is the same object, made anew. One request.

        Format: the part of it that ``operations.replay`` reads of Lambda developer guide, "Retain discarded records for
        a DynamoDB event source".
        """
        parked = {
            "requestContext": {"condition": "NotUnderstood"},
            "timestamp": now.isoformat(),
            "payload": {"Records": [record]},
        }
        key = f"not-understood/{record['dynamodb']['SequenceNumber']}"
        self.client.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(parked).encode())
