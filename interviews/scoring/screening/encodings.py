"""Decodes what is written in base64, hexadecimal, rot13, URL or HTML escapes and the like."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from urllib.parse import unquote

from interviews.scoring.screening.disguises import cut

_LONGEST = 4000
_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{12,2000}(?:\s[A-Za-z0-9+/_-]{12,2000}){0,60}={0,2}(?![A-Za-z0-9+/=_-])"
)
_BASE32 = re.compile(r"(?<![A-Z2-7=])[A-Z2-7]{24,}={0,6}(?![A-Z2-7=])")
_HEX = re.compile(
    r"(?<![0-9A-Fa-f])(?:(?:0x|\\x|%|&#x)?[0-9A-Fa-f]{2}[\s:,;-]?){8,}(?![0-9A-Fa-f])"
)
_BINARY = re.compile(r"(?<!\d)[01]{8}(?:\s?[01]{8}){5,}(?!\d)")
_DECIMAL = re.compile(r"(?<!\d)\d{2,3}(?:[\s,;-]{1,2}\d{2,3}){9,}(?!\d)")
_ESCAPED = re.compile(r"\\u\{?[0-9a-fA-F]{4}\}?|\\x[0-9a-fA-F]{2}|\\[0-7]{3}")
_QUOTED = re.compile(r"%[0-9A-Fa-f]{2}")
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9A-Fa-f]{1,5}|[A-Za-z]{2,12});")
_MORSE = re.compile(r"(?:[.\-·–−]{1,5}(?:\s{1,3}/\s{1,3}|\s{1,3}|/|$)){6,400}")
_BASE85 = re.compile(r"(?<!\S)(?=\S{0,400}[^\sA-Za-z0-9+/=_.,:-])[!-~]{20,2000}(?!\S)")
_PLACES = re.compile(r"(?<![\d.,])\d{1,2}(?:[-\s./,]{1,3}\d{1,2}){7,400}(?![\d.,])")
_PLUSES = re.compile(r"[A-Za-z]+\+[A-Za-z]+\+[A-Za-z]")
_LETTERS = re.compile(r"[A-Za-z]{4,}")
_MORSE_CODE = dict(
    zip(
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
            "-----",
            ".----",
            "..---",
            "...--",
            "....-",
            ".....",
            "-....",
            "--...",
            "---..",
            "----.",
        ],
        "abcdefghijklmnopqrstuvwxyz0123456789",
        strict=True,
    )
)
#: Words by whose shifted look a shifted alphabet is known.
_TELLING = [
    "ignore",
    "disregard",
    "forget",
    "previous",
    "instructions",
    "prompt",
    "system",
    "answer",
    "response",
    "score",
    "rating",
    "grade",
    "please",
    "accept",
    "approve",
    "criteria",
    "rubric",
    "everything",
    "guidelines",
    "reveal",
    "maximum",
    "highest",
    "rules",
    "marks",
    "points",
    "override",
    "elements",
    "evaluator",
    "assistant",
    "submission",
    "excellent",
    "perfect",
    "this",
    "that",
    "your",
    "with",
    "from",
    "show",
    "give",
    "score",
    "mark",
    "generous",
    "grader",
    "full",
    "must",
    "questions",
    "without",
    "above",
    "before",
    "criterion",
    "verdict",
    "complete",
    "follow",
    "assess",
    "evaluate",
    "highest",
    "lenient",
    "pretend",
    "have",
    "what",
    "will",
    "there",
    "which",
    "about",
    "should",
    "when",
    "them",
    "here",
]
_READABLE = 0.9
#: So many letters of telling words make a shift worth undoing.
_ENOUGH = 6


def ciphers(text: str) -> Iterator[str]:
    """What runs of code signs in the text say; nobody writes an answer in them."""
    for pattern, decode in _CODES:
        for match in pattern.finditer(text):
            found = decode(match.group()[:_LONGEST])
            if found is not None and _is_readable(found):
                yield found


def decodings(text: str) -> Iterator[str]:
    """What the text says without escapes, or with its alphabet shifted; nothing when it has none."""
    if _QUOTED.search(text):
        yield unquote(text, errors="ignore")
    if _ENTITY.search(text):
        yield html.unescape(html.unescape(text))
    if _ESCAPED.search(text):
        yield _ESCAPED.sub(_escaped, text)
    if _PLUSES.search(text):
        yield text.replace("+", " ")
    yield from _shifted(text)


def is_morse(text: str) -> bool:
    """Whether a text holds dots and dashes that would be cut into pieces as full stops."""
    return _MORSE.search(text) is not None


def _is_readable(text: str) -> bool:
    plain = sum(letter.isalnum() or letter in " .,=+/'!?:;-\n\"" for letter in text)
    return len(text) >= 6 and plain >= _READABLE * len(text)


def _from_base64(written: str) -> str | None:
    body = "".join(written.split()).rstrip("=").replace("-", "+").replace("_", "/")
    if body.isalpha() and (body.islower() or body[1:].islower()):
        return None  # A long word.
    body = body[: len(body) - (len(body) % 4 == 1)]
    return _as_text(lambda: base64.b64decode(body + "=" * (-len(body) % 4)))


def _from_base32(written: str) -> str | None:
    body = written.rstrip("=")
    return _as_text(lambda: base64.b32decode(body + "=" * (-len(body) % 8)))


def _from_hex(written: str) -> str | None:
    digits = re.sub(r"0x|\\x|&#x|[^0-9A-Fa-f]", "", written)
    return _as_text(lambda: bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _from_binary(written: str) -> str | None:
    bits = "".join(written.split())
    return _as_text(lambda: bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)))


def _from_decimal(written: str) -> str | None:
    codes = [int(code) for code in re.findall(r"\d+", written)]
    return "".join(map(chr, codes)) if all(32 <= code < 127 for code in codes) else None


def _from_base85(written: str) -> str | None:
    for decode in (base64.b85decode, base64.a85decode):
        found = _as_text(partial(decode, written))
        if found is not None and found.isascii() and _is_readable(found):
            return found
    return None


def _from_places(written: str) -> str | None:
    """Letters by their place in the alphabet."""
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    if not all(1 <= number <= 26 for number in numbers):
        return None
    words = cut("".join(chr(96 + number) for number in numbers))
    long = [word for word in words if len(word) > 2]
    return " ".join(words) if sum(map(len, long)) * 3 >= len(numbers) * 2 else None


def _from_morse(written: str) -> str | None:
    plain = re.sub(r"[·]", ".", re.sub(r"[–−]", "-", written))
    words = re.split(r"\s?/\s?|\s{2,}", plain.strip())
    letters = [_MORSE_CODE.get(code) for word in words for code in [*word.split(), ""]]
    return "".join(letter or " " for letter in letters).strip()


def _as_text(decode: Callable[[], bytes]) -> str | None:
    try:
        return decode().decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


_CODES: tuple[tuple[re.Pattern[str], Callable[[str], str | None]], ...] = (
    (_BASE64, _from_base64),
    (_BASE32, _from_base32),
    (_HEX, _from_hex),
    (_BINARY, _from_binary),
    (_DECIMAL, _from_decimal),
    (_MORSE, _from_morse),
    (_BASE85, _from_base85),
    (_PLACES, _from_places),
)


def _escaped(match: re.Match[str]) -> str:
    digits = match.group().lstrip("\\ux{").rstrip("}")
    base = 8 if match.group()[1].isdigit() else 16
    return chr(int(digits, base))


def _shift(word: str, by: int) -> str:
    return "".join(chr((ord(letter) - 97 + by) % 26 + 97) for letter in word)


def _mirror(word: str) -> str:
    return "".join(chr(219 - ord(letter)) for letter in word)


@cache
def _looks() -> dict[str, tuple[int, ...]]:
    """Under which shifts a telling word looks so; 0 is the mirrored alphabet."""
    looks: dict[str, tuple[int, ...]] = {}
    for word in _TELLING:
        for by, look in [(0, _mirror(word)), *((by, _shift(word, by)) for by in range(1, 26))]:
            looks[look] = (*looks.get(look, ()), by)
    return looks


def _shifted(text: str) -> Iterator[str]:
    looks = _looks()
    weights: dict[int, int] = {}
    for word in map(str.lower, _LETTERS.findall(text)):
        for by in looks.get(word, ()):
            weights[by] = weights.get(by, 0) + len(word)
    for by in sorted(by for by, weight in weights.items() if weight >= _ENOUGH):
        if by == 13:
            yield codecs.encode(text, "rot13")
        else:
            yield "".join(_letter(letter, by) for letter in text.lower())


def _letter(letter: str, by: int) -> str:
    if not ("a" <= letter <= "z"):
        return letter
    return _shift(letter, -by) if by else _mirror(letter)
