"""The manifests agree with each other, with the image, and with ``compose.yaml``."""

import re
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import PROJECT
from tests.deploy.files import COMPOSE, MANIFESTS, PODS, container, instructions
from tests.deploy.test_commands import watched

OF_NODES, OF_WEB = "esn-pulse", "esn-pulse-web"  # secrets, from outside
SECRETS_OF_WEB = {
    *("WEB_DATABASE_URL", "WEB_WRITING_DATABASE_URL", "ESN_CLIENT_ID", "ESN_CLIENT_SECRET")
}


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """Return the manifests of a kind, by their names."""
    return {one["metadata"]["name"]: one for one in MANIFESTS if one["kind"] == kind}


def labels(pod: str) -> dict[str, str]:
    (owner,) = (
        one for kind in ("Deployment", "Job") for name, one in of_kind(kind).items() if name == pod
    )
    found: dict[str, str] = owner["spec"]["template"]["metadata"]["labels"]
    return found


def chosen(selector: dict[str, str]) -> set[str]:
    """Return the pods that have all labels of a selector."""
    return {pod for pod in PODS if selector.items() <= labels(pod).items()}


def ports(pod: str) -> dict[str, int]:
    return {port["name"]: port["containerPort"] for port in container(pod).get("ports", [])}


def variables(pod: str) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container(pod).get("env", [])}


def secrets(pod: str) -> set[str]:
    sources = container(pod)["envFrom"]
    return {source["secretRef"]["name"] for source in sources if "secretRef" in source}


@pytest.mark.parametrize("pod", PODS)
def test_a_pod_may_do_nothing_that_it_need_not(pod: str) -> None:
    spec, only = PODS[pod], container(pod)

    (useradd,) = (run for run in instructions("RUN") if "useradd" in run)
    assert f"--uid {spec['securityContext']['runAsUser']} " in useradd
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert only["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert {"requests", "limits"} == only["resources"].keys()


@pytest.mark.parametrize("pod", PODS)
def test_a_pod_is_of_this_version(pod: str) -> None:
    assert container(pod)["image"] == f"esn-pulse:{version('esn-pulse')}"


def test_what_is_written_is_in_volumes() -> None:
    data, backups = "/data", "/backups"
    env = " ".join(instructions("ENV"))
    assert f"PULSE_DIR={data} " in env
    assert f"BACKUPS_DIR={backups}" in env
    mounted = {
        pod: {mount["mountPath"] for mount in container(pod)["volumeMounts"]} - {"/tmp"}
        for pod in PODS
    }
    assert mounted == {
        "esn-pulse-nodes": {data},
        "esn-pulse-scheduler": {data, backups},
        "esn-pulse-migrations": {data},
        "esn-pulse-web": set(),
    }
    claims = {
        volume["persistentVolumeClaim"]["claimName"]
        for spec in PODS.values()
        for volume in spec["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert claims == of_kind("PersistentVolumeClaim").keys()


def test_the_web_is_told_what_its_container_is_told() -> None:
    told = of_kind("ConfigMap")["esn-pulse-web"]["data"]

    assert told.keys() | SECRETS_OF_WEB == COMPOSE["services"]["web"]["environment"].keys()


def test_the_web_has_no_secrets_but_its_own() -> None:
    assert {pod: secrets(pod) for pod in PODS} == {
        "esn-pulse-nodes": {OF_NODES},
        "esn-pulse-scheduler": {OF_NODES},
        "esn-pulse-migrations": {OF_NODES},
        "esn-pulse-web": {OF_WEB},
    }
    # They are not in the repository.
    assert not of_kind("Secret")


def test_the_document_says_what_is_in_the_secrets() -> None:
    text = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = re.search(r"^## Kubernetes$(.+?)^## ", text, re.M | re.S)
    assert section
    made = dict(re.findall(r"create secret generic (\S+) --from-env-file=(\S+)", section[1]))
    rows = re.findall(r"^\| `(esn-\S+)` \| `(\S+)` \| (.+) \|$", section[1], re.M)
    variables_of = {secret: {*re.findall(r"`([A-Z_]+)`", text)} for secret, _, text in rows}
    of_node = {*COMPOSE["services"]["scrapyd"]["environment"]} - {"PGPASSWORD"}

    assert made == {secret: file for secret, file, _ in rows}
    assert variables_of == {
        OF_NODES: of_node - variables("esn-pulse-nodes").keys(),
        OF_WEB: SECRETS_OF_WEB,
    }


def test_selectors_choose_the_pods_that_are_meant() -> None:
    found = {
        (kind, name): chosen(selector.get("matchLabels", selector))
        for kind, key in (
            ("Deployment", "selector"),
            ("Service", "selector"),
            ("PodDisruptionBudget", "selector"),
            ("NetworkPolicy", "podSelector"),
        )
        for name, one in of_kind(kind).items()
        for selector in [one["spec"][key]]
    }

    assert found.pop(("NetworkPolicy", "esn-pulse")) == PODS.keys()
    assert all(pods == {name} for (_, name), pods in found.items())
    assert len(found) == 9


def test_services_lead_to_ports_that_there_are() -> None:
    for name, service in of_kind("Service").items():
        assert {port["targetPort"] for port in service["spec"]["ports"]} == ports(name).keys()
    scheduler = urlsplit(variables("esn-pulse-scheduler")["SCRAPYD_URL"])
    (port,) = of_kind("Service")[str(scheduler.hostname)]["spec"]["ports"]
    assert port["port"] == scheduler.port

    # By itself a node does not listen for others.
    assert variables("esn-pulse-nodes")["SCRAPYD_BIND_ADDRESS"] == "0.0.0.0"
    scrapyd = re.search(r"^http_port\s*= (\d+)$", (PROJECT / "scrapyd.conf").read_text(), re.M)
    assert scrapyd
    assert ports("esn-pulse-nodes") == {"scrapyd": int(scrapyd[1])}


def test_only_the_scheduler_reaches_the_nodes() -> None:
    policies = {name: one["spec"] for name, one in of_kind("NetworkPolicy").items()}
    (rule,) = policies["esn-pulse-nodes"]["ingress"]
    (source,) = rule["from"]

    assert chosen(source["podSelector"]["matchLabels"]) == {"esn-pulse-scheduler"}
    assert source.keys() == {"podSelector"}
    assert rule["ports"] == [{"port": "scrapyd"}]
    # Who is not named by another is reached by nobody.
    assert "ingress" not in policies["esn-pulse"]
    assert all(policy["policyTypes"] == ["Ingress"] for policy in policies.values())


def test_prometheus_is_led_to_the_metrics() -> None:
    web = of_kind("Deployment")["esn-pulse-web"]["spec"]["template"]["metadata"]["annotations"]

    assert web["prometheus.io/path"] in watched()
    assert int(web["prometheus.io/port"]) in ports("esn-pulse-web").values()
