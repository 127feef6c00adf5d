"""How customers wish to be called. Unless they say so a channel's own form of address holds (``care.channels``).

A name never tells whether somebody is a man or a woman, and is used whole: many Indonesians have one word.
"""

import re

EITHER = "Bapak/Ibu"
"""Who shows to be older, but not whether a man or a woman."""
_MOST_WORDS = 4
_LONGEST = 40
# Forms of address that customers ask for; those that are slang are not spoken even then, only the name after them.
_HONORIFIC = (
    r"(?:bapak|ibu|pak|bu|mas|mbak|mba|kakak|kak|abang|bang|adik|dik|om|tante|teteh|teh|akang|kang|uda|uni|cak|ning|koh|ko"
    r"|cik|cici|ci|bli|mbok|gus|daeng|haji|hajah|tuan|nyonya|nona|dokter|dr|prof|mr|mrs|ms|miss|sir|madam|ma'am|romo"
    r"|ustaz|pendeta)"
)
_DO_NOT = r"jangan|jgn|jngn|jan|(?:tidak|tdk|tak|gak?|nggak|ngga|gk|g) ?(?:usah|perlu)|gausah|gaperlu|stop"
_SLANG = re.compile(
    "^(?:bro|sis|gan|bos|boss|min|say|sob|cuy|coy|bestie|beb|sayang|cinta|ganteng|cantik|baby|babe|honey|darling|sexy"
    r"|daddy|mommy)\b[ ,]*",
    re.I,
)
_WISH = re.compile(
    r"\b(?:"
    r"panggil(?:kan)?\W{1,3}(?:s?aja )?(?:saya|sy|aku|gue|gua|gw)\W{1,3}(?:(?:dengan|sebagai|s?aja|nama)\W{1,3}){0,2}"
    r"|panggil(?:kan)?\W{1,3}s?aja\W{1,3}"
    rf"|panggil(?:kan)?\W{{1,3}}(?={_HONORIFIC}\b|\w{{1,20}}\W{{1,3}}s?aja\b)"
    r"|call me\W{1,3}(?:just |simply |by )?"
    r")(?P<name>[^\W\d_].{0,60})",
    re.I,
)
_NOT = re.compile(
    rf"\b(?:{_DO_NOT})\W{{1,3}}(?:di|kau )?panggil(?:kan|in)?\W{{1,3}}"
    rf"(?:(?:saya|aku|sy|gue|gua|gw)\W{{1,3}})?(?:dengan\W{{1,3}}|pakai\W{{1,3}}|pake\W{{1,3}})?{_HONORIFIC}\b"
    rf"|\b(?:don'?t|do not|stop|please stop)\W{{1,3}}call(?:ing)? me\W{{1,3}}{_HONORIFIC}(?!\w)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-](?=[^\W\d_]))*\.?")
_ENDS = re.compile(
    "(?:saja|aja|ya|yaa|kak|kakak|min|admin|dong|deh|sih|kok|dan|karena|soalnya|bukan|jangan|biar|supaya|agar|kalau|kalo"
    "|jika|bila|kapan|nanti|besok|sekarang|lagi|kembali|segera|dulu|untuk|lewat|via|di|ke|jam|pukul|pada|tanggal|hari|tadi"
    "|terus|setelah|sesudah|sebelum|tentang|soal|mau|ingin|petugas|teknisi|agen|orang|terima|makasih|tolong|mohon|please"
    "|thanks|thank|instead|not|and|because|back|again|later|now|when|if|at|on|in|by|via|to|for|about|regarding|asap|today"
    "|tomorrow|tonight|soon|before|after|this|the|a|an|your|my|or|as|with|anytime|any|whenever|once|immediately|until|only"
    "|maybe|directly|first|next|from|through|monday|tuesday|wednesday|thursday|friday|saturday|sunday|during|between|urgently"
    "|i|it|is|was|so|but|then|who|what|why|how|saya|aku|gue|gw|sy|itu|ini|yang|yg|sudah|udah|belum|telepon|phone|names)",
    re.I,
)
_INSULT = re.compile(
    "(?:anjing|anjir|babi|bangsat|bajingan|kontol|memek|goblok|tolol|bodoh|setan|monyet|fuck|shit|idiot|stupid)", re.I
)


