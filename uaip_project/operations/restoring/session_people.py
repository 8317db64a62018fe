"""Who the people of an archive are here."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User

#: Primary key in the archive -> code and address there.
People = dict[int, tuple[UUID, str]]


def read_people() -> People:
    """Everybody, of the connection in force."""
    rows = User.objects.values_list("pk", "code", "email")
    return {pk: (code, email) for pk, code, email in rows}


def found_or_made(code: UUID, email: str, made: list[str]) -> User:
    """The same person by code, else by address, else a row without a name that nobody can use."""
    known = User.objects.filter(code=code).first() or User.objects.filter(email=email).first()
    if known is not None:
        return known
    made.append(str(code))
    # ".invalid" receives no mail, by RFC 2606.
    return User.objects.create_user(f"{code}@gone.invalid", code=code, is_active=False)
