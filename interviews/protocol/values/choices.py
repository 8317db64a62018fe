"""Finds the option that is meant: by token, by label, in any case or spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from interviews.protocol.faults import did_you_mean
from interviews.protocol.lookup import column_of, field_of
from interviews.protocol.types import Field, Option
from interviews.protocol.values.reading import Reading, Unusable, shown
from interviews.protocol.values.wording import LIST_LIMIT, fold, tidy

#: What people type for a token; used only where the token is among the options.
_ALSO = {
    "true": "yes",
    "y": "yes",
    "false": "no",
    "n": "no",
    "not_sure": "unsure",
    "partial": "partly",
    "partially": "partly",
    "≥": ">=",
    "=>": ">=",
    ">": ">=",
    "at_least": ">=",
    "≤": "<=",
    "=<": "<=",
    "<": "<=",
    "at_most": "<=",
    "€": "EUR",
    "£": "GBP",
    "nlp": "natural_language_processing",
    "forecasting": "time_series_forecasting",
}
_YES_NO = (Option("yes", "Yes"), Option("no", "No"))
_NAME_LIMIT = 500
_LISTED = 12


def find_option(options: Sequence[Option], raw: Any) -> str | None:
    """The token that is meant, or None."""
    word = _word(raw)
    if word is None:
        return None
    tokens = {option.value for option in options}
    if word in tokens:
        return word
    by_word: dict[str, str] = {}
    for option in options:
        for spelling in (option.value, option.label):
            by_word.setdefault(fold(spelling), option.value)
    for option in options:
        # "Law/regulation" is also meant by either word, "Low: annoyance" by its head.
        head = re.split(r"[:(;,]", option.label)[0]
        for spelling in (head, *head.split("/")):
            by_word.setdefault(fold(spelling), option.value)
    folded = fold(word)
    also = _ALSO.get(folded, _ALSO.get(word, ""))
    return by_word.get(folded) or (also if also in tokens else None)


def _word(raw: Any) -> str | None:
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, int) and abs(raw) < 10**6:
        return str(raw)
    return tidy(raw) if isinstance(raw, str) else None


def read_choice(field: Field, raw: Any, path: str, reading: Reading) -> str:
    """One token, or a name from an earlier answer. Raises Unusable."""
    if field.options:
        found = find_option(field.options, raw)
        if found is None:
            raise Unusable(_not_among(field.options, raw))
        return found
    if not isinstance(raw, str):
        raise Unusable("Choose one of the names given earlier.")
    return _earlier_name(field, reading.limited(tidy(raw), _NAME_LIMIT), path, reading)


def _not_among(options: Sequence[Option], raw: Any) -> str:
    tokens = [option.value for option in options]
    hint = did_you_mean(fold(raw), tokens) if isinstance(raw, str) else ""
    listed = ", ".join(tokens[:_LISTED]) + (", …" if len(tokens) > _LISTED else "")
    return f'"{shown(raw)}" is not one of the options. Choose from: {listed}.{hint}'


def _earlier_name(field: Field, name: str, path: str, reading: Reading) -> str:
    """The name as it was spelled earlier; an unknown one is kept with a warning."""
    known = earlier_names(field, reading)
    spelled = {fold(other): other for other in known}.get(fold(name))
    if spelled is None and known and field.options_from is not None:
        hint = did_you_mean(name, known)
        reading.warn(path, f'"{shown(name)}" is not named in {field.options_from[0]}.{hint}')
    return spelled or name


def earlier_names(field: Field, reading: Reading) -> list[str]:
    """The names that another answer offers, as far as it is given."""
    if field.options_from is None:
        return []
    key, name = field.options_from
    answer = reading.values.get(key)
    if isinstance(answer, list):
        # A measure that is "other" goes by the name in the column beside it.
        found = [*column_of(answer, name), *column_of(answer, f"{name}_name")]
    else:
        held = field_of(answer, name, [])
        found = held if isinstance(held, list) else [held]
    return [name for name in found if isinstance(name, str)]


def read_multi(field: Field, raw: Any, path: str, reading: Reading) -> list[str]:
    """Tokens, each once; one string is split. Raises Unusable."""
    parts = _parts(field, raw)
    if len(parts) > LIST_LIMIT:
        raise Unusable(f"Choose at most {LIST_LIMIT}.")
    tokens = [
        read_choice(field, part, f"{path}[{number}]", reading)
        for number, part in enumerate(parts)
        if part not in (None, "")
    ]
    return list(dict.fromkeys(tokens))


def _parts(field: Field, raw: Any) -> list[Any]:
    if isinstance(raw, list):
        return raw
    if not isinstance(raw, str):
        return [raw]
    if field.options and find_option(field.options, raw) is not None:
        return [raw]
    parts = [part.strip() for part in re.split(r"[\n;]", tidy(raw))]
    # Labels and names may hold commas, so a comma divides only what is one piece so far.
    return _filled(parts[0].split(",") if len(parts) == 1 else parts)


def _filled(parts: Iterable[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]


def read_yes_no(raw: Any) -> bool:
    """true or false. Raises Unusable."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raise Unusable("Answer yes or no.")
    found = find_option(_YES_NO, raw)
    if found is None:
        raise Unusable("Answer yes or no.")
    return found == "yes"


def read_rating_label(field: Field, raw: Any) -> Any:
    """A rating may be given by the label of its number."""
    if field.options and isinstance(raw, str):
        return find_option(field.options, raw) or raw
    return raw
