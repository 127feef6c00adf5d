"""Texts as carriers pass them on."""

import json


def without_halves(body: str | bytes) -> bytes:
    """JSON in UTF-8. A long SMS may be cut within an emoji; half of one is no character, and must not cost the rest.

    Raises ``ValueError`` and, for what is nested beyond sense, ``RecursionError``.
    """
    return json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")
