"""A local server that speaks the protocols of the language model providers."""
