"""What is kept in S3: mail as it came and the files in it; records of the stream that nobody understands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from care.cases.files import Attachment, File

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LINK_SECONDS = 300


@dataclass(frozen=True)
class MailObjects:
    """The mail bucket, through one client."""

    client: "S3Client"
    bucket: str

    def raw(self, key: str) -> bytes:
        """A mail as SES stored it. One request."""
        return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def keep(self, contact_id: str, files: tuple[File, ...]) -> tuple[Attachment, ...]:
        """Store a mail's files under what they contain: none takes another's place. One request for each content."""
        keys = {file.digest: f"attachments/{contact_id}/{file.digest}" for file in files}
        contents = {file.digest: file.content for file in files}
        for digest, key in keys.items():
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=contents[digest], ContentType="application/octet-stream"
            )
        return tuple(
            Attachment(number=number, name=file.name, type=file.type, size=len(file.content), key=keys[file.digest])
            for number, file in enumerate(files, start=1)
        )

    def link(self, attachment: Attachment) -> str:
        """A link that downloads a file under its own name for five minutes; no browser ever renders it."""
        name = "".join(one if one.isalnum() or one in "._- " else "_" for one in attachment.name)
        return self.client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": attachment.key,
                "ResponseCacheControl": "no-store",
                "ResponseContentDisposition": f'attachment; filename="{name.encode("ascii", "replace").decode()}"',
            },
            ExpiresIn=_LINK_SECONDS,
        )


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
