"""Answers as data: any JSON in, one canonical value out, and that value in words."""

from __future__ import annotations

from interviews.protocol.issues import Issue
from interviews.protocol.values.cleaning import Cleaned, clean
from interviews.protocol.values.display import display, free_text
from interviews.protocol.values.plain import plain

__all__ = ["Cleaned", "Issue", "clean", "display", "free_text", "plain"]
