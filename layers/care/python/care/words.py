"""The words of the domain that are chosen from a list; every part speaks of these by these names."""

from enum import StrEnum


class Language(StrEnum):
    """What a customer is answered in."""

    INDONESIAN = "id"
    ENGLISH = "en"


class Channel(StrEnum):
    """How a contact reaches the centre, and how a customer is reached."""

    PHONE = "phone"
    EMAIL = "email"
    CHAT = "chat"
    SMS = "sms"


class Kind(StrEnum):
    """Of what kind a case is. Information, technical and package change are called requests."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    INFORMATION = "information"
    TECHNICAL = "technical"
    PACKAGE_CHANGE = "package_change"


class Category(StrEnum):
    """What a case is about."""

    NETWORK = "network"
    INTERNET = "internet"
    BILLING = "billing"
    PACKAGE = "package"
    SIM = "sim"
    DEVICE = "device"
    ROAMING = "roaming"
    APP = "app"
    SERVICE = "service"
    OTHER = "other"


class Segment(StrEnum):
    """How a line is paid for."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"


class Team(StrEnum):
    """Who is answerable for a case."""

    NETWORK = "network"
    BILLING = "billing"
    REGISTRATION = "registration"
    TECHNICAL = "technical"
    CARE = "care"


class Status(StrEnum):
    """Where a case stands; ``lifecycle`` has the moves between them."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
