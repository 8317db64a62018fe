"""The real worker with one difference: judging takes long enough to be killed in the middle."""

from __future__ import annotations

import os
import time
from typing import Any

from interviews.scoring import offline
from uaip_project.celery import app

SECONDS = float(os.environ.get("UAIP_TEST_SCORING_SECONDS", "0.5"))
_judge = offline.judge


def slowly(*args: Any, **kwargs: Any) -> Any:
    """Judges after a pause, as a language model would."""
    time.sleep(SECONDS)
    return _judge(*args, **kwargs)


offline.judge = slowly

__all__ = ["app"]
