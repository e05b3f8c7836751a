"""Deploys, failures and rollbacks in any order, on a stand-in that knows who owns which field."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.api_server import LOADER, Cluster, Doc, Place, body, name_of, places
from tests.infra.stubs import Stubs
from tests.infra.test_deploy import IMAGE, SIGNER, healthy
from tests.infra.tools import ROOT, require

A, B, C, D = (letter * 40 for letter in "abcd")
DEPLOYMENT = "deployment.apps/coinbreakr-api"
EXTRA = "TRACE"
KUBECTL = """#!/bin/sh
echo "kubectl $*" | tr '\\n' ' ' >>"{folder}/calls"
echo >>"{folder}/calls"
exec {python} -P {program} {folder} "$@"
"""


def digest(commit: str) -> str:
    return f"sha256:{commit[0] * 64}"


def image(commit: str) -> str:
    return f"{IMAGE}:{commit}@{digest(commit)}"


class Rehearsal:
    """The testing cluster: what each commit has in k8s/, and the scripts on it."""

    def __init__(self, folder: Path) -> None:
        self.stubs = Stubs(folder / "stubs")
        self.folder = self.stubs.folder
        program = ROOT / "tests" / "infra" / "api_server.py"
        text = KUBECTL.format(folder=self.folder, python=sys.executable, program=program)
        (self.folder / "bin" / "kubectl").write_text(text)
        self.real = require("kubectl")
        self.commits = folder / "commits"
        self.broken: set[str] = set()
        self.said = ""

    def write(self, commit: str, **env: str) -> None:
        """The manifests of a commit, with more in the environment of the API."""
        shutil.copytree(ROOT / "k8s", self.commits / commit / "k8s", dirs_exist_ok=True)
        file = self.commits / commit / "k8s/base/deployment.yaml"
        doc = yaml.safe_load(file.read_text(encoding="utf-8"))
        api = doc["spec"]["template"]["spec"]["containers"][0]
        api["env"] += [{"name": name, "value": value} for name, value in env.items()]
        file.write_text(yaml.safe_dump(doc), encoding="utf-8")

    def change(self, commit: str, file: str, old: str, new: str) -> None:
        path = self.commits / commit / "k8s/base" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def script(self, name: str, *args: str, commit: str) -> int:
        serves = [image for image in self.commits_known() if image not in self.broken]
        self.stubs.rules.clear()
        self.stubs.when("^curl", "".join(map(healthy, serves)))
        self.stubs.when("images resolve", digest(args[-1]))
        self.stubs.when("^git .*rev-parse", commit)
        done = self.stubs.run(
            f"deploy/{name}", *args, REVISION=commit, K8S=str(self.commits / commit / "k8s"),
            REAL_KUBECTL=self.real, BROKEN=" ".join(self.broken) or "none", SIGNER=SIGNER,
            SMOKE_SECONDS="0", SMOKE_COUNT="1", ADOPT_SECONDS="0",
        )  # fmt: skip
        self.said = done.stderr
        return done.returncode

    def commits_known(self) -> list[str]:
        return [path.name for path in self.commits.iterdir()]

    def deploy(self, commit: str) -> int:
        return self.script("rollout.sh", "testing", digest(commit), commit=commit)

    def rollback(self, *commit: str) -> int:
        return self.script("rollback.sh", "testing", *commit, commit=A)

    @property
    def objects(self) -> dict[str, Doc]:
        return Cluster(self.folder / "cluster.json").state

    @property
    def deployed(self) -> str:
        containers = self.objects[DEPLOYMENT]["spec"]["template"]["spec"]["containers"]
        return str(containers[0]["image"])

    @property
    def env(self) -> list[str]:
        containers = self.objects[DEPLOYMENT]["spec"]["template"]["spec"]["containers"]
        return [entry["name"] for entry in containers[0]["env"]]

    def by_hand(self, manager: str, **env: str) -> None:
        """As kubectl set env does it."""
        cluster = Cluster(self.folder / "cluster.json")
        spot = ("f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"api"}', "f:env")
        values: dict[Place, Any] = {}
        for name, value in env.items():
            key = f"k:{json.dumps({'name': name}, separators=(',', ':'))}"
            values |= {(*spot, key, "f:name"): name, (*spot, key, "f:value"): value}
        cluster.update(DEPLOYMENT, manager, values)
        cluster.save()

    def rendered(self, commit: str) -> dict[str, Any]:
        """What kustomize makes of that commit's folder, image and all."""
        folder = self.commits / commit / "render"
        folder.mkdir(exist_ok=True)
        spec = {
            "resources": ["../k8s/overlays/testing"],
            "images": [{"name": IMAGE, "newTag": commit, "digest": digest(commit)}],
        }
        (folder / "kustomization.yaml").write_text(yaml.safe_dump(spec))
        done = subprocess.run(
            [self.real, "kustomize", folder], capture_output=True, text=True, check=True
        )
        docs = [doc for doc in yaml.load_all(done.stdout, LOADER) if doc["kind"] != "Job"]
        return {name_of(doc): doc for doc in docs}

    def is_exactly(self, commit: str) -> None:
        """Every object is what that commit says, and every field has one owner, the deploy."""
        live = self.objects
        for name, doc in self.rendered(commit).items():
            assert body(live[name]) == body(doc), name
            (entry,) = live[name]["metadata"]["managedFields"]
            assert (entry["manager"], entry["operation"]) == ("coinbreakr-deploy", "Apply")
            assert places(entry["fieldsV1"]) == set(body(doc)), name


