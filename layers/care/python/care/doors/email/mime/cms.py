"""What was signed inside a message of S/MIME (RFC 8551 section 3.5.2): CMS (RFC 5652) in BER (X.690)."""

from collections.abc import Iterator
from itertools import islice

TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_SIGNED = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_END, _OCTETS, _ID, _OCTETS_IN_PIECES, _GIVEN = 0x00, 0x04, 0x06, 0x24, 0xA0
_CONSTRUCTED = 0x20
_INDEFINITE = 0x80
# Pieces are of some hundred bytes at least.
_MOST_VALUES = 100_000


def signed(content: bytes) -> bytes:
    """The content of signed data, whose signature nobody checks here; nothing of what is encrypted, cut or none."""
    values = islice(_values(content), _MOST_VALUES)
    if _SIGNED not in (content[start:end] for tag, start, end in values if tag == _ID):
        return b""
    if _DATA not in (content[start:end] for tag, start, end in values if tag == _ID):
        return b""
    if next(values, (_END, 0, 0))[0] != _GIVEN:
        return b""
    pieces = list[bytes]()
    for tag, start, end in values:
        if tag == _OCTETS:
            pieces.append(content[start:end])
        elif tag not in (_OCTETS_IN_PIECES, _END):
            return b"".join(pieces)
    return b""


def _values(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each value in its turn: its tag, and where it begins and ends. What is made of others ends nowhere: they follow
    as if they stood beside it. Ends where something is cut.
    """
    place = 0
    while place + 2 <= len(content):
        tag, length = content[place], content[place + 1]
        place += 2
        if length > _INDEFINITE:
            width = length - _INDEFINITE
            length = int.from_bytes(content[place : place + width])
            place += width
        if tag & _CONSTRUCTED:
            yield tag, place, place
        elif place + length <= len(content):
            yield tag, place, place + length
            place += length
        else:
            return
