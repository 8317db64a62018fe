"""The examples of docs/how-to/use-the-api.md are sent as they stand there, and answered so."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.services import keys
from tests.builders.people import make_person
from tests.house.tree import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = ROOT / "docs" / "how-to" / "use-the-api.md"
EXAMPLE = re.compile(r"^\$ (curl .*?[^\\])\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: The example that gives these, by what it asks.
SECRETS = {"TOKEN": "access_token", "REFRESH": "refresh_token"}


def shape(text: str) -> Any:
    """The keys of a reply, all the way down: tokens and times differ each time."""
    return _keys(json.loads(text)) if text.strip() else None


def _keys(value: Any) -> Any:
    return {name: _keys(one) for name, one in value.items()} if isinstance(value, dict) else "…"


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine")
def test_every_example_is_answered_as_the_page_says(live_server: LiveServer) -> None:
    ada = make_person("ada")
    key = keys.issue_key(user=ada, name="docs", scopes=["session.view"], by=ada)
    known = {"KEY": key.secret}
    examples = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(examples) >= 6
    for command, shown in examples:
        done = subprocess.run(
            ["bash", "-c", command.replace("http://localhost:10000", live_server.url)],  # noqa: S607
            env={**os.environ, **known},
            capture_output=True,
            text=True,
            check=True,
        )
        assert shape(done.stdout) == shape(shown), command
        if "access_token" in done.stdout:
            body = json.loads(done.stdout)
            known |= {name: body[member] for name, member in SECRETS.items()}
