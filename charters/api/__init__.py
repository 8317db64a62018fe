"""The HTTP API of the charter's words; the charter itself belongs to governance (docs/adr/0010)."""
