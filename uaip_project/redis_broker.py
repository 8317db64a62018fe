"""The Redis broker: kombu's transport, made to outlive the loss of its server.

When the server goes, kombu lets go of the connection first and then puts unfinished messages back
by it, or confirms them. That ends the whole worker with an AttributeError, its running jobs with
it. Told that the connection is gone, kombu and Celery do what they do for every such fault: they
go on, and come back when the server does.

When it is slow for a while, messages are not confirmed in time, and each of them keeps its place
among those that a worker may have in hand, until no place is left and the worker hears nothing any
more. Here the place is free whatever became of the confirmation.

Nothing is lost with the messages: the broker only rings, the jobs table knows the work
(reliability.md D2).
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis
from kombu.transport.virtual import base
from redis.exceptions import ConnectionError


class QoS(redis.QoS):
    """What a worker has in hand; what it could not confirm is in its hand no longer."""

    def ack(self, delivery_tag: str) -> None:
        """Raises what the client raises when the server cannot be told; it rings again later."""
        try:
            self._remove_from_indices(delivery_tag).execute()
        finally:
            base.QoS.ack(self, delivery_tag)


class Channel(redis.Channel):
    """A channel that says when nothing stands behind it any more."""

    QoS = QoS

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        """How to reach the server. Raises ConnectionError after the connection was let go."""
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("The connection to the broker is gone.")
        return super()._connparams(*args, **kwargs)


class Transport(redis.Transport):
    """Known to kombu as "redis" and "rediss"."""

    Channel = Channel
