"""Tables of the top floor."""

from governance.models.decision import Decision

__all__ = ["Decision"]