_BY_NAME = re.compile(r"\b(?:saya|sy|aku|dengan|nama saya|ini) (ibu|bu|bapak|bpk|pak)\.? [a-z]", re.I)
_HEAD = r"(?:^|[.,!?;\n]\s*|\bnak,? )"
_WISHES_TO = (
    r"(?:mau|ingin|pengen|pingin|hendak|minta|butuh|perlu|bingung|lupa|gaptek(?! jadi| jd)"
    r"|ini gaptek|bertanya|tanya"
    r"|(?:kurang|tidak|tdk|gak?|nggak|ngga|belum|blm) (?:paham|faham|ngerti|mengerti|tahu|tau))"
)
_MAY_BE = (
    r"(?:tidak|tdk|gak?|nggak|ngga|gk|belum|blm|sudah|sdh|udah|udh|sedang|lagi|punya|pakai|pake|beli|isi|coba|cuma|hanya"
    r"|baru|tadi|kemarin|di|dari|tinggal|kena|dapat|dapet|masih|bisa|tua|orang tua|umur|usia)"
)
_NOT_OF_ONESELF = r"(?! (?:beli|cari|tanya|pakai|ambil|pilih)? ?(?:apa|paket apa)\b)"
# "Bapak mau lapor" is said of oneself; "ibu tidak bisa" may be of another, unless who says it says "nak".
_OF_ONESELF = re.compile(rf"{_HEAD}(ibu|bapak|bpk) {_WISHES_TO}\b{_NOT_OF_ONESELF}", re.I)
_OF_ELDER = re.compile(rf"{_HEAD}(ibu|bapak|bpk) {_MAY_BE}\b", re.I)
_ELDER = re.compile(
    r"(?:^|[,.] ?|\b(?:ya|kasih|tolong|dulu|bantuannya|makasih|pagi|siang|sore|malam|alaikum"
    r"|assalamualaikum|halo|hallo|hai|permisi|maaf|tanya) )nak\b(?! saya| kami| aku|\w)|\bnak(?=\s*(?:[,.!?]|$))",
    re.I,
)
_LETTER = re.compile(r"\b(?:dengan hormat|yth\.?|yang terhormat)\b", re.I)
_MY_NAME = re.compile(
    r"^\W*(?:(?:halo|hallo|hai|hi|hello|kak|min|perkenalkan|kenalin|kenalkan|oh|oiya|iya|ya)\W+){0,2}"
    r"(?:nama (?:saya|sy|aku|gue|gw)|namaku|nama ku|nm saya|my name is|my name's|the name is|the name's)\W{1,3}"
    r"(?:adalah |itu )?(?!(?:salah|kok|beda|sudah|udah|tidak|ga|gak|belum|apa|siapa|ada|di|masih|tercatat|terdaftar"
    r"|kenapa|dan|not|wrong|on|in|different|misspelled|spelled)\b)"
    r"(?P<name>(?:[^\W\d_][^\W\d_.'’-]{0,20}[ .'’-]?){1,3}?)"
    r"(?:\W*\b(?:ya|kak|min|pak|bu|mas|mbak))*\W*$",
    re.I,
)
_FORMS = {"ibu": "Ibu", "bu": "Ibu", "bapak": "Bapak", "bpk": "Bapak", "pak": "Bapak"}
_FORM_BEFORE = re.compile(rf"({'|'.join(_FORMS)})\b\.? +(?=\S)", re.I)


def fitting_address(text: str) -> str:
    """How to speak to who shows it without asking: "saya Ibu Tini", who says "nak", a formal letter; "" for others."""
    is_elder = bool(_ELDER.search(text))
    named = _BY_NAME.search(text) or _OF_ONESELF.search(text) or (_OF_ELDER.search(text) if is_elder else None)
    if named:
        return _FORMS[named.group(1).lower()]
    return EITHER if is_elder or _LETTER.search(text) else ""


def own_name(text: str) -> str:
    """The name of who says nothing but that: "nama saya Putri", "my name is Sam"; "" for other texts."""
    said = _MY_NAME.match(text.strip())
    return _name(said["name"]) if said else ""


def form_and_name(name: str) -> tuple[str, str]:
    """A name as its bearer writes it, parted: "Bu Wati" is ("Ibu", "Wati"), "Wati" is ("", "Wati")."""
    before = _FORM_BEFORE.match(name)
    return (_FORMS[before.group(1).lower()], name[before.end() :]) if before else ("", name)


def wished_address(text: str) -> str | None:
    """How the writer asks to be addressed, "panggil saya Mas Budi", "call me Sari"; ``None``: nothing is asked.

    ``""``: only that a form of address be left out, "jangan panggil Kak".
    """
    unwanted = _NOT.search(text)
    rest = text[: unwanted.start()] + " . " + text[unwanted.end() :] if unwanted else text
    for wish in _WISH.finditer(rest):
        if wanted := _name(wish["name"]):
            return wanted
    return "" if unwanted else None


def _name(words: str) -> str:
    """The name at the beginning of ``words``, in capitals; ``""`` if there is none."""
    words = _SLANG.sub("", words)
    found: list[str] = []
    at = 0
    while len(found) < _MOST_WORDS and (word := _WORD.match(words, at)):
        is_form = bool(re.fullmatch(rf"{_HONORIFIC}\.?", word.group(), re.I)) and not found
        if not is_form and _ends(word.group(), found):
            break
        found.append(word.group())
        at = word.end()
        if words[at : at + 1] != " ":
            break
        at += 1
    if any(_INSULT.fullmatch(one.rstrip(".")) for one in found):
        return ""
    said = " ".join(one if any(letter.isupper() for letter in one) else one.capitalize() for one in found).rstrip(".")
    return said if len(said) <= _LONGEST else ""


def _ends(word: str, found: list[str]) -> bool:
    """Whether a word is no part of the name: a word of the sentence, or small after a name that has its word."""
    if _ENDS.fullmatch(word.rstrip(".")):
        return True
    named = [one for one in found if not re.fullmatch(rf"{_HONORIFIC}\.?", one, re.I)]
    return bool(named) and word[0].islower()
