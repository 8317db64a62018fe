"""The broker of a single machine survives writers and readers that meet half-way."""

from __future__ import annotations

from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from uaip_project import broker


@pytest.fixture
def channel(tmp_path: Path) -> Any:
    """A channel of the transport that the house uses, on folders of its own."""
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://localhost", transport_options=options) as connection:
        yield connection.channel()


def test_the_house_uses_its_own_channel(channel: Any) -> None:
    assert isinstance(channel, broker.Channel)


def test_a_message_arrives_as_it_was_sent(channel: Any) -> None:
    channel._put("celery", {"body": "Küche"})
    assert channel._get("celery") == {"body": "Küche"}
    with pytest.raises(Empty):
        channel._get("celery")


def test_nothing_is_left_beside_a_message(channel: Any, tmp_path: Path) -> None:
    channel._put("celery", {"body": 1})
    assert [one.suffix for one in (tmp_path / "queue").iterdir()] == [".msg"]


@pytest.mark.parametrize("content", ["", '{"body": '])
def test_a_half_written_message_does_not_end_the_worker(
    channel: Any, tmp_path: Path, content: str
) -> None:
    (tmp_path / "queue" / "0_a.celery.msg").write_text(content)
    channel._put("celery", {"body": 1})
    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._get("celery") == {"body": 1}


def test_a_damaged_table_of_queues_is_a_fault_the_doorbell_knows(
    channel: Any, tmp_path: Path
) -> None:
    (tmp_path / "control" / "celery.exchange").write_text("")
    with pytest.raises(ChannelError):
        channel.get_table("celery")


def test_a_full_folder_is_a_fault_the_doorbell_knows(channel: Any, tmp_path: Path) -> None:
    channel.connection.client.transport_options["data_folder_out"] = str(tmp_path / "gone")
    other = channel.connection.client.channel()
    with pytest.raises(ChannelError):
        other._put("celery", {"body": 1})