@pytest.fixture
def testing(tmp_path: Path) -> Rehearsal:
    """A cluster in which nothing is yet, and three commits, of which the second sets more."""
    made = Rehearsal(tmp_path)
    made.write(A)
    made.write(B, **{EXTRA: "on"})
    made.write(C)
    made.write(D)
    return made


def test_what_a_failed_deploy_brought_is_gone(testing: Rehearsal) -> None:
    """A with more in its environment, B without it fails and is undone, C is without it."""
    testing.write(A, **{EXTRA: "on"})
    testing.write(B)
    assert testing.deploy(A) == 0, testing.said
    testing.broken = {B}
    assert testing.deploy(B) == 1
    assert "rolled back" in testing.stubs.summary
    testing.is_exactly(A)
    assert EXTRA in testing.env
    assert testing.deploy(C) == 0, testing.said
    testing.is_exactly(C)
    assert EXTRA not in testing.env


@pytest.mark.parametrize("manager", ["kubectl-rollout", "kubectl-client-side-apply"])
def test_what_somebody_set_by_hand_goes_with_the_next_deploy(
    testing: Rehearsal, manager: str
) -> None:
    assert testing.deploy(A) == 0, testing.said
    testing.by_hand(manager, **{EXTRA: "by hand", "JWT_SECRET": "by hand"})
    assert testing.deploy(C) == 0, testing.said
    testing.is_exactly(C)


def test_settings_services_and_limits_go_back_with_the_image(testing: Rehearsal) -> None:
    assert testing.deploy(A) == 0, testing.said
    testing.change(B, "configmap.yaml", "LOG_LEVEL: INFO", "LOG_LEVEL: DEBUG")
    testing.change(B, "hpa.yaml", "maxReplicas: 10", "maxReplicas: 4")
    testing.change(B, "service.yaml", "port: 80", "port: 81")
    testing.broken = {B}
    assert testing.deploy(B) == 1
    testing.is_exactly(A)


def test_a_rollback_goes_to_the_manifests_of_its_release(testing: Rehearsal) -> None:
    testing.change(C, "hpa.yaml", "maxReplicas: 10", "maxReplicas: 4")
    for commit in (A, B, C):
        assert testing.deploy(commit) == 0
    assert testing.rollback() == 0, testing.said
    testing.is_exactly(B)
    assert EXTRA in testing.env


def test_a_rollback_never_goes_to_what_failed(testing: Rehearsal) -> None:
    assert testing.deploy(A) == 0, testing.said
    testing.broken = {B}
    assert testing.deploy(B) == 1
    assert testing.deploy(C) == 0
    assert testing.rollback() == 0, testing.said
    testing.is_exactly(A)


def test_what_was_gone_back_from_is_no_goal_without_its_name(testing: Rehearsal) -> None:
    for commit in (A, B):
        assert testing.deploy(commit) == 0
    assert testing.rollback() == 0
    assert testing.deploy(C) == 0
    assert testing.rollback() == 0, testing.said
    testing.is_exactly(A)
    assert testing.rollback(B) == 0, testing.said
    testing.is_exactly(B)
    assert testing.rollback() == 0, testing.said
    testing.is_exactly(A)


def test_a_first_release_has_none_before_it(testing: Rehearsal) -> None:
    assert testing.deploy(A) == 0, testing.said
    assert testing.deploy(A) == 0, "the same again is no release of its own"
    assert testing.rollback() == 1
    assert "no release before" in testing.said
    testing.is_exactly(A)


