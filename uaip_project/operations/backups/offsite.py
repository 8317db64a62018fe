"""The copy elsewhere: archives in a bucket that speaks S3."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from accounts import kept_files
from uaip_project.operations.backups import folder

TRIES = 3
_CHUNK = 1024 * 1024


class UploadFailed(Exception):
    """The archive is not in the bucket; here it lies as before."""


@dataclass(frozen=True)
class Uploaded:
    """Where the copy lies; its bytes were read back and are the same."""

    address: str
    sha256: str


def is_configured() -> bool:
    """Whether there is a bucket."""
    return bool(settings.BACKUP_S3_BUCKET)


def upload(path: Path) -> Uploaded:
    """Copies an archive and its mark into the bucket and reads the copy back.

    Raises UploadFailed after TRIES tries.
    """
    client = _client()
    expected = kept_files.file_hash(path)
    said = ""
    for _ in range(TRIES):
        try:
            _put(client, path)
            found = _hash_there(client, path.name)
        except (BotoCoreError, ClientError, Boto3Error, OSError) as fault:
            said = str(fault)
            continue
        if found == expected:
            return Uploaded(f"s3://{settings.BACKUP_S3_BUCKET}/{_key(path.name)}", expected)
        said = "what came back is not what was sent"
    raise UploadFailed(f"{path.name} is not in {settings.BACKUP_S3_BUCKET}: {said}")


def names_there() -> set[str]:
    """The archives in the bucket. Raises UploadFailed."""
    pages = _client().get_paginator("list_objects_v2")
    found: set[str] = set()
    try:
        for page in pages.paginate(Bucket=settings.BACKUP_S3_BUCKET, Prefix=_key("")):
            found |= {one["Key"].removeprefix(_key("")) for one in page.get("Contents", [])}
    except (BotoCoreError, ClientError) as fault:
        raise UploadFailed(f"{settings.BACKUP_S3_BUCKET} does not answer: {fault}") from fault
    return {name for name in found if folder.taken_at(name)}


def download(name: str, to: Path) -> None:
    """Brings an archive back. Raises UploadFailed."""
    part = to.with_name(f"{to.name}.part")
    try:
        _client().download_file(settings.BACKUP_S3_BUCKET, _key(name), str(part))
        kept_files.settle(part, to)
    except (BotoCoreError, ClientError, Boto3Error, OSError) as fault:
        raise UploadFailed(f"{name} did not come back: {fault}") from fault
    finally:
        part.unlink(missing_ok=True)


def _put(client: Any, path: Path) -> None:
    for file in (path, folder.mark_path(path)):
        if file.is_file():
            client.upload_file(str(file), settings.BACKUP_S3_BUCKET, _key(file.name))


def _hash_there(client: Any, name: str) -> str:
    digest = hashlib.sha256()
    body = client.get_object(Bucket=settings.BACKUP_S3_BUCKET, Key=_key(name))["Body"]
    for chunk in body.iter_chunks(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _key(name: str) -> str:
    return f"{settings.BACKUP_S3_PREFIX}{name}"


def _client() -> Any:
    """Without keys in the settings the SDK looks where it always does: role, profile, environment."""
    return boto3.client(
        "s3",
        endpoint_url=settings.BACKUP_S3_ENDPOINT or None,
        aws_access_key_id=settings.BACKUP_S3_ACCESS_KEY or None,
        aws_secret_access_key=settings.BACKUP_S3_SECRET_KEY or None,
        config=Config(
            connect_timeout=10,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 3},
            request_checksum_calculation="when_required",
        ),
    )
