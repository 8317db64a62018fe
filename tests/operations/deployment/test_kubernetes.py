"""The Kubernetes folder: the published schema, and the rules of ours that no schema knows."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.house.test_docs import names_of_settings
from tests.house.tree import ROOT
from tests.operations.deployment.manifests import K8S, kubernetes, of_kind, pods
from uaip_project.urls import urlpatterns

VERSION = "1.31"
#: Kinds that a cluster learns from what is installed there; their schema is no part of Kubernetes.
OF_OTHERS = {"Kustomization", "VerticalPodAutoscaler", "ScaledObject"}
PODS = sorted(pods())
SERVING = ("uaip-app", "uaip-worker", "uaip-beat", "postgres", "redis", "redis-cache")


def _kustomization() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((K8S / "kustomization.yaml").read_text("utf-8"))
    return found


def _config() -> dict[str, str]:
    lines = (K8S / "config.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line)


def _one(kind: str, name: str) -> dict[str, Any]:
    (found,) = (one for one in of_kind(kind) if one["metadata"]["name"] == name)
    return found


@pytest.mark.parametrize(
    "one",
    [one for one in kubernetes() if one["kind"] not in OF_OTHERS],
    ids=lambda one: f"{one['kind']}-{one['metadata']['name']}",
)
def test_every_object_fits_the_published_schema(one: dict[str, Any]) -> None:
    kubernetes_validate.validate(one, VERSION, strict=True)


def test_a_word_that_kubernetes_does_not_know_is_found() -> None:
    wrong = {**_one("Service", "uaip-app"), "sepc": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_the_folder_holds_what_it_lists_and_lists_what_it_holds() -> None:
    apart = {"kustomization.yaml", "secrets.example.yaml", "autoscaling-extra.yaml"}
    assert set(_kustomization()["resources"]) == {one.name for one in K8S.glob("*.yaml")} - apart


def test_a_change_of_the_configuration_renews_the_pods() -> None:
    """Kustomize ends the map's name in a hash of its content; nothing turns that off."""
    kustomization = _kustomization()
    assert kustomization["configMapGenerator"] == [{"name": "uaip-config", "envs": ["config.env"]}]
    assert "generatorOptions" not in kustomization
    content = (K8S / "config.env").read_bytes()
    changed = content.replace(b"ENVIRONMENT=production", b"ENVIRONMENT=staging")
    assert hashlib.sha256(content).digest() != hashlib.sha256(changed).digest()


def test_the_map_and_the_secret_are_what_the_settings_read() -> None:
    config = _config()
    assert set(config) <= names_of_settings()
    keys = set(_one("Secret", "uaip-secrets")["stringData"])
    files = {value.rpartition("/")[2] for key, value in config.items() if key.endswith("_FILE")}
    assert files <= keys
    assert {"postgres-password", "openai-api-key", "field-keys", "backup-key"} <= keys


