"""Makes requests from the published schema, sends them in this process, and judges the replies."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
import schemathesis
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http import HttpResponseBase
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.world import MARK, World
from uaip_project.api_pages import whole_schema

HOST = "http://testserver"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
#: A parameter is most often that of something real.
WHOSE = st.sampled_from(["own", "own", "own", "others", "others", "generated"])


@dataclass(frozen=True)
class Plan:
    """Who asks how much; the same seed asks the same again, but for the codes in addresses."""

    who: str
    cases: int
    seed: int


@dataclass
class Tally:
    """What came back."""

    cases: int
    faults: list[str]
    statuses: dict[int, int]
    #: Operations that were not refused at least once.
    granted: set[str]


def operations() -> list[Any]:
    """Every operation of the schema that programs are given."""
    text = json.dumps(whole_schema(), default=str)
    schema = schemathesis.openapi.from_dict(json.loads(text))
    return [found.ok() for found in schema.get_all_operations()]


def fuzz(world: World, plan: Plan) -> Tally:
    """Spreads the cases over all operations, at least one each; each case is undone.

    What an operation with few possible cases leaves goes to those after it.
    """
    tally = Tally(0, [], {}, set())
    known = operations()
    for place, operation in enumerate(known):
        share = math.ceil((plan.cases - tally.cases) / (len(known) - place))
        _ask_one(world, plan, operation, max(share, 1), tally)
    return tally


def _ask_one(world: World, plan: Plan, operation: Any, share: int, tally: Tally) -> None:
    """``share`` cases of one operation; the first fault ends them, as it would come again."""
    strategies = [operation.as_strategy(generation_mode=mode) for mode in MODES]

    @seed(plan.seed)
    @settings(
        max_examples=share,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def each(data: st.DataObject) -> None:
        if tally.cases >= limit:
            return
        case = data.draw(st.one_of(strategies))
        _put_real_things(case, world, data)
        is_versioned = data.draw(st.booleans())
        tally.cases += 1
        _judge(case, _send(case, world.keys.get(plan.who), is_versioned), plan, tally)

    limit = tally.cases + share
    each()


def _put_real_things(case: Any, world: World, data: st.DataObject) -> None:
    """Codes that exist, in place of those that were made up."""
    for name in case.path_parameters or {}:
        whose = data.draw(WHOSE)
        if whose == "generated":
            continue
        values = world.own if whose == "own" else world.others
        value = values.get(name) or values.get(_kind(case.operation.path))
        if value is not None:
            case.path_parameters[name] = value


def _kind(path: str) -> str:
    """/api/v1/sessions/{code}/pause -> sessions"""
    return path.partition("/{")[0].rpartition("/")[2]


@dataclass(frozen=True)
class Exchange:
    """What was sent and what came back, as the checks want to see it."""

    sent: requests.PreparedRequest
    got: schemathesis.Response


def _send(case: Any, key: str | None, is_versioned: bool) -> Exchange | None:
    """None for what cannot be put on the wire."""
    try:
        sent = requests.Request(**_wire(case)).prepare()
    except (requests.RequestException, UnicodeError):
        return None
    headers = {name: _text(value) for name, value in sent.headers.items()}
    headers = {name: value for name, value in headers.items() if name.lower() not in SET_HERE}
    if key:
        headers["X-API-Key"] = key
    with transaction.atomic():
        client = Client(raise_request_exception=False)
        if is_versioned and sent.method in ("PUT", "PATCH", "DELETE"):
            tag = client.get(sent.path_url, headers=headers).get("ETag")
            headers |= {"If-Match": tag} if tag else {}
        kind = _text(sent.headers.get("Content-Type", ""))
        reply = client.generic(sent.method, sent.path_url, sent.body or b"", kind, headers=headers)
        got = _as_reply(reply, sent)
        transaction.set_rollback(True)
    return Exchange(sent, got)


#: Set by the case's own transport, or in place of what was generated.
SET_HERE = {"content-type", "content-length", "cookie", "authorization", "x-api-key", "host"}


def _wire(case: Any) -> dict[str, Any]:
    kwargs = case.as_transport_kwargs(base_url=HOST)
    wanted = ("method", "url", "headers", "params", "data", "json", "files")
    return {name: kwargs[name] for name in wanted if kwargs.get(name) is not None}


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _as_reply(reply: HttpResponseBase, sent: requests.PreparedRequest) -> schemathesis.Response:
    """As it would have come over a wire."""
    return schemathesis.Response(
        status_code=reply.status_code,
        headers={name.lower(): [value] for name, value in reply.headers.items()},
        content=_content(reply),
        request=sent,
        elapsed=0.0,
        verify=False,
    )


def _content(reply: HttpResponseBase) -> bytes:
    """All of it; of a stream that stays open nothing."""
    if not reply.streaming:
        return bytes(reply.content)
    if reply["Content-Type"].startswith("text/event-stream"):
        # As the test client ends a reply: the connection holds an open transaction.
        request_finished.disconnect(close_old_connections)
        reply.close()
        request_finished.connect(close_old_connections)
        return b""
    return b"".join(reply.streaming_content)


def _judge(case: Any, exchange: Exchange | None, plan: Plan, tally: Tally) -> None:
    if exchange is None:
        return
    got = exchange.got
    tally.statuses[got.status_code] = tally.statuses.get(got.status_code, 0) + 1
    if got.status_code < 300:
        tally.granted.add(f"{case.operation.method.upper()} {case.operation.path}")
    said = f"{plan.who}: {exchange.sent.method} {exchange.sent.path_url} -> {got.status_code}"
    if plan.who != "administrator" and MARK.encode() in got.content + repr(got.headers).encode():
        tally.faults.append(f"{said}: tells what is Vera's alone")
    try:
        case.validate_response(got, checks=CHECKS)
    except FailureGroup as faults:
        tally.faults += [
            f"{said}: {_line(one)} (sent {exchange.sent.body!r:.300})" for one in _each(faults)
        ]


def _each(faults: FailureGroup) -> Iterator[BaseException]:
    yield from faults.exceptions


def _line(fault: BaseException) -> str:
    return " ".join(str(fault).split())[:400]
