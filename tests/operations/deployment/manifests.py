"""Reads the manifests for other machines; nothing here knows a rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.house.tree import ROOT

DEPLOY = ROOT / "deploy"
K8S = DEPLOY / "k8s"
#: Overlays over docker-compose.yml.
OVERLAYS = ("prod", "ha", "colour")


class Loader(yaml.SafeLoader):
    """Knows Compose's two words about values of the file beneath."""


def _plain(loader: Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


for _word in ("!reset", "!override"):
    Loader.add_constructor(_word, _plain)


@cache
def compose(name: str = "") -> dict[str, Any]:
    """docker-compose.yml, or the overlay of that name."""
    path = DEPLOY / f"docker-compose.{name}.yml" if name else ROOT / "docker-compose.yml"
    found: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=Loader)  # noqa: S506
    return found


@cache
def stack() -> dict[str, Any]:
    """The Swarm stack."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "docker-stack.yml").read_text("utf-8"))
    return found


@cache
def kubernetes(*, with_examples: bool = True) -> tuple[dict[str, Any], ...]:
    """Every object of the folder, in the order of files."""
    found = []
    for path in sorted(K8S.glob("*.yaml")):
        if with_examples or "example" not in path.name:
            found += [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]
    return tuple(found)


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    """The objects of some kinds."""
    return [one for one in kubernetes() if one["kind"] in kinds]


def pods() -> dict[str, dict[str, Any]]:
    """Name -> what a pod is made of, for everything that makes pods."""
    found = {}
    for one in of_kind("Deployment", "StatefulSet", "Job", "CronJob"):
        spec = one["spec"].get("jobTemplate", {}).get("spec", one["spec"])
        found[one["metadata"]["name"]] = spec["template"]["spec"]
    return found


def scripts() -> list[Path]:
    """The shell scripts."""
    return sorted((DEPLOY / "scripts").rglob("*.sh"))
