"""The HTTP API's doors: tokens for programs."""
