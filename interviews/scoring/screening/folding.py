"""The plain look of a text: no case, accents, invisible characters or look-alike letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = (
    [0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0]
    + list(range(0x200B, 0x2010))
    + list(range(0x202A, 0x202F))
    + list(range(0x2060, 0x2070))
    + list(range(0xFE00, 0xFE10))
    + list(range(0xFFF9, 0xFFFC))
    + list(range(0xE0100, 0xE01F0))
)
#: Accents of Latin, Greek and Cyrillic, and the vowel points of Arabic and Hebrew.
_MARKS = [
    *range(0x300, 0x370),
    *range(0x483, 0x488),
    *range(0x591, 0x5C8),
    *range(0x64B, 0x660),
    0x670,
    0x640,
    *range(0x1AB0, 0x1B00),
    *range(0x20D0, 0x20F1),
]
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_TURNED = dict(zip("ɐɔǝɟƃɥıɾʞɯɹʇʌʍʎ", "acefghijkmrtvwy", strict=True))
_VARIANTS = dict(zip("øłđħŧĸſɡɑɩƒ", "oldhtksgaif", strict=True))
_OTHER_LETTERS = _VARIANTS | {
    "æ": "ae", "œ": "oe", "ß": "ss", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-",
    "’": "'", "‘": "'", "‛": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"',
    "»": '"', "¡": "!", "¿": "?", "…": "...", "。": ".", "！": "!", "？": "?", "，": ",",
    "؟": "?", "،": ",", "।": ".",
}  # fmt: skip
#: Letters in circles, squares and as flags, which compatibility forms leave as they are.
_ENCLOSED = {
    start + number: chr(97 + number)
    for start in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
    for number in range(26)
}
#: Invisible copies of ASCII, by which text is hidden behind other text.
_TAGS = {0xE0000 + code: chr(code).lower() for code in range(0x20, 0x7F)}
_FIRST = dict.fromkeys(_INVISIBLE, "") | _ENCLOSED | _TAGS
_SECOND: dict[int, str] = dict.fromkeys(_MARKS, "") | {
    ord(found): plain for found, plain in (_SMALL_CAPITALS | _TURNED | _OTHER_LETTERS).items()
}
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһкмтвнгпԛԝьиαεοριυνκτχμηωβγσςաոսցհօյզлдб",
    "aeopcyxijsdhkmtbhrnqwbnaeopiuvktxunwbyocwnughojqndb",
)
_FOREIGN = re.compile(r"[^\W\d_]*[Ͱ-Ͽа-џѐ-ԯա-ֆ][^\W\d_]*")
_LATIN = re.compile(r"[a-z]")
_BETWEEN = re.compile(r"(?<=[぀-ヿ㐀-鿿]) (?=[぀-ヿ㐀-鿿])")
_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """How the text reads, whatever characters it is written with."""
    if text.isascii():
        return _BLANKS.sub(" ", text.lower().replace("`", "'")).strip()
    text = unicodedata.normalize("NFKC", text.translate(_FIRST))
    text = unicodedata.normalize("NFKD", text).casefold().translate(_SECOND)
    text = unicodedata.normalize("NFC", text)
    if _LATIN.search(text):
        text = _FOREIGN.sub(_latin, text)
    return _BETWEEN.sub("", _BLANKS.sub(" ", text)).strip()


def _latin(match: re.Match[str]) -> str:
    """A word in Latin letters, when it only looks like one now.

    A word of Greek or Cyrillic alone is a word of its language, unless it could pass for Latin
    letter by letter; then nobody is hurt when it is read so.
    """
    word = match.group()
    if not _LATIN.search(word) and not _passes(word):
        return word
    return word.translate(_LOOK_ALIKE)


def _passes(word: str) -> bool:
    return len(word) > 1 and all(letter in "аеорсухіјѕԁһοανρυκτχ" for letter in word)


def normalise(text: str) -> str:
    """The text without compatibility forms, invisible characters and doubled blanks."""
    text = unicodedata.normalize("NFKC", text).translate(_FIRST)
    return re.sub(r"[^\S\n]{1,200}", " ", text)
