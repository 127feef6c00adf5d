"""ISO-2022-JP as mail programs write it (RFC 1468, and its kin): with what Windows adds, and 8-bit bytes between."""

import codecs
import re

_CODECS = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_3")
_SWITCH = re.compile(rb"\x1b(\$[@B]|\$\([DOPQ]|\([BJIH])")


def decode(raw: bytes, final: bool = True) -> str:
    """What no codec of Python reads whole is read character by character, by Windows' table."""
    for name in _CODECS:
        try:
            return codecs.getincrementaldecoder(name)().decode(raw, final)
        except UnicodeDecodeError:
            continue
    first, *pieces = _SWITCH.split(raw)
    said = [first.decode("cp932", "replace")]
    for switch, piece in zip(pieces[::2], pieces[1::2], strict=True):
        said.append(_read(switch, piece))
    return "".join(said)


def _read(switch: bytes, piece: bytes) -> str:
    if switch in (b"$@", b"$B"):
        return _two_by_two(piece)
    if switch.startswith(b"$("):
        return bytes(b for pair in _pairs(piece) for b in (0x8F, pair[0] | 0x80, pair[1] | 0x80)).decode(
            "euc_jp", "replace"
        )
    if switch == b"(I":
        piece = bytes(one | 0x80 if 0x21 <= one <= 0x5F else one for one in piece)
    return piece.decode("cp932", "replace")


def _pairs(piece: bytes) -> list[bytes]:
    return [piece[place : place + 2] for place in range(0, len(piece) - 1, 2)]


def _two_by_two(piece: bytes) -> str:
    """JIS X 0208 as Shift_JIS spells it. A line end in the middle, or what is no such pair, ends the pairing."""
    written = bytearray()
    place = 0
    while place < len(piece):
        one, two = piece[place], piece[place + 1] if place + 1 < len(piece) else 0
        if not (0x21 <= one <= 0x7E and 0x21 <= two <= 0x7E):
            written.append(one)
            place += 1
            continue
        lead = (one - 0x21) // 2 + 0x81
        written.append(lead + 0x40 if lead > 0x9F else lead)
        written.append(two + 0x1F + (two >= 0x60) if one % 2 else two + 0x7E)
        place += 2
    return written.decode("cp932", "replace")
