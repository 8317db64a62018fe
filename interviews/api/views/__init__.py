"""The operations of the interviews, by what they are about."""
