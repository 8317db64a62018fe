"""A fast password hasher that tells how often it was at work."""

from __future__ import annotations

from django.contrib.auth.hashers import MD5PasswordHasher


class Counting(MD5PasswordHasher):
    """``runs`` counts every hash; set it to 0 before looking."""

    runs = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.runs += 1
        return super().encode(password, salt)
