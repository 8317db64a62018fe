"""What the rooms ask of a language model and what comes back, without any vendor's word."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel

Content = TypeVar("Content", bound=BaseModel)


class Purpose(StrEnum):
    """Why a model is asked; a column of the ledger and a closed set for metrics."""

    SCORE = "score"
    #: The second opinion on a score that stands far above the embedded scorer's.
    RECHECK = "recheck"
    CONTRADICTIONS = "contradictions"
    PROSE = "prose"
    COACH = "coach"
    PREFILL = "prefill"
    #: An operator's test call.
    CHECK = "check"


class FaultKind(StrEnum):
    """How asking a model can fail; decides about retry, fallback and circuit (reliability.md D6)."""

    NOT_CONFIGURED = "not_configured"
    TIMEOUT = "timeout"
    THROTTLED = "throttled"
    #: 5xx, a reset connection, DNS or TLS trouble.
    UNAVAILABLE = "unavailable"
    #: 401 or 403: the key is wrong or revoked.
    KEY_REFUSED = "key_refused"
    UNKNOWN_MODEL = "unknown_model"
    BAD_REQUEST = "bad_request"
    TOO_LONG = "too_long"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    #: Not JSON at all.
    MALFORMED = "malformed"
    #: JSON of another shape than asked for.
    WRONG_SHAPE = "wrong_shape"
    OVER_BUDGET = "over_budget"
    #: Somebody marked it "keep away from the model", or deleted it, while it was on its way.
    KEPT_AWAY = "kept_away"
    CIRCUIT_OPEN = "circuit_open"
    #: Too many calls are under way already.
    BUSY = "busy"


class ModelFault(Exception):
    """A model gave no usable reply; ``str()`` is safe to show: no key, no text of a person."""

    def __init__(
        self, kind: FaultKind, detail: str = "", *, retry_after: float | None = None
    ) -> None:
        super().__init__(detail or kind.value.replace("_", " "))
        self.kind = kind
        self.detail = detail
        #: Seconds that the provider asked us to wait.
        self.retry_after = retry_after


@dataclass(frozen=True)
class ModelRequest(Generic[Content]):
    """One question to a model.

    ``system`` is the stable part, taken from a prompt file and the same for every call of a
    prompt version; ``user`` carries the data. ``reply_type`` is the shape that the reply must
    have. Times and tokens: ``max_tokens`` of the reply; temperature 0 to 2.
    """

    purpose: Purpose
    prompt_version: str
    system: str
    user: str
    reply_type: type[Content]
    max_tokens: int = 1000
    temperature: float = 0.0
    session_id: int | None = None
    question_keys: tuple[str, ...] = ()
    #: Earlier answers of the session that are told along.
    related_keys: tuple[str, ...] = ()
    #: What was wrong with the last reply, when this is the one repair attempt.
    repair_note: str = ""

    @property
    def user_text(self) -> str:
        """The changing part, with the note of a repair attempt."""
        return f"{self.user}\n\n{self.repair_note}" if self.repair_note else self.user

    @property
    def sent_text(self) -> str:
        """Everything that leaves the house for this request, as the provider gets it."""
        return f"{self.system}\n\n{self.user_text}"

    @property
    def sent_hash(self) -> str:
        """SHA-256 of the text sent."""
        return hashlib.sha256(self.sent_text.encode("utf-8")).hexdigest()

    def repaired(self, note: str) -> ModelRequest[Content]:
        """The same request with a note on what was wrong with the last reply."""
        return replace(self, repair_note=note)


#: What a column of the ledger holds: a larger figure is a provider's nonsense.
MOST_TOKENS = 100_000_000


@dataclass(frozen=True)
class Usage:
    """Tokens as the provider counted them; ``cached_in`` is the part of ``tokens_in`` read from its cache."""

    tokens_in: int = 0
    tokens_out: int = 0
    cached_in: int = 0


class Stop(StrEnum):
    """Why a reply ended."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    REFUSED = "refused"


@dataclass(frozen=True)
class ProviderReply:
    """What one provider answered, unread."""

    text: str
    stop: Stop = Stop.COMPLETE
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class ModelReply(Generic[Content]):
    """A reply of the right shape, and who gave it."""

    content: Content
    provider: str
    model: str
    usage: Usage
    #: From our own response cache: nothing left the house.
    is_cached: bool = False
