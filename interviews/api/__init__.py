"""The interviews as programs meet them: the same services as the pages."""
