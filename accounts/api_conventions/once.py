"""Idempotency-Key: a POST that is sent again is answered again, and done once."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.encoding import force_str
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_errors import Conflict, UnderWay, Unusable
from accounts.models import IdempotencyRecord
from accounts.sealed_fields import sealed_changes

Handler = Callable[..., Response]

#: A request that lives has locked its record by then; one that has not died, and did nothing.
ARRIVED = timedelta(seconds=3)
#: After this a key may be used for something else.
KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def answered_once(handler: Handler) -> Handler:
    """Has a view's ``post`` honour Idempotency-Key.

    The deed and the stored reply are one transaction, which holds the record locked: whatever
    dies in between did nothing, and whoever gets the lock knows it.
    Refusals are not stored: nothing was done, so the key stays free.
    """

    @functools.wraps(handler)
    def post(view: Any, request: Request, *args: Any, **parameters: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **parameters)
        if not _KEY.fullmatch(key):
            raise Unusable({"Idempotency-Key": ["Give 1 to 255 visible ASCII characters."]})
        record, is_new = _take(request, key)
        if not is_new:
            return _again(record, request)
        return _first_time(record, view, lambda: handler(view, request, *args, **parameters))

    return post


def _take(request: Request, key: str) -> tuple[IdempotencyRecord, bool]:
    """The record of this key, and whether this request is the one that does the deed."""
    wanted = {"fingerprint": _fingerprint(request), "received_at": timezone.now()}
    try:
        with transaction.atomic():
            made = IdempotencyRecord.objects.create(user=request.user, key=key, **wanted)
        return made, True
    except IntegrityError:
        found = IdempotencyRecord.objects.filter(user=request.user, key=key).first()
    if found is None:
        # Refused and freed between our two looks.
        raise Conflict("Another request with this key just ended. Try again.")
    with transaction.atomic():
        # As it was when we looked: a request that ended since has done its deed.
        same = IdempotencyRecord.objects.filter(
            pk=found.pk, received_at=found.received_at, status_code=found.status_code
        )
        if not _is_spent(found) or not _is_left(same):
            return found, False
        taken = same.update(**wanted, status_code=None, body=None, location="")
    found.refresh_from_db()
    return found, bool(taken)


def _is_spent(record: IdempotencyRecord) -> bool:
    """Older than we keep it, or perhaps left behind by a request that died."""
    age = timezone.now() - record.received_at
    return age > KEPT_FOR or (record.status_code is None and age > ARRIVED)


def _is_left(record: QuerySet[IdempotencyRecord]) -> bool:
    """Whether nobody works under this record; locks it. On SQLite only one writes at a time."""
    return record.select_for_update(skip_locked=True).exists()


def _fingerprint(request: Request) -> str:
    """SHA-256 of method, address and body; of an upload its fields and files."""
    whole = request._request
    digest = hashlib.sha256(f"{whole.method} {whole.get_full_path()}\n".encode())
    if (whole.content_type or "").startswith("multipart/"):
        digest.update(json.dumps(sorted(whole.POST.lists())).encode())
        for name, file in sorted(whole.FILES.items()):
            digest.update(f"{name}:{file.name}:{file.size}\n".encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    else:
        digest.update(whole.body)
    return digest.hexdigest()


def _again(record: IdempotencyRecord, request: Request) -> Response:
    if record.fingerprint != _fingerprint(request):
        raise Unusable(
            {"Idempotency-Key": ["This key was used for another request. Use a new one."]}
        )
    if record.status_code is None:
        raise UnderWay
    if record.body is None and record.status_code != 204:
        raise Conflict(
            "This was done, and its reply showed a secret, which is not kept.",
            {"location": record.location},
        )
    response = Response(record.body, status=record.status_code)
    response["Idempotency-Replayed"] = "true"
    if record.location:
        response["Location"] = record.location
    return response


def _first_time(record: IdempotencyRecord, view: Any, deed: Callable[[], Response]) -> Response:
    is_kept = False
    try:
        with transaction.atomic():
            if not _is_left(_mine(record)):
                raise UnderWay
            response = deed()
            if response.status_code < 300:
                _keep(record, view, response)
                is_kept = True
    finally:
        if not is_kept:
            _mine(record).delete()
    return response


def _keep(record: IdempotencyRecord, view: Any, response: Response) -> None:
    is_secret = getattr(view, "shows_secret", False)
    rendered = None if is_secret else force_str(JSONRenderer().render(response.data) or b"null")
    answer = sealed_changes(
        record,
        status_code=response.status_code,
        body=None if rendered is None else json.loads(rendered),
        location=response.get("Location", ""),
    )
    if not _mine(record).update(**answer):
        # It took so long that another request with the same key began: this one is undone.
        raise Conflict("The request took too long. Try again.")


def _mine(record: IdempotencyRecord) -> QuerySet[IdempotencyRecord]:
    same = IdempotencyRecord.objects.filter(pk=record.pk, received_at=record.received_at)
    return same.filter(status_code=None)
