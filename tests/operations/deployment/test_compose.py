"""Containers on one machine and on several: ports, names, limits, secrets."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.house.test_docs import names_of_settings
from tests.house.tree import ROOT
from tests.operations.deployment.manifests import DEPLOY, OVERLAYS, compose, stack
from uaip_project.env_files import OF_OTHERS

SERVICES: dict[str, Any] = compose()["services"]
#: Port of the host -> service, address that it is bound to ("" = every one).
PORTS = {
    "10000": ("uaip-app", ""),
    "60543": ("postgres", "127.0.0.1"),
    "60090": ("prometheus", "127.0.0.1"),
    "60093": ("alertmanager", "127.0.0.1"),
    "60001": ("grafana", "127.0.0.1"),
    "60100": ("loki", "127.0.0.1"),
    "443": ("proxy", ""),
}
PROFILES = {
    "monitoring": {"prometheus", "alertmanager", "grafana", "loki", "promtail"},
    "ha": {"proxy"},
    "pitr": {"base-backup", "pitr-folders"},
}
ONCE = ("pitr-folders",)


def _published(services: dict[str, Any]) -> dict[str, tuple[str, str]]:
    found = {}
    for name, one in services.items():
        for port in one.get("ports", ()):
            *address, host, _inside = str(port).split(":")
            found[host] = (name, address[0] if address else "")
    return found


def test_the_published_ports_are_the_plan_and_none_has_four_digits() -> None:
    assert _published(SERVICES) == PORTS
    assert all(len(port) != 4 for port in PORTS)


def test_each_profile_starts_what_it_says() -> None:
    assert {
        profile: {name for name, one in SERVICES.items() if profile in one.get("profiles", ())}
        for profile in PROFILES
    } == PROFILES


def test_without_a_profile_the_agreed_services_start() -> None:
    assert {name for name, one in SERVICES.items() if "profiles" not in one} == {
        "uaip-app", "uaip-worker", "uaip-beat", "postgres", "redis", "redis-cache",
    }  # fmt: skip


def test_databases_have_no_way_out_and_the_web_process_has() -> None:
    assert compose()["networks"]["data"]["internal"] is True
    assert SERVICES["redis"]["networks"] == SERVICES["redis-cache"]["networks"] == ["data"]
    assert set(SERVICES["uaip-app"]["networks"]) == {"front", "data"}
    assert all("data" not in SERVICES[name]["networks"] for name in PROFILES["monitoring"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_container_takes_the_machine_with_it(name: str) -> None:
    resources = SERVICES[name]["deploy"]["resources"]
    assert set(resources["limits"]) == set(resources["reservations"]) == {"cpus", "memory"}
    options = SERVICES[name]["logging"]["options"]
    assert (options["max-size"], options["max-file"]) == ("10m", "5")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"postgres"}))
def test_a_container_can_change_nothing_of_itself(name: str) -> None:
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


def test_the_broker_forgets_nothing_and_the_cache_writes_nothing() -> None:
    broker, cache = (" ".join(SERVICES[one]["command"]) for one in ("redis", "redis-cache"))
    assert "--appendonly yes --appendfsync everysec" in broker
    assert "noeviction" in broker
    assert "--save  " in cache
    assert "allkeys-lru" in cache


def test_the_schedule_takes_no_answers() -> None:
    assert "--queues beat" in SERVICES["uaip-beat"]["command"]
    assert "--queues" not in SERVICES["uaip-worker"]["command"]
    settings = (ROOT / "uaip_project" / "settings.py").read_text("utf-8")
    assert "CELERY_TASK_ROUTES" not in settings
    assert "beat" not in re.findall(r"CELERY_\w*QUEUE\w* = (.*)", settings)


def test_the_configuration_is_checked_before_anything_starts() -> None:
    command = SERVICES["uaip-app"]["command"]
    assert command.index("validate_config") < command.index("migrate") < command.index("gunicorn")


def test_a_process_is_given_longer_to_end_than_it_gives_its_requests() -> None:
    graceful = re.search(r"graceful_timeout = (\d+)", (DEPLOY / "gunicorn.conf.py").read_text())
    assert graceful
    assert int(SERVICES["uaip-app"]["stop_grace_period"].removesuffix("s")) > int(graceful[1])


def test_keys_of_answers_and_backups_come_from_files() -> None:
    environment = SERVICES["uaip-app"]["environment"]
    for name in ("FIELD_KEYS", "UAIP_BACKUP_KEY", "SECRET_KEY", "POSTGRES_PASSWORD"):
        file = environment[f"{name}_FILE"].rpartition("/")[2]
        assert file in SERVICES["uaip-app"]["secrets"]


def test_what_is_mounted_from_the_source_is_there() -> None:
    mounted = {
        volume.split(":")[0]
        for one in SERVICES.values()
        for volume in one.get("volumes", ())
        if volume.startswith("./deploy")
    }
    assert [one for one in sorted(mounted) if not (ROOT / one).exists()] == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_changes_only_services_that_are_there(name: str) -> None:
    assert set(compose(name)["services"]) <= set(SERVICES)


def test_behind_the_proxy_the_web_process_listens_to_this_machine_alone() -> None:
    assert compose("prod")["services"]["uaip-app"]["ports"] == ["127.0.0.1:10000:10000"]
    assert compose("prod")["services"]["proxy"]["profiles"] == []


def test_with_high_availability_three_serve_and_none_has_a_port_of_the_host() -> None:
    app = compose("ha")["services"]["uaip-app"]
    assert (app["deploy"]["replicas"], app["ports"]) == (3, [])


def test_the_swarm_renews_one_of_three_at_a_time_and_goes_back_by_itself() -> None:
    deploy = stack()["services"]["uaip-app"]["deploy"]
    update = deploy["update_config"]
    assert deploy["replicas"] == 3
    assert (update["parallelism"], update["delay"], update["order"]) == (1, "10s", "start-first")
    assert update["failure_action"] == "rollback"
    assert deploy["restart_policy"]["condition"] == "on-failure"
    assert deploy["placement"]["constraints"] == ["node.role == worker"]


def test_the_swarm_keeps_the_database_where_its_files_are() -> None:
    services = stack()["services"]
    assert services["postgres"]["deploy"]["placement"]["constraints"] == [
        "node.labels.database == true"
    ]
    assert services["proxy"]["deploy"]["replicas"] == 2
    assert _published(services) == {"443": ("proxy", "")}
    assert stack()["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", sorted(stack()["services"]))
def test_every_service_of_the_swarm_has_limits_and_says_whether_it_works(name: str) -> None:
    service = stack()["services"][name]
    assert service["healthcheck"]["test"]
    assert service["deploy"]["resources"]["limits"]
    assert service["logging"]["options"]["max-size"] == "10m"


@pytest.mark.parametrize("path", ["docker-compose.yml", "deploy/docker-stack.yml"])
def test_what_an_operator_may_set_is_read_by_somebody(path: str) -> None:
    named = set(re.findall(r"\$\{(\w+)", (ROOT / path).read_text("utf-8")))
    strange = {one for one in named if not OF_OTHERS.fullmatch(one)}
    assert strange <= names_of_settings()


def test_ours_in_the_swarm_set_only_what_settings_reads() -> None:
    services = stack()["services"]
    for name in ("uaip-app", "uaip-worker", "uaip-beat"):
        assert set(services[name]["environment"]) <= names_of_settings()
