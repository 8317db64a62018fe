"""Builds the inputs of any question from protocol data, and reads them back as raw JSON."""
