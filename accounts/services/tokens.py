"""Tokens of programs that sign in as a person: short access tokens, refresh tokens used once.

A family is one sign-in. Its access tokens are checked against its row with every call, so that
signing out, reuse, another password or deactivating the person ends them at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import second_factor, signing
from accounts.models import RefreshToken, TokenFamily, User
from accounts.services import audit

ACCESS_SECONDS = 3600
#: Counted from the sign-in: renewing does not prolong it.
FAMILY_LIFE = timedelta(days=30)
ISSUER, AUDIENCE, TYPE = "uaip", "uaip-api", "access"
CLAIMS = ["iss", "aud", "sub", "typ", "jti", "epoch", "iat", "exp"]
#: Ours have about 900 characters.
LONGEST = 4096


class TokenRefused(Exception):
    """No door opens to this token."""


@dataclass(frozen=True)
class Issued:
    """What a program gets: the only moment at which the refresh token is known."""

    access_token: str
    refresh_token: str
    expires_in: int = ACCESS_SECONDS


@transaction.atomic
def start_family(*, user: User, client: str = "") -> Issued:
    """The first tokens after a sign-in. ``client`` is what the program calls itself."""
    family = TokenFamily.objects.create(
        code=uuid.uuid4(),
        user=user,
        client=client[:200],
        auth_hash=user.get_session_auth_hash(),
    )
    issued = _issue(family, timezone.now() + FAMILY_LIFE)
    audit.record(
        type="token.issued",
        actor=user,
        subject=audit.person(user),
        detail={"family": str(family.code)},
    )
    return issued


def refresh(*, secret: str) -> Issued:
    """New tokens for a refresh token, which is used up by it. Raises TokenRefused.

    A second use ends the family: one of the two who used it is not whom we gave it to.
    """
    issued = _exchange(secret)
    if issued is None:
        raise TokenRefused
    return issued


@transaction.atomic
def _exchange(secret: str) -> Issued | None:
    row = _row_of(secret)
    if row is None or not _lives(row.family) or second_factor.is_missing(row.family.user):
        return None
    # The row's own columns alone: PostgreSQL looks at them again after waiting for another's use.
    unused = RefreshToken.objects.filter(pk=row.pk, used_at=None, expires_at__gt=Now())
    if unused.update(used_at=Now()):
        _remember_secret_key(row.family)
        return _issue(row.family, row.expires_at)
    if RefreshToken.objects.filter(pk=row.pk, used_at__isnull=False).exists():
        _end(row.family, deed="token.reused", why="reused", by=None)
    return None


def end_family(*, family: TokenFamily, by: User | None, why: str = "signed out") -> bool:
    """Ends a family at once; False when it had ended before."""
    return _end(family, deed="token.ended", why=why, by=by)


@transaction.atomic
def _end(family: TokenFamily, *, deed: str, why: str, by: User | None) -> bool:
    lived = TokenFamily.objects.filter(pk=family.pk, ended_at=None)
    if not lived.update(ended_at=Now(), ended_why=why):
        return False
    audit.record(
        type=deed,
        actor=by,
        subject=audit.person(family.user),
        detail={"family": str(family.code), "why": why},
    )
    return True


@transaction.atomic
def end_families_of(*, user: User, by: User | None, why: str) -> int:
    """Ends every family of a person; how many lived."""
    alive = TokenFamily.objects.filter(user=user, ended_at=None).select_related("user")
    return sum(end_family(family=one, by=by, why=why) for one in alive.order_by("pk"))


def family_of(*, refresh_token: str) -> TokenFamily | None:
    """The family of a refresh token, used or not."""
    row = _row_of(refresh_token)
    return row.family if row else None


def read_access(token: str) -> TokenFamily:
    """The living family of an access token, with its user. Raises TokenRefused. One query."""
    claims = _claims(token)
    family = _family(claims)
    if family is None or not _lives(family) or family.user.epoch != claims["epoch"]:
        raise TokenRefused
    return family


@transaction.atomic
def forget_expired() -> int:
    """Deletes refresh tokens that nobody can use any more, and families without any."""
    gone = timezone.now() - timedelta(days=1)
    deleted, _ = RefreshToken.objects.filter(expires_at__lt=gone).delete()
    TokenFamily.objects.filter(refresh_tokens=None, started_at__lt=gone).delete()
    return deleted


def _issue(family: TokenFamily, expires_at: Any) -> Issued:
    secret = secrets.token_urlsafe(32)
    RefreshToken.objects.create(family=family, digest=_digest(secret), expires_at=expires_at)
    return Issued(_access_token(family), secret)


def _access_token(family: TokenFamily) -> str:
    ring = signing.ring()
    now = int(timezone.now().timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(family.user.code),
        "typ": TYPE,
        "jti": f"{family.code}.{secrets.token_urlsafe(12)}",
        "epoch": family.user.epoch,
        "iat": now,
        "exp": now + ACCESS_SECONDS,
    }
    return jwt.encode(claims, ring.private, signing.ALGORITHM, headers={"kid": ring.kid})


def _claims(token: str) -> dict[str, Any]:
    """What a token signed by us says. The algorithm is ours to choose, never the token's."""
    if len(token) > LONGEST:
        raise TokenRefused
    try:
        key = signing.ring().public.get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            raise TokenRefused
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[signing.ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": CLAIMS},
        )
    except (jwt.InvalidTokenError, RecursionError):
        raise TokenRefused from None
    if claims["typ"] != TYPE:
        raise TokenRefused
    return claims


def _family(claims: dict[str, Any]) -> TokenFamily | None:
    """By the codes in a token whose signature is ours already."""
    code = claims["jti"].partition(".")[0]
    rows = TokenFamily.objects.select_related("user")
    return rows.filter(code=code, user__code=claims["sub"]).first()


def _lives(family: TokenFamily) -> bool:
    """Not ended, of an active person, whose password and epoch are those of the sign-in."""
    user = family.user
    if family.ended_at is not None or not user.is_active or user.kind != User.Kind.PERSON:
        return False
    known = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(hmac.compare_digest(family.auth_hash, one) for one in known)


def _remember_secret_key(family: TokenFamily) -> None:
    """After SECRET_KEY was rotated: the family goes on when the older key is taken out."""
    present = family.user.get_session_auth_hash()
    if family.auth_hash != present:
        TokenFamily.objects.filter(pk=family.pk).update(auth_hash=present)


def _row_of(secret: str) -> RefreshToken | None:
    rows = RefreshToken.objects.select_related("family__user")
    return rows.filter(digest=_digest(secret)).first()


def _digest(secret: str) -> str:
    """Of 256 random bits: nothing slower is needed to keep them from being guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
