"""Mail as it came and the files in it, kept in S3."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from care.cases.files import Attachment, File

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LINK_SECONDS = 300


@dataclass(frozen=True)
class MailObjects:
    """The mail bucket, through one client."""

    client: "S3Client"
    bucket: str
    prefix: str = ""

    def raw(self, event_id: str) -> bytes:
        """The mail SES stored under its id. One request."""
        return self.client.get_object(Bucket=self.bucket, Key=f"{self.prefix}{event_id}")["Body"].read()

    def keep(self, contact_id: str, files: tuple[File, ...]) -> tuple[Attachment, ...]:
        """Store a mail's files; again is the same. One request a file."""
        kept = []
        for number, file in enumerate(files, start=1):
            key = f"attachments/{contact_id}/{number}"
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=file.content, ContentType="application/octet-stream"
            )
            kept.append(Attachment(number=number, name=file.name, type=file.type, size=len(file.content), key=key))
        return tuple(kept)

    def link(self, attachment: Attachment) -> str:
        """A link that downloads a file under its own name for five minutes; no browser ever renders it."""
        name = "".join(one if one.isalnum() or one in "._- " else "_" for one in attachment.name)
        return self.client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": attachment.key,
                "ResponseContentDisposition": f'attachment; filename="{name.encode("ascii", "replace").decode()}"',
            },
            ExpiresIn=_LINK_SECONDS,
        )
