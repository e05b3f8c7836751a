"""The Kubernetes manifests as plain values: the files, and what kustomize makes of them."""

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from tests.infra.tools import ROOT, require

FOLDER: Final = ROOT / "k8s"
CLOUD: Final = ("testing", "staging", "production")
OVERLAYS: Final = ("dev", *CLOUD)
NAME: Final = "coinbreakr-api"
IMAGE: Final = "us-central1-docker.pkg.dev/coinbreakr/coinbreakr-testing/services"
POD: Final = {"app.kubernetes.io/name": NAME}
CUSTOM: Final = "monitoring.googleapis.com/v1"  # kinds of GKE that no bundled schema knows
Doc = dict[str, Any]


@cache
def parse(path: Path) -> tuple[Doc, ...]:
    return tuple(doc for doc in yaml.safe_load_all(path.read_text(encoding="utf-8")) if doc)


@cache
def base() -> tuple[Doc, ...]:
    """Every object that stands in base/, applied by a deploy or by a person."""
    files = sorted(set((FOLDER / "base").glob("*.yaml")) - {FOLDER / "base/kustomization.yaml"})
    return tuple(doc for file in files for doc in parse(file))


def kustomization(folder: str) -> Doc:
    (doc,) = parse(FOLDER / folder / "kustomization.yaml")
    return doc


def build(folder: Path) -> tuple[Doc, ...]:
    done = subprocess.run(
        [require("kubectl"), "kustomize", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


@cache
def rendered(overlay: str) -> tuple[Doc, ...]:
    return build(FOLDER / "overlays" / overlay)


def find(docs: tuple[Doc, ...], kind: str, name: str = "") -> list[Doc]:
    return [doc for doc in docs if doc["kind"] == kind and name in {"", doc["metadata"]["name"]}]


def one(kind: str, name: str = "", docs: tuple[Doc, ...] | None = None) -> Doc:
    (doc,) = find(base() if docs is None else docs, kind, name)
    return doc


def pods(docs: tuple[Doc, ...]) -> Iterator[tuple[str, Doc]]:
    """(workload, its pod template) of everything that starts pods."""
    for doc in docs:
        if template := doc.get("spec", {}).get("template"):
            yield doc["metadata"]["name"], template


def containers(template: Doc) -> list[Doc]:
    spec = template["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def container(name: str, docs: tuple[Doc, ...] | None = None) -> Doc:
    """A container of the API's pods: api, or front, which is nginx."""
    spec = one("Deployment", NAME, docs)["spec"]["template"]["spec"]
    (found,) = [one for one in spec["containers"] if one["name"] == name]
    chosen: Doc = found
    return chosen


def api(docs: tuple[Doc, ...] | None = None) -> Doc:
    """The container of the API."""
    return container("api", docs)


def front(docs: tuple[Doc, ...] | None = None) -> Doc:
    """The container of nginx."""
    return container("front", docs)


def targets() -> dict[str, Doc]:
    """What the autoscaler looks at, by the name of the resource."""
    scaler = one("HorizontalPodAutoscaler")["spec"]
    metrics = [metric["containerResource"] for metric in scaler["metrics"]]
    assert {metric["container"] for metric in metrics} == {"api"}
    return {metric["name"]: metric["target"] for metric in metrics}


def settings(docs: tuple[Doc, ...] | None = None) -> dict[str, str]:
    """What the pods' environment says, but for the secrets."""
    maps = base() if docs is None else docs
    (data,) = [
        doc["data"]
        for doc in find(maps, "ConfigMap")
        if doc["metadata"]["name"].startswith("coinbreakr-config")
    ]
    found: dict[str, str] = data
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of every scalar; items of a list go by name where they have one."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{path}/{key}")
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            name = inner.get("name", number) if isinstance(inner, dict) else number
            yield from leaves(inner, f"{path}/{name}")
    else:
        yield path, value


def millicores(quantity: str) -> int:
    return int(quantity[:-1]) if quantity.endswith("m") else int(quantity) * 1000


def scripts() -> str:
    """The deploy scripts, all of them."""
    files = sorted((ROOT / "deploy").glob("*.sh"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
