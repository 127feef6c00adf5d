"""A received mail: what came, what SES found of it, what in it we made, and whose it counts as."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from care.cases.files import Attachment
from care.cases.opening import Party
from care.channels import EMAIL
from care.customer import Address
from care.doors.email.authentic import Verdicts, is_authentic
from care.doors.email.read import Mail
from care.doors.email.signed import Signed, signed
from care.telling.reply_address import ReplyAddresses, case_named, label_of, label_of_id
from care.words import Held


@dataclass(frozen=True)
class Signs:
    """What in a mail we made, by the cases it names.

    ``answers`` is the case at whose own address, made for its author, the mail came in: that proves who wrote it.
    ``thread`` is the case of an id made for its author that it answers; ``named`` are the cases that such addresses and
    ids name, whoever they were made for. ``lost`` is the case of a mail of ours that came back, and ``lost_to`` the
    address it was made for and did not get to.
    """

    answers: str = ""
    thread: str = ""
    named: tuple[str, ...] = ()
    lost: str = ""
    lost_to: str = ""


NONE = Signs()


def signs(mail: Mail, recipients: tuple[str, ...], own: str, keys: Callable[[], ReplyAddresses]) -> Signs:
    """The signs in a mail that came to ``recipients``; ``own`` is the care address. ``keys`` are asked for what looks
    like one.
    """
    newest_first = mail.references[::-1]
    labels = [*(label_of(one, own) for one in recipients), *(label_of_id(one, own) for one in newest_first)]
    named = tuple(dict.fromkeys(case for one in labels if (case := case_named(one))))
    found = Signs(named=named)
    if named and mail.author_is_clear:
        known, identity = keys(), _identity(mail.author)
        answers = next((case for one in recipients if (case := known.case_of(one, identity))), "")
        thread = next((case for one in newest_first if (case := known.case_of_id(one, identity))), "")
        found = Signs(answers=answers, thread=thread, named=named)
    for address in mail.returned.addresses:
        back = (mail.returned.reply_to, *mail.returned.ids)
        if any(case_named(label_of(one, own) or label_of_id(one, own)) for one in back):
            known, identity = keys(), _identity(address)
            cases = (known.case_of(one, identity) or known.case_of_id(one, identity) for one in back)
            if case := next(filter(None, cases), ""):
                return Signs(named=named, lost=case, lost_to=address)
    return found


def _identity(address: str) -> str:
    return Address(channel=EMAIL, value=address).identity


@dataclass(frozen=True)
class MailEvent:
    """A received mail: SES's id for it, the mail, what SES found of it, where it is kept as it came and where its files
    are, what in it is ours.
    """

    event_id: str
    mail: Mail
    verdicts: Verdicts
    raw: str = ""
    attachments: tuple[Attachment, ...] = ()
    signs: Signs = NONE

    @cached_property
    def is_proven(self) -> bool:
        """Whether it is surely from its author."""
        return bool(self.signs.answers) or is_authentic(self.mail, self.verdicts)

    @cached_property
    def signed(self) -> Signed:
        """What its new part says without a signature, and the name below it."""
        return signed(self.mail.text)

    @property
    def is_trusted(self) -> bool:
        """Whether it may change a case: it is its author's, and fit to be handled."""
        return self.is_proven and not self.verdicts.held

    def more_than(self, words: str) -> str:
        """Where the mail is kept, if it says more than these words and nothing in it harms who reads it."""
        return self.raw if self.mail.full_text != words and self.verdicts.held is not Held.VIRUS else ""

    @property
    def named(self) -> tuple[str, ...]:
        """The cases that it names, the surest sign first: none of them says that it is its author's."""
        return tuple(dict.fromkeys((*self.signs.named, *self.mail.case_references)))

    @cached_property
    def party(self) -> Party:
        """Who wrote; a mail that names no sender is still somebody's, and a person must look at it."""
        mail, proven = self.mail, self.is_proven
        value = mail.author or mail.sender
        name = (self.signed.name or mail.author_name) if proven else ""
        address = Address(channel=EMAIL, value=value, name=name, claimed=not proven) if value else None
        return Party(EMAIL, mail.contact_id, address)
