"""Asking language models: what the person, the ledger and the circuit see."""
