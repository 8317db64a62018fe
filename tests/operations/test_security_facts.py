"""The tables for whoever answers for the installation name every secret, and the list of packages is whole."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest

from tests.house.tree import ROOT
from uaip_project import env

PAGE = (ROOT / "docs" / "reference" / "security-facts.md").read_text(encoding="utf-8")
SCRIPT = ROOT / "deploy" / "scripts" / "sbom.py"


def test_every_secret_has_its_row() -> None:
    secrets = {one.name for one in env.FOUND.values() if one.is_secret}
    part = PAGE.split("## Secrets and algorithms")[1].split("##")[0]
    assert {name for name in secrets if f"`{name}`" not in part} == set()


@pytest.fixture(scope="module")
def bill() -> Any:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, check=True)
    return json.loads(done.stdout)


def test_the_bill_holds_every_pinned_package_as_it_is_installed(bill: Any) -> None:
    listed = {one["name"]: one["version"] for one in bill["components"]}
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", text, re.MULTILINE))
    plain = runpy.run_path(str(SCRIPT))["plain"]
    assert {name for name in map(plain, pinned) if listed.get(name) != version(name)} == set()


def test_it_holds_what_they_bring_in_and_nothing_of_the_tests(bill: Any) -> None:
    listed = {one["name"] for one in bill["components"]}
    assert {"asgiref", "kombu", "cryptography", "argon2-cffi"} <= listed
    assert not {"pytest", "playwright", "schemathesis"} & listed
    assert all(one["purl"].startswith("pkg:pypi/") for one in bill["components"])
    assert bill["specVersion"] == "1.6"