def test_a_rollback_from_what_was_never_proved_goes_to_the_last_that_was(
    testing: Rehearsal,
) -> None:
    assert testing.deploy(A) == 0, testing.said
    assert testing.deploy(C) == 0
    cluster = Cluster(testing.folder / "cluster.json")
    image_of = ("f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"api"}', "f:image")
    cluster.update(DEPLOYMENT, "kubectl-set", {image_of: image(B)})
    cluster.save()
    assert testing.rollback() == 0, testing.said
    testing.is_exactly(C)


def test_a_failed_rollback_is_undone_too(testing: Rehearsal) -> None:
    for commit in (A, C):
        assert testing.deploy(commit) == 0
    testing.broken = {A}
    assert testing.rollback() == 1
    testing.is_exactly(C)
    testing.broken = set()
    assert testing.rollback() == 0, "what failed to come back once may come back later"
    testing.is_exactly(A)


def test_a_cluster_that_older_scripts_deployed_to_goes_back_too(testing: Rehearsal) -> None:
    """They kept no releases and left fields to other owners."""
    assert testing.deploy(A) == 0, testing.said
    testing.by_hand("kubectl-rollout", **{EXTRA: "on"})
    cluster = Cluster(testing.folder / "cluster.json")
    del cluster.state["configmap/coinbreakr-releases"]
    cluster.save()
    testing.broken = {C}
    assert testing.deploy(C) == 1
    assert testing.deployed == image(A)
    assert EXTRA in testing.env, "it is what served"
    testing.broken = set()
    assert testing.deploy(C) == 0, testing.said
    testing.is_exactly(C)


def test_a_commit_that_is_not_kept_is_rendered_from_git(testing: Rehearsal) -> None:
    assert testing.deploy(A) == 0, testing.said
    archive = testing.folder / "out" / "commit.tar"
    subprocess.run(["tar", "-cf", archive, "-C", testing.commits / B, "k8s"], check=True)
    assert testing.rollback(B) == 0, testing.said
    testing.is_exactly(B)
    assert f"archive --format tar --output {archive} {B} k8s" in str(testing.stubs.calls)
    assert testing.rollback() == 1, "who went back by name knows what is wrong with the rest"


def releases(given: str, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, ROOT / "deploy" / "releases.py", *args],
        input=given, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_the_newest_ten_are_kept_and_those_that_stand_longest(tmp_path: Path) -> None:
    file, kept = tmp_path / "manifests", ""
    for number in range(1, 14):
        file.write_text(f"kind: Service\nname: {number}\n---\nkind: Job\n")
        kept = releases(kept, "add", image(f"{number:040x}"), str(file))
    assert {json.loads(one)["number"] for one in json.loads(kept)["data"].values()} == set(
        range(4, 14)
    )
    assert releases(kept, "commit", f"{13:040x}", str(file)).split()[0] == "13"
    assert file.read_text() == "kind: Service\nname: 13"
    kept = releases(kept, "again", "4")
    assert releases(kept, "last", str(file)).split()[0] == "4"
    file.write_text("another")
    kept = releases(kept, "add", image(A), str(file))
    assert sorted(json.loads(one)["number"] for one in json.loads(kept)["data"].values()) == [
        4,
        *range(6, 15),
    ]
    assert releases(kept, "before", image(A), str(file)).split()[0] == "4"


def test_what_is_kept_is_marked_in_the_registry(testing: Rehearsal) -> None:
    for commit in (A, C):
        assert testing.deploy(commit) == 0, testing.said
    kept = testing.objects["configmap/coinbreakr-releases"]["data"]
    marks = [call.split("add ")[1].split() for call in testing.stubs.calls if "tags add" in call]
    assert {mark[1].split(":deployed-testing-")[1] for mark in marks} == set(kept)
    for stored, tag, _ in marks:
        release = json.loads(kept[tag.split(":deployed-testing-")[1]])
        assert release["image"].split("@")[1] == stored.split("@")[1]


def test_what_is_in_no_manifest_any_more_is_told(testing: Rehearsal) -> None:
    more = "---\napiVersion: v1\nkind: Service\nmetadata: {name: extra, namespace: coinbreakr}\n"
    file = testing.commits / A / "k8s/base/pdb.yaml"
    file.write_text(file.read_text() + more)
    assert testing.deploy(A) == 0, testing.said
    assert testing.deploy(C) == 0
    assert "**Left**: `service/extra`" in testing.stubs.summary
    assert testing.stubs.summary.count("**Left**") == 1


@pytest.mark.parametrize("seed", range(2))
def test_after_any_sequence_the_cluster_is_what_a_commit_says(
    testing: Rehearsal, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    assert testing.deploy(A) == 0, testing.said
    for _ in range(4):
        testing.broken = {one for one in (A, B, C, D) if dice.random() < 0.3}
        if dice.random() < 0.3:
            testing.by_hand("kubectl-edit", **{EXTRA: "by hand"})
        if dice.random() < 0.6:
            testing.deploy(dice.choice((A, B, C, D)))
        else:
            testing.rollback()
    testing.broken = set()
    assert testing.deploy(D) == 0, testing.said
    testing.is_exactly(D)
