"""The alerts: each fires when it must and not before, by promtool, and leads to a runbook."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.infra import manifests
from tests.infra.manifests import NAME, Doc, one
from tests.infra.tools import ROOT, require

JOB: Final = f'job="{NAME}",instance="pod-1:metrics"'
UP: Final = f"up{{{JOB}}}"
AVAILABLE: Final = f'kube_deployment_status_replicas_available{{deployment="{NAME}"}}'
WANTED: Final = f'kube_deployment_spec_replicas{{deployment="{NAME}"}}'
UPDATED: Final = f'kube_deployment_status_replicas_updated{{deployment="{NAME}"}}'
PODS: Final = (
    f'kube_horizontalpodautoscaler_status_current_replicas{{horizontalpodautoscaler="{NAME}"}}'
)
MOST: Final = f'kube_horizontalpodautoscaler_spec_max_replicas{{horizontalpodautoscaler="{NAME}"}}'
LOOPING: Final = (
    f'kube_pod_container_status_waiting_reason{{pod="{NAME}-1",container="api",'
    'reason="CrashLoopBackOff"}'
)
UNCOUNTED: Final = f"coinbreakr_rate_limit_unavailable_total{{{JOB}}}"
REFUSED: Final = f"coinbreakr_password_hashes_refused_total{{{JOB}}}"
# What GKE collects of kube-state-metrics with DEPLOYMENT, HPA and POD switched on, as far as used.
COLLECTED: Final = {
    "kube_deployment_spec_replicas",
    "kube_deployment_status_replicas_available",
    "kube_deployment_status_replicas_updated",
    "kube_horizontalpodautoscaler_spec_max_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_pod_container_status_waiting_reason",
    "kube_pod_status_phase",
}


def answers(status: int, route: str = "/v1/groups") -> str:
    return f'coinbreakr_http_requests_total{{{JOB},method="GET",route="{route}",status="{status}"}}'


def faster_than(seconds: str, route: str = "/v1/groups") -> str:
    labels = f'{JOB},method="GET",route="{route}",le="{seconds}"'
    return f"coinbreakr_http_request_duration_seconds_bucket{{{labels}}}"


def pending(pod: str) -> str:
    return f'kube_pod_status_phase{{pod="{pod}",phase="Pending"}}'


@dataclass(frozen=True)
class Case:
    """What is measured every minute, and the alert that stands after so many minutes, if any."""

    alert: str
    minutes: int
    series: dict[str, str]
    summary: str = ""
    labels: dict[str, str] = field(default_factory=dict)


FIRING: Final = [
    Case("CoinBreakrDown", 5, {UP: "0x9", AVAILABLE: "2x9"}, "No pod of the API serves."),
    Case("CoinBreakrDown", 5, {UP: "1x9", AVAILABLE: "0x9"}, "No pod of the API serves."),
    Case("CoinBreakrDown", 5, {}, "No pod of the API serves."),
    Case(
        "CoinBreakrTargetDown", 9, {UP: "1x2 0x9"},
        "pod-1:metrics does not answer on its metrics port.",
        {"job": NAME, "instance": "pod-1:metrics"},
    ),
    Case(
        "CoinBreakrErrorsFast", 70, {answers(200): "0+90x80", answers(500): "0+10x80"},
        "10% of the answers are server errors.",
    ),
    Case(
        "CoinBreakrErrorsSlow", 400, {answers(200): "0+95x410", answers(503): "0+5x410"},
        "5% of the answers are server errors.",
    ),
    Case(
        "CoinBreakrSlow", 20,
        {faster_than(le): f"0+{n}x30" for le, n in (("1.0", 90), ("2.5", 100), ("+Inf", 100))},
        "Every twentieth answer takes 1.75s or longer.",
    ),
    Case(
        "CoinBreakrRateLimitsOff", 16, {UNCOUNTED: "0+1x30"},
        "Requests pass without being counted.",
    ),
    Case(
        "CoinBreakrLoginsRefused", 12, {REFUSED: "0+6x30"},
        "30 logins in five minutes found no place.",
    ),
    Case(
        "CoinBreakrRestarts", 20, {LOOPING: "0 1 0 0 1 0 0 0 1x20"},
        f"{NAME}-1 ends again and again.", {"pod": f"{NAME}-1"},
    ),
    Case(
        "CoinBreakrPodsPending", 7, {pending(f"{NAME}-1"): "1x9"},
        f"{NAME}-1 finds no node, or no image.", {"pod": f"{NAME}-1"},
    ),
    Case(
        "CoinBreakrAtMaximum", 20, {PODS: "10x30", MOST: "10x30"},
        "All 10 pods that the autoscaler may start are running.",
    ),
    Case(
        "CoinBreakrRolloutStuck", 12, {WANTED: "3x20", UPDATED: "1x20"},
        "Pods of an old revision are left after ten minutes.",
    ),
]  # fmt: skip
QUIET: Final = [
    Case("CoinBreakrDown", 5, {UP: "1x9", AVAILABLE: "1x9"}),
    Case("CoinBreakrDown", 2, {UP: "1 0 1x9", AVAILABLE: "1 0 1x9"}),
    Case("CoinBreakrTargetDown", 6, {UP: "1x2 0x3 1x9"}),
    # Half an hour of errors that is over; a lower share; readiness without a database.
    Case("CoinBreakrErrorsFast", 60, {answers(200): "0+90x80", answers(500): "0+10x30 300x50"}),
    Case("CoinBreakrErrorsFast", 70, {answers(200): "0+95x80", answers(500): "0+5x80"}),
    Case(
        "CoinBreakrErrorsFast", 70, {answers(200): "0+9x80", answers(503, "/v1/readyz"): "0+9x80"}
    ),
    Case("CoinBreakrErrorsSlow", 400, {answers(200): "0+98x410", answers(500): "0+2x410"}),
    Case("CoinBreakrSlow", 20, {faster_than("1.0"): "0+96x30", faster_than("+Inf"): "0+100x30"}),
    Case(
        "CoinBreakrSlow",
        20,
        {faster_than("5.0", "/v1/readyz"): "0+9x30", faster_than("+Inf", "/v1/readyz"): "0+9x30"},
    ),
    Case("CoinBreakrRateLimitsOff", 16, {UNCOUNTED: "0x3 9x30"}),
    Case("CoinBreakrLoginsRefused", 12, {REFUSED: "0+1x30"}),
    Case("CoinBreakrRestarts", 20, {LOOPING: "0x3 1 0x20"}),
    Case("CoinBreakrPodsPending", 7, {pending("mongo-0"): "1x9", pending(f"{NAME}-1"): "1x3 0x9"}),
    Case("CoinBreakrAtMaximum", 20, {PODS: "10x9 9x20", MOST: "10x30"}),
    Case("CoinBreakrRolloutStuck", 12, {WANTED: "3x20", UPDATED: "1x5 3x20"}),
]


def groups() -> list[Doc]:
    found: list[Doc] = one("Rules")["spec"]["groups"]
    return found


def alerts() -> dict[str, Doc]:
    return {rule["alert"]: rule for group in groups() for rule in group["rules"]}


def named(case: Case) -> str:
    return f"{case.alert}-{case.minutes}m"


def promtool(tmp_path: Path, case: Case) -> subprocess.CompletedProcess[str]:
    rule = alerts()[case.alert]
    expected: list[dict[str, Any]] = []
    if case.summary:
        annotations = {"summary": case.summary, "runbook": rule["annotations"]["runbook"]}
        expected = [
            {"exp_labels": {**rule["labels"], **case.labels}, "exp_annotations": annotations}
        ]
    check = {
        "interval": "1m",
        "input_series": [{"series": s, "values": v} for s, v in case.series.items()],
        "alert_rule_test": [
            {"alertname": case.alert, "eval_time": f"{case.minutes}m", "exp_alerts": expected}
        ],
    }
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": groups()}), "utf-8")
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "tests": [check]}), "utf-8")
    return subprocess.run(
        [require("promtool"), "test", "rules", file], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("case", [*FIRING, *QUIET], ids=named)
def test_it_fires_when_it_must_and_only_then(case: Case, tmp_path: Path) -> None:
    done = promtool(tmp_path, case)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    assert {case.alert for case in FIRING} == {case.alert for case in QUIET} == set(alerts())


@pytest.mark.parametrize("name", alerts())
def test_it_says_how_bad_it_is_and_what_to_do(name: str) -> None:
    rule = alerts()[name]
    assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"critical", "warning"}
    path, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^### (\w+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    assert headings.count(name) == 1
    assert anchor == name.lower()


def test_the_runbook_has_no_alert_that_does_not_exist() -> None:
    text = (manifests.FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\bCoinBreakr[A-Z]\w+", text)) == set(alerts())


def test_every_figure_is_one_that_somebody_writes() -> None:
    ours = (ROOT / "services/coinbreakr/http/metrics.py").read_text(encoding="utf-8")
    for rule in alerts().values():
        figures = set(re.findall(r"\b(\w+)\{", rule["expr"])) - {"up"}
        for figure in figures - COLLECTED:
            assert f'"{figure.removesuffix("_bucket")}"' in ours
        assert f'"{NAME}' in rule["expr"] or 'container="api"' in rule["expr"]


def test_the_excepted_routes_exist() -> None:
    health = (ROOT / "services/coinbreakr/health/resources.py").read_text(encoding="utf-8")
    expressions = " ".join(rule["expr"] for rule in alerts().values())
    (excepted,) = set(re.findall(r'route!~"/v1/\(([\w|]+)\)"', expressions))
    assert all(f'"/v1/{name}"' in health for name in excepted.split("|"))


def test_managed_prometheus_understands_the_objects() -> None:
    assert {doc["apiVersion"] for doc in (one("Rules"), one("PodMonitoring"))} == {manifests.CUSTOM}
    assert set(one("PodMonitoring")["spec"]) == {"selector", "endpoints"}
    for endpoint in one("PodMonitoring")["spec"]["endpoints"]:
        assert set(endpoint) == {"port", "path", "interval", "timeout"}
    for group in groups():
        assert set(group) == {"name", "interval", "rules"}
