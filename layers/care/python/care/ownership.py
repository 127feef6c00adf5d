"""Whose a number was when: a number given back and given out again brings nothing of its former owner with it.

A number surely stays with its owner for some weeks (the policy says how many), so only older cases cost a question to
the operator's system. While that cannot say, what is older is nobody's.
"""

from datetime import UTC, datetime, timedelta

from care.case import Case
from care.centre import Centre
from care.customer import Address
from care.lines import Unavailable
from care.words import Channel


def own_cases(centre: Centre, address: Address, now: datetime) -> list[Case]:
    """The cases of who is reached at ``address`` today, newest first. One request, and one to the operator's system."""
    found = centre.store.cases_of(address.customer_id)
    since = _owner_since(centre, address, min((one.opened_at for one in found), default=now), now)
    return [one for one in found if one.opened_at >= since]


def is_own(centre: Centre, address: Address, opened_at: datetime, now: datetime) -> bool:
    """Whether a case opened then from ``address`` belongs to who is reached there today."""
    return opened_at >= _owner_since(centre, address, opened_at, now)


def _owner_since(centre: Centre, address: Address, oldest: datetime, now: datetime) -> datetime:
    """From when on what is kept of an address is its owner's."""
    sure = now - timedelta(days=centre.store.policy.owner.surely_same_days)
    if address.channel not in (Channel.PHONE, Channel.SMS) or oldest >= sure:
        return oldest
    if centre.system is None:
        return sure
    try:
        line = centre.system.line(address.value)
    except Unavailable:
        return sure
    # A number of another operator is not known here: that it was given on cannot be told.
    return datetime.combine(line.owner_since, datetime.min.time(), UTC) if line else sure
