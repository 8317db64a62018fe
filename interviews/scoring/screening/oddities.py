"""Disguises that no honest answer wears: letters from elsewhere, turned words, words spelled oddly."""

from __future__ import annotations

import re
import unicodedata

#: So many letters, or words, in such a look are no accident.
_ODD_LETTERS, _ODD_WORDS = 12, 4
#: Mathematical, circled, squared and flag letters, and the invisible copies of ASCII.
_ELSEWHERE = re.compile(
    "[\U0001d400-\U0001d7cb\u24b6-\u24e9\U0001f130-\U0001f189\U0001f1e6-\U0001f1ff\U000e0041-\U000e007a]"
)
_UNSEEN_INSIDE = re.compile(
    "[A-Za-z](?:[\u200b-\u200f\u2060-\u2064\ufeff\u180e\u034f])+(?=[A-Za-z ])"
)
_MIXED = re.compile(
    "(?=[^\\W\\d_]{0,24}[A-Za-z])(?=[^\\W\\d_]{0,24}[\u0391-\u03c9\u0400-\u04ff])[^\\W\\d_]{4,24}"
)
_STACKED = re.compile("[A-Za-z][\u0300-\u036f]{1,9}")
#: Small words read backwards; three of them in a text are no accident.
_BACKWARDS = re.compile(
    r"\b(?:eht|dna|ruoy|siht|uoy|rof|taht|htiw|morf|era|ton|lla|eno|evig|tub|nac|tahw|ti|si|fo|ot|ym|ni)\b"
)
_LONG_BACKWARDS = re.compile(r"\b(?:eht|dna|ruoy|siht|uoy|taht|htiw|morf|evig|tahw|rewsna|erocs)\b")
_ENOUGH_BACKWARDS = 3
_TURNED = str.maketrans(
    "ɐqɔpǝɟƃɓɥıᴉɾʞlɯuodbɹsʇnʌʍxʎz˙'¿¡∀ƎƖƐϛ", "abcdefgghiijklmnopqrstuvwxyz.,?!AE135"
)
_TURNED_LETTERS = re.compile("[ɐɔǝɟƃɓɥıᴉɾʞɯɹʇʌʍʎ]")
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"(?<=[a-z,.])[/_|+~·=\\](?=[a-z])")
_LEET = re.compile(r"\b(?=[a-z0-9@$!|]*[a-z])(?=[a-z0-9@$!|]*[0-9@$!|])[a-z0-9@$!|]{2,24}")
_SIGNS = str.maketrans("01345789@$!|", "oieastbgasil")
_FEW_LEET = 3
_PIG = re.compile(r"\b([a-z]{1,14}?)([bcdfghjklmnpqrstvwxz]{0,4})ay\b")
_DOUBLED = re.compile(r"([aeiou])\1")


def is_odd(piece: str) -> bool:
    """Whether the letters come from where no keyboard has them, or hide others between them."""
    if piece.isascii():
        return False
    if len(_ELSEWHERE.findall(piece)) >= _ODD_LETTERS:
        return True
    if len(_UNSEEN_INSIDE.findall(piece)) >= _ODD_WORDS:
        return True
    composed = unicodedata.normalize("NFC", piece)
    return (
        len(_STACKED.findall(composed)) >= _ODD_LETTERS or len(_MIXED.findall(piece)) >= _ODD_WORDS
    )


def unturned(piece: str) -> str | None:
    """A text of letters upside down, put upright; None when it is none."""
    if len(_TURNED_LETTERS.findall(piece)) < _ODD_LETTERS // 2:
        return None
    return piece.lower().translate(_TURNED)[::-1]


def reversed_words(folded: str) -> str | None:
    """The text read from its end, or with each word so, when small words show it."""
    if (
        len(_BACKWARDS.findall(folded)) < _ENOUGH_BACKWARDS
        or _LONG_BACKWARDS.search(folded) is None
    ):
        return None
    words = _WORD.findall(folded)
    return " ".join(word[::-1] for word in words)


def split(folded: str) -> str | None:
    """Words that signs hold together, apart."""
    if len(_BETWEEN.findall(folded)) <= folded.count(" ") + 2:
        return None
    return _BETWEEN.sub(" ", folded)


def spelled(folded: str) -> str | None:
    """Digits and signs read as letters, pig latin and doubled vowels undone, where there are many."""
    if len(_LEET.findall(folded)) >= _FEW_LEET:
        return _LEET.sub(lambda match: match.group().translate(_SIGNS), folded)
    words = folded.count(" ") + 1
    pig = _PIG.findall(folded)
    if len(pig) >= _FEW_LEET and len(pig) * 2 >= words:
        return _PIG.sub(_from_pig, folded)
    if len(_DOUBLED.findall(folded)) * 2 >= words + _FEW_LEET:
        return _DOUBLED.sub(r"\1", folded)
    return None


def _from_pig(match: re.Match[str]) -> str:
    rest, moved = match.groups()
    return rest if moved == "w" else moved + rest
