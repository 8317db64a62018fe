"""Why an act on a case cannot be done, as a sentence that says what would allow it."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A situation that a face turns into an answer; its text is the sentence."""

    status = 409

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotYours(Refusal):
    """This person may not do it, whatever the state of the case."""

    status = 403


class NotNow(Refusal):
    """Nobody can do it in the state that the case is in."""


class Unfit(Refusal):
    """What was sent cannot be taken; ``fields`` names each part with its sentence."""

    status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class Changed(Refusal):
    """Somebody else was faster: what was read is not what stands there now."""

    status = 412