def test_the_namespace_takes_restricted_pods_alone() -> None:
    labels = _one("Namespace", "uaip")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_restricted_and_speaks_to_no_cluster(name: str) -> None:
    pod = pods()[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["readOnlyRootFilesystem"] is True
        assert security["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("name", PODS)
def test_a_container_asks_for_something_and_has_a_limit(name: str) -> None:
    for container in pods()[name]["containers"]:
        for part in ("requests", "limits"):
            assert set(container["resources"][part]) == {"cpu", "memory"}


@pytest.mark.parametrize("name", SERVING)
def test_what_serves_says_when_it_has_started_is_ready_and_lives(name: str) -> None:
    (container,) = pods()[name]["containers"]
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)


def test_a_database_that_is_gone_makes_no_pod_restart() -> None:
    (container,) = pods()["uaip-app"]["containers"]
    addresses = {str(getattr(one, "pattern", "")) for one in urlpatterns}
    assert container["livenessProbe"]["httpGet"]["path"].strip("/") in addresses
    assert container["readinessProbe"]["exec"]["command"] == ["python", "deploy/healthcheck.py"]


def test_nobody_may_do_anything_in_the_cluster() -> None:
    assert of_kind("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding") == []
    assert _one("ServiceAccount", "uaip")["automountServiceAccountToken"] is False


def test_nothing_serves_while_an_update_takes_one_away() -> None:
    strategy = _one("Deployment", "uaip-app")["spec"]["strategy"]["rollingUpdate"]
    assert strategy == {"maxSurge": 1, "maxUnavailable": 0}
    budgets = {one["metadata"]["name"]: one["spec"] for one in of_kind("PodDisruptionBudget")}
    assert {name: one["minAvailable"] for name, one in budgets.items()} == {
        "uaip-app": 1,
        "uaip-worker": 1,
    }


def test_two_to_ten_web_processes_by_processor_and_memory() -> None:
    spec = _one("HorizontalPodAutoscaler", "uaip-app")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
    targets = {
        one["resource"]["name"]: one["resource"]["target"]["averageUtilization"]
        for one in spec["metrics"]
    }
    assert targets == {"cpu": 70, "memory": 80}
    # A number of replicas here would undo the autoscaler with each deployment.
    assert "replicas" not in _one("Deployment", "uaip-app")["spec"]


def test_the_vertical_autoscaler_only_recommends() -> None:
    found = of_kind("VerticalPodAutoscaler")
    assert {one["spec"]["updatePolicy"]["updateMode"] for one in found} == {"Off"}
    for one in found:
        (policy,) = one["spec"]["resourcePolicy"]["containerPolicies"]
        assert {"minAllowed", "maxAllowed"} <= set(policy)


def test_workers_follow_how_long_the_oldest_waits() -> None:
    spec = _one("ScaledObject", "uaip-worker")["spec"]
    (trigger,) = spec["triggers"]
    (metric,) = re.findall(r"uaip_\w+", trigger["metadata"]["query"])
    assert f"`{metric}`" in (ROOT / "docs" / "reference" / "metrics.md").read_text("utf-8")
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (2, 10)
    assert spec["cooldownPeriod"] == 300


def test_nobody_speaks_to_anybody_unless_it_is_allowed() -> None:
    deny = _one("NetworkPolicy", "default-deny")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize(
    ("server", "port"), [("postgres", 60543), ("redis", 6379), ("redis-cache", 6379)]
)
def test_only_ours_reach_a_server(server: str, port: int) -> None:
    spec = _one("NetworkPolicy", f"{server}-from-uaip")["spec"]
    (rule,) = spec["ingress"]
    (who,) = rule["from"]
    (expression,) = who["podSelector"]["matchExpressions"]
    assert rule["ports"] == [{"port": port, "protocol": "TCP"}]
    assert set(expression["values"]) == {one for one in PODS if one.startswith("uaip-")}


def test_the_way_out_leads_neither_to_private_networks_nor_to_the_clouds_own_address() -> None:
    rules = _one("NetworkPolicy", "uaip-to-servers")["spec"]["egress"]
    (block,) = (to["ipBlock"] for rule in rules for to in rule["to"] if "ipBlock" in to)
    assert {"169.254.0.0/16", "10.0.0.0/8"} <= set(block["except"])


def test_only_the_ingress_reaches_the_web_process_and_it_speaks_tls() -> None:
    spec = _one("Ingress", "uaip")["spec"]
    hosts = [rule["host"] for rule in spec["rules"]]
    assert [host for one in spec["tls"] for host in one["hosts"]] == hosts
    assert hosts[0] in _config()["ALLOWED_HOSTS"]


def test_a_backup_is_taken_and_read_back() -> None:
    spec = _one("CronJob", "uaip-backup")["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    (container,) = pods()["uaip-backup"]["containers"]
    assert "manage.py backup && python manage.py verify_backup" in container["args"][0]
    mounts = {one["mountPath"] for one in container["volumeMounts"]}
    assert {"/backups", "/audit"} <= mounts
