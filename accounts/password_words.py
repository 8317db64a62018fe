"""Words that everybody here knows are no part of a password."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError

#: A shorter word stands in too many others.
SHORTEST = 4


class NoHouseWords:
    """Refuses passwords that hold one of ``words``, whatever the case and the signs between."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = [word for word in map(_plain, words) if len(word) >= SHORTEST]

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        text = _plain(password)
        if any(word in text for word in self.words):
            raise ValidationError(self.get_help_text(), code="password_house_word")

    def get_help_text(self) -> str:
        return "The password holds a word that everybody here knows. Leave it out."


def _plain(text: str) -> str:
    """Letters and digits alone: U-AIP, uaip and U.A.I.P. are one word."""
    return re.sub(r"[\W_]+", "", text.casefold())
