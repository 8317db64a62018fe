"""Who an address and a password belong to."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class ByAddress(AuthenticationBackend):
    """Finds a person by today's address and hashes one password, whoever is asked for.

    Addresses that somebody once confirmed open nothing: an administrator may have changed them
    since. A service account comes with a key, so here it does not exist.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        people = User.objects.filter(kind=User.Kind.PERSON)
        return self._check_password(people.filter(email=email.strip().lower()).first(), password)

    def user_can_authenticate(self, user: User) -> bool:
        """Also asked with every request of a browser: a session of anybody else counts nothing."""
        return bool(user.is_active) and user.kind == User.Kind.PERSON
