"""Ground floor: who people are, what they may do, who did what, and the work that waits."""
