"""The embedded broker: kombu's file transport, made safe for a reader that comes too early.

Its writers open a file and then fill it. A reader in between gets nothing, which ends a worker, or
fails the ring of an answer that is stored already.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import Empty
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

TRIES, PAUSE_SECONDS = 10, 0.02


class Channel(filesystem.Channel):
    """Messages appear whole; one that cannot be read is no message."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        """Writes beside, then renames. Raises ChannelError when the disk does not take it."""
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid4()}"
        part = folder / f"{name}.part"
        try:
            part.write_text(dumps(payload), encoding="utf-8")
            part.rename(folder / f"{name}.{queue}.msg")
        except OSError as fault:
            part.unlink(missing_ok=True)
            raise ChannelError(f"The message could not be written: {fault}") from fault

    def _get(self, queue: str) -> Any:
        """The next message. Raises Empty, also for one that is damaged: the sweeper rings again."""
        try:
            return super()._get(queue)
        except ValueError:
            raise Empty from None

    def get_table(self, exchange: str) -> Any:
        """Where messages go. Raises ChannelError when it cannot be read."""
        return _patiently(lambda: super(Channel, self).get_table(exchange))

    def _queue_bind(self, *args: Any) -> None:
        """Makes the queue known. Raises ChannelError when that is not possible."""
        _patiently(lambda: super(Channel, self)._queue_bind(*args))


def _patiently(work: Callable[[], Any]) -> Any:
    """Looks again while another process is writing what is read."""
    for _ in range(TRIES):
        try:
            return work()
        except ValueError:
            sleep(PAUSE_SECONDS)
    raise ChannelError("The broker's folder holds a file that cannot be read.")


class Transport(filesystem.Transport):
    """Known to kombu as "filesystem"."""

    Channel = Channel
