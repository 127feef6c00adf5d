"""A mail of ours as it goes out (RFC 5322, MIME)."""

from email import policy
from email.message import EmailMessage


def compose(
    *,
    sender: str,
    sender_name: str,
    to: str,
    subject: str,
    text: str,
    in_reply_to: str = "",
    references: tuple[str, ...] = (),
) -> bytes:
    """A mail from the centre, marked as automatic so that no machine answers it (RFC 3834 section 5)."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _mailbox(sender_name, sender)
    message["To"] = to
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-replied" if in_reply_to else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if in_reply_to:
        message["In-Reply-To"] = in_reply_to
        message["References"] = " ".join(dict.fromkeys((*references[-20:], in_reply_to)))
    message.set_content(text)
    return message.as_bytes()


def _mailbox(name: str, address: str) -> str:
    quoted = name.replace("\\", "").replace('"', "")
    return f'"{quoted}" <{address}>' if quoted else address
