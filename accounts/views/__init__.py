"""Pages about people and what lets programs in."""
