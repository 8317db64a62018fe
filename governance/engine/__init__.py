"""The decision engine: facts in, one decision out; pure, table-driven, versioned."""

from charters.canonical import canonical_bytes
from governance.engine.decide import decide
from governance.engine.decision import ENGINE_VERSION, Decision, DecisionValue
from governance.engine.facts import Facts, UnusableFacts, read_facts
from governance.engine.thresholds import Thresholds

__all__ = [
    "ENGINE_VERSION",
    "Decision",
    "DecisionValue",
    "Facts",
    "Thresholds",
    "UnusableFacts",
    "canonical_bytes",
    "decide",
    "read_facts",
]
