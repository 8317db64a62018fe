"""What would change a decision: minimal sets of things that people can do (docs/explanation)."""

from governance.engine.counterfactuals.changes import Change, Obstacle, apply_changes, patched
from governance.engine.counterfactuals.search import WayOut, WaysOut, ways_out

__all__ = ["Change", "Obstacle", "WayOut", "WaysOut", "apply_changes", "patched", "ways_out"]
