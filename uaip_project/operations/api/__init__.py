"""The HTTP API for those who run the installation."""
