"""What is left to do after a restore was killed between its two swaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.services import audit, audit_anchors, audit_check
from tests.operations.command import run
from tests.operations.restoring.site import Site
from uaip_project.operations.restoring import files


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it is done."""


def test_the_folder_of_deeds_follows_its_database(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.record(type="test.then", actor=None, subject="system")
    audit_anchors.write_anchor()
    path: Path = site.backup(is_verified=False)
    audit.record(type="test.later", actor=None, subject="system")
    audit_anchors.write_anchor()
    with monkeypatch.context() as patch:
        patch.setattr(files, "swap", _kill)
        with pytest.raises(Killed):
            run("restore", str(path), "--force")
    # An anchor of the old folder knows a deed that the new database lacks.
    assert not audit_check.verify().is_whole
    assert run("restore", "nowhere", "--force").code == 2
    assert audit_check.verify().is_whole


def _kill(stamp: str) -> None:
    raise Killed
