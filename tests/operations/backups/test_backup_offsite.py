"""The copy elsewhere: a bucket of a real S3 server, here on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from accounts.models import User
from tests.builders.sessions import make_session
from tests.operations.backups.site import backup
from tests.operations.test_circuit_command import run
from uaip_project.operations.backups import folder, offsite

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 server; its address."""
    thread = ThreadedMotoServer(port=0, verbose=False)
    thread.start()
    host, port = thread.get_host_and_port()
    yield f"http://{host}:{port}"
    thread.stop()


@pytest.fixture
def bucket(server: str, site: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty bucket that the site copies into."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settings.BACKUP_S3_ENDPOINT = server
    settings.BACKUP_S3_ACCESS_KEY, settings.BACKUP_S3_SECRET_KEY = "operator", "of the bucket"
    settings.BACKUP_S3_BUCKET = "uaip-copies"
    keys = {"aws_access_key_id": "operator", "aws_secret_access_key": "of the bucket"}
    there = boto3.resource("s3", endpoint_url=server, **keys).Bucket("uaip-copies")
    there.create()
    yield there
    there.objects.delete()
    there.delete()


@pytest.mark.usefixtures("without_a_restore")
def test_the_copy_is_the_same_and_says_nothing_to_its_host(
    bucket: Any, site: Path, alice: User
) -> None:
    make_session(alice, "Heating canary")
    done = backup()
    assert done.code == 0, done
    (path,) = folder.archives()
    assert done.json["uploaded"] == f"s3://uaip-copies/uaip/{path.name}"
    raw = bucket.Object(f"uaip/{path.name}").get()["Body"].read()
    assert raw == path.read_bytes()
    assert b"Heating canary" not in raw
    listed = run("--json", "--remote", name="list_backups").json
    assert [one["is_elsewhere"] for one in listed["archives"]] == [True]
    offsite.download(path.name, site / "back")
    assert (site / "back").read_bytes() == raw


def test_a_copy_that_fails_is_a_problem_and_can_be_made_up_for(
    bucket: Any, settings: Settings
) -> None:
    settings.BACKUP_S3_BUCKET = "uaip-elsewhere"
    done = backup("--no-verify")
    (path,) = folder.archives()
    assert (done.code, done.json["uploaded"]) == (1, False)
    settings.BACKUP_S3_BUCKET = "uaip-copies"
    assert (
        run("--json", "--remote", name="list_backups").json["archives"][0]["is_elsewhere"] is False
    )
    assert backup("--upload", path.name).code == 0
    assert offsite.names_there() == {path.name}


def test_a_line_that_drops_once_is_tried_again_and_a_false_copy_is_not_believed(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, faults = offsite._put, [EndpointConnectionError(endpoint_url="s3")]

    def drop_once(client: Any, path: Path) -> None:
        if faults:
            raise faults.pop()
        real(client, path)

    monkeypatch.setattr(offsite, "_put", drop_once)
    assert backup("--no-verify").code == 0
    monkeypatch.setattr(offsite, "_hash_there", lambda client, name: "0" * 64)
    done = run("--upload", "latest", name="backup")
    assert (done.code, "what came back is not what was sent" in done.out) == (1, True)
