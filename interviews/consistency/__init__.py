"""Gate rules, cross-stage rules, gates and confidence: pure functions of the answers."""
