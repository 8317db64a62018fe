"""What a model turned out not to accept, remembered for the life of the process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Objection(StrEnum):
    """A part of a request that a provider refused by name."""

    FORMAT = "format"
    TEMPERATURE = "temperature"
    LENGTH = "length"


class Format(StrEnum):
    """How a reply's shape is asked for, from strict to loose."""

    SCHEMA = "schema"
    #: A JSON object guided by a schema beside the word, as llama.cpp takes it.
    GUIDED = "guided"
    #: Any JSON object, with the schema in the prompt.
    OBJECT = "object"
    #: Plain text, with the schema in the prompt.
    TEXT = "text"


@dataclass(frozen=True)
class Manners:
    """How one model of one provider wants to be asked."""

    formats: tuple[Format, ...] = (Format.SCHEMA, Format.OBJECT, Format.TEXT)
    has_temperature: bool = True
    #: Words for the most tokens of a reply: the one in use first.
    token_words: tuple[str, ...] = ("max_tokens",)

    @property
    def format(self) -> Format:
        """The strictest way that was not refused."""
        return self.formats[0]

    @property
    def token_word(self) -> str:
        """The word in use for the most tokens of a reply."""
        return self.token_words[0]

    def without(self, objection: Objection | None) -> Manners | None:
        """The manners that avoid an objection; None where nothing is left to give up."""
        if objection == Objection.FORMAT and len(self.formats) > 1:
            return replace(self, formats=self.formats[1:])
        if objection == Objection.TEMPERATURE and self.has_temperature:
            return replace(self, has_temperature=False)
        if objection == Objection.LENGTH and len(self.token_words) > 1:
            return replace(self, token_words=self.token_words[1:])
        return None


#: By key hash and model.
_learned: dict[tuple[str, str], Manners] = {}


def manners_of(key_hash: str, model: str, first: Manners) -> Manners:
    """What was learned about a model, or how to ask it the first time."""
    return _learned.get((key_hash, model), first)


def learn(key_hash: str, model: str, manners: Manners) -> None:
    """Remembers how a model wants to be asked.

    Threads that met the same objection at once write the same, for each starts from what it sent.
    """
    _learned[key_hash, model] = manners


def forget() -> None:
    """Starts anew with every model."""
    _learned.clear()
