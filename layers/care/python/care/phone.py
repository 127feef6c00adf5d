"""Phone numbers as customers and carriers write them, made E.164 in one place."""

import re

_NOT_DIALLED = re.compile(r"[\s().\-/]")


def to_e164(written: str | None) -> str | None:
    """``0817-123 4567``, ``62817…``, ``+62 (0)817…``, ``0062…``, ``817…`` → ``+62817…``; ``None`` if it is no number.

    Short codes (817, 112) are never customers. Foreign numbers need ``+`` or ``00``.
    """
    digits = _NOT_DIALLED.sub("", (written or "").replace("(0)", ""))
    plus = digits.startswith("+")
    digits = digits.lstrip("+")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    if plus or (digits.startswith("62") and len(digits) >= 10):
        national = digits
    elif digits.startswith("0"):
        national = "62" + digits[1:]
    elif digits.startswith("8"):
        national = "62" + digits
    else:
        return None
    if national.startswith("620"):
        national = "62" + national[3:]
    return f"+{national}" if 9 <= len(national) <= 15 and national[0] != "0" else None
