"""The HTTP API of charters and their decisions."""
