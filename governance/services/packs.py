"""Which rules are in force, and which of them a decision used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from charters.canonical import content_hash
from governance.models import Decision, RuleProposal, RulePublication, RuleSet
from governance.rulepacks.effect import DecisionRules, decision_rules
from governance.rulepacks.reading import as_json, read_pack, read_packs
from governance.rulepacks.schema import Pack
from interviews.services.reading import stage_settings

#: The key of published thresholds; a pack's key is its id.
THRESHOLDS = "thresholds"
#: A site's own packs, in its folder of configuration.
SITE_FOLDER = "rulepacks"
LEVELS = ("halt", "committee", "revise", "monitor", "breadth_count")


@dataclass(frozen=True)
class Rules:
    """All rules of one moment."""

    thresholds: Mapping[str, Any]
    packs: Mapping[str, Pack]

    @cached_property
    def content(self) -> dict[str, Any]:
        packs = {key: as_json(pack) for key, pack in self.packs.items()}
        return {"thresholds": dict(self.thresholds), "packs": packs}

    @cached_property
    def content_hash(self) -> str:
        return content_hash(self.content)

    @cached_property
    def of_decisions(self) -> DecisionRules:
        """What of them decisions rest on."""
        return decision_rules(self.thresholds, self.packs.values())

    def with_thresholds(self, thresholds: Mapping[str, Any]) -> Rules:
        """The same packs, other thresholds."""
        return Rules(dict(thresholds), self.packs)

    def with_pack(self, pack: Pack) -> Rules:
        """The same rules, with this pack in the place of the one with its id."""
        return Rules(self.thresholds, {**self.packs, pack.id: pack})


def file_thresholds() -> dict[str, Any]:
    """The levels that stages.yaml sets, as the engine's config."""
    levels = stage_settings(5)["governance_thresholds"]
    config: dict[str, Any] = {name: int(levels[name]) for name in LEVELS}
    config["revise_below"] = float(stage_settings(3)["data_quality_threshold"])
    return config


def file_packs() -> Mapping[str, Pack]:
    """The shipped packs and the site's own. Raises UnusablePack."""
    return _read(Path(settings.CONFIG_DIR) / SITE_FOLDER)


@lru_cache(maxsize=4)
def _read(site: Path) -> Mapping[str, Pack]:
    return read_packs(site)


def in_force() -> Rules:
    """What holds now: the newest publication of each key, else the files. One statement."""
    newest = RulePublication.objects.values("key").annotate(newest=Max("pk")).values("newest")
    found = RulePublication.objects.filter(pk__in=newest)
    published = dict(found.values_list("key", "content_hash"))
    return _assembled(
        tuple(sorted(published.items())),
        tuple(sorted(file_thresholds().items())),
        Path(settings.CONFIG_DIR) / SITE_FOLDER,
    )


@lru_cache(maxsize=8)
def _assembled(
    published: tuple[tuple[str, str], ...], levels: tuple[tuple[str, Any], ...], site: Path
) -> Rules:
    """By hashes, so that what was assembled once is never another thing."""
    thresholds: dict[str, Any] = dict(levels)
    packs = dict(_read(site))
    for key, hashed in published:
        content = RulePublication.objects.filter(key=key, content_hash=hashed).latest("pk").content
        if key == THRESHOLDS:
            thresholds |= content
        else:
            packs[key] = read_pack(content, name=key)
    return Rules(thresholds, packs)


def keep(rules: Rules) -> RuleSet:
    """The row that holds these rules, made when they are used for the first time."""
    found, _ = RuleSet.objects.get_or_create(
        content_hash=rules.content_hash, defaults={"content": rules.content}
    )
    return found


def rules_of(decision: Decision) -> Rules:
    """The rules that a decision used; before they were kept: its thresholds and today's packs."""
    if decision.rule_set is None:
        return in_force().with_thresholds(decision.facts.get("config") or file_thresholds())
    return _kept(decision.rule_set.content_hash)


@lru_cache(maxsize=8)
def _kept(hashed: str) -> Rules:
    content = RuleSet.objects.get(content_hash=hashed).content
    packs = {key: read_pack(raw, name=key) for key, raw in content["packs"].items()}
    return Rules(content["thresholds"], packs)


def proposed(proposal: RuleProposal, base: Rules) -> Rules:
    """The rules that would be in force with a proposal."""
    if proposal.kind == RuleProposal.Kind.THRESHOLDS:
        return base.with_thresholds({**base.thresholds, **proposal.content})
    return base.with_pack(read_pack(proposal.content, name=proposal.key))
