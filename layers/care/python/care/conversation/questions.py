"""Whether words are a question by their order, or by a particle that asks."""

import re
from functools import lru_cache

from care.conversation import aspects, script

PARTICLES = frozenset(("ga", "gak", "gk", "nggak", "ngga", "engga", "enggak", "tidak", "kah", "kan", "or", "right"))
"""What ends a question without its mark."""
_ENDS = 3
"""So many words and more a particle at the end makes a question; "belum, ga" is an answer."""
_READ = 300
_AFTERWARDS = frozenset(("nanti", "nantinya", "lagi", "jadinya"))
"""What may stand behind it."""
_INVERTED = re.compile(
    r"(?:^|[,.;]\s*|\b(?:so|and|but|then|or|ok|oh)\s+)(?:can|could|will|would|is|are|am|do|does|did|should|shall|may|has|have|must)"
    r"\s+(?:i|you|it|we|they|he|she|the|my|your|that|this|those|these|there|both|two|an?)\b"
    r"|\b(?:where|what|how|who|when|which)(?:'s|s|'re|'ll)?\s",
    re.I,
)
"""A question in English by the order of its words."""
_AMID = re.compile(
    r"\b(?:ga|gak|gk|nggak|ngga)\s+(?:kl|klo|kalo|kalau|pas|abis|habis|sblm|sebelum|ke|di|buat|untuk|nomornya|itu|itunya|nanti)\b"
    r"|\b(?:ato|atau)\b",
    re.I,
)
"""A particle in the middle that asks: "ikut hilang ga kalo ganti kartu", "balik sendiri ato harus diurus"."""
_WHETHER = re.compile(
    r"\b(?:bisa|bs|boleh|perlu|harus)\b(?!.*\b(?:tapi|tp|kok)\b).* (?:ga|gak|gk|nggak|ngga|kah)\b", re.I
)


@lru_cache(maxsize=64)
def is_worded(text: str) -> bool:
    """Whether a text without a mark and a question's words asks: "kena biaya ga kalau ganti kartu", "will it renew"."""
    text = text[:_READ]
    said = script.tokens(text)
    ends = _ends_asking(said) or any(each.search(text) for each in (_WHETHER, _INVERTED))
    particle = not PARTICLES.isdisjoint(said[1:])
    return ends or (particle and bool(aspects.asked(text))) or (particle and bool(_AMID.search(text)))


def _ends_asking(said: tuple[str, ...]) -> bool:
    end = [one for one in said if one not in _AFTERWARDS and (one in PARTICLES or script.bare((one,)))]
    return len(said) >= _ENDS and bool(end) and end[-1] in PARTICLES
