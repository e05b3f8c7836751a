"""A stand-in for kubectl and its cluster: objects in a file, and server-side apply's owners.

Only what deploy/*.sh asks for. Who owns what follows Kubernetes: a field that an apply lacks goes
when nobody else owns it, and a forced apply takes what it changes from its owners.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Doc = dict[str, Any]
Place = tuple[str, ...]  # f:NAME of a map, k:{...} of a list that has keys
KEYS = {
    "containers": ("name",), "initContainers": ("name",), "env": ("name",), "volumes": ("name",),
    "volumeMounts": ("mountPath",),
}  # fmt: skip
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
IDENTITY = {"apiVersion", "kind"}


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)


def keys_of(place: Place) -> tuple[str, ...]:
    name = place[-1].removeprefix("f:") if place else ""
    return KEYS.get(name, ())


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The fields of an object; a list without keys is one."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*place, f"f:{key}"))
    elif isinstance(value, list) and keys_of(place):
        for item in value:
            key = json.dumps({name: item[name] for name in keys_of(place)}, separators=(",", ":"))
            yield from leaves(item, (*place, f"k:{key}"))
    else:
        yield place, value


def fields(places: set[Place]) -> Doc:
    """As `fieldsV1` says it."""
    tree: Doc = {}
    for place in sorted(places):
        inner = tree
        for part in place:
            if part.startswith("k:"):
                inner = inner.setdefault(part, {".": {}})
            else:
                inner = inner.setdefault(part, {})
    return tree


def places(tree: Doc, place: Place = ()) -> set[Place]:
    inner = {key: under for key, under in tree.items() if key != "."}
    if not inner:
        return {place} if place and not place[-1].startswith("k:") else set()
    return {one for key, under in inner.items() for one in places(under, (*place, key))}


def built(values: dict[Place, Any]) -> Doc:
    """The object of these fields."""
    root: Doc = {}
    for place, value in values.items():
        put(root, place, value)
    return root


def put(target: Doc, place: Place, value: Any) -> None:
    for number, part in enumerate(place[:-1]):
        following = place[number + 1]
        if part.startswith("f:"):
            empty: Any = [] if following.startswith("k:") else {}
            target = target.setdefault(part[2:], empty)
        else:
            target = item(target, json.loads(part[2:]))
    target[place[-1][2:]] = value


def item(among: Any, key: Doc) -> Doc:
    for one in among:
        if key.items() <= one.items():
            found: Doc = one
            return found
    among.append(dict(key))
    added: Doc = among[-1]
    return added


def name_of(doc: Doc) -> str:
    group = doc["apiVersion"].rpartition("/")[0]
    return f"{doc['kind'].lower()}.{group}".rstrip(".") + f"/{doc['metadata']['name']}"


def body(doc: Doc) -> dict[Place, Any]:
    """The fields that have owners."""
    kept = {key: value for key, value in doc.items() if key not in IDENTITY | {"status"}}
    meta = {k: v for k, v in kept["metadata"].items() if k in {"labels", "annotations"}}
    return dict(leaves({**kept, "metadata": meta}))


@dataclass
class Cluster:
    """What the file holds."""

    file: Path

    def __post_init__(self) -> None:
        self.state: Doc = json.loads(self.file.read_text()) if self.file.exists() else {}

    def save(self) -> None:
        self.file.write_text(json.dumps(self.state))

    def entry(self, doc: Doc, manager: str, operation: str) -> Doc:
        found = doc["metadata"].setdefault("managedFields", [])
        for one in found:
            if (one["manager"], one["operation"]) == (manager, operation):
                known: Doc = one
                return known
        found.append({
            "manager": manager, "operation": operation, "apiVersion": doc["apiVersion"],
            "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {},
        })  # fmt: skip
        made: Doc = found[-1]
        return made

    def settle(self, doc: Doc, values: dict[Place, Any]) -> None:
        meta = {k: v for k, v in doc["metadata"].items() if k not in {"labels", "annotations"}}
        known = {key: doc[key] for key in IDENTITY}
        fresh = built(values)
        version = str(int(meta.get("resourceVersion", "0")) + 1)
        fresh["metadata"] = {**fresh.get("metadata", {}), **meta, "resourceVersion": version}
        self.state[name_of(doc)] = {**known, **fresh}

    def apply(self, given: Doc, manager: str) -> None:
        """Server-side, forced."""
        wanted = body(given)
        identity = {k: v for k, v in given["metadata"].items() if k in {"name", "namespace"}}
        empty = {**{key: given[key] for key in IDENTITY}, "metadata": identity}
        doc = self.state.setdefault(name_of(given), empty)
        now, mine = body(doc), self.entry(doc, manager, "Apply")
        others = [one for one in doc["metadata"]["managedFields"] if one is not mine]
        owned = places(mine["fieldsV1"])
        held = set[Place]().union(*(places(one["fieldsV1"]) for one in others))
        for place in owned - set(wanted) - held:
            now.pop(place, None)
        for one in others:
            taken = {p for p in places(one["fieldsV1"]) if p in wanted and now.get(p) != wanted[p]}
            one["fieldsV1"] = fields(places(one["fieldsV1"]) - taken)
        now.update(wanted)
        mine["fieldsV1"] = fields(set(wanted))
        doc["metadata"]["managedFields"] = [mine, *(one for one in others if one["fieldsV1"])]
        self.settle(doc, now)

    def update(self, name: str, manager: str, values: dict[Place, Any]) -> None:
        """What kubectl edit, patch, set and the like do: who changes a field owns it."""
        doc = self.state[name]
        one = self.entry(doc, manager, "Update")
        one["fieldsV1"] = fields(places(one["fieldsV1"]) | set(values))
        self.settle(doc, {**body(doc), **values})

    def patch(self, name: str, operations: list[Doc]) -> int:
        """Of the managed fields, when the object is as it was read."""
        meta = self.state[name]["metadata"]
        new = {one["path"]: one["value"] for one in operations}
        assert set(new) == {"/metadata/managedFields", "/metadata/resourceVersion"}
        if new["/metadata/resourceVersion"] != meta["resourceVersion"]:
            return 1
        meta["managedFields"] = new["/metadata/managedFields"]
        meta["resourceVersion"] = str(int(meta["resourceVersion"]) + 1)
        return 0


def documents(file: str) -> list[Doc]:
    found = [doc for doc in yaml.load_all(Path(file).read_text(encoding="utf-8"), LOADER) if doc]
    return [one for doc in found for one in (doc["items"] if doc["kind"] == "List" else [doc])]


def chosen(docs: list[Doc], selector: str) -> list[Doc]:
    """By KEY=VALUE or KEY!=VALUE."""
    if not selector:
        return docs
    key, unlike, value = re.fullmatch(r"([^!=]+)(!?)=(.*)", selector).groups()  # type: ignore[union-attr]
    labels = [doc["metadata"].get("labels", {}).get(key) for doc in docs]
    return [d for d, label in zip(docs, labels, strict=True) if (label == value) != bool(unlike)]


class Kubectl:
    """One call."""

    def __init__(self, folder: Path, words: list[str]) -> None:
        self.cluster = Cluster(folder / "cluster.json")
        self.words, self.options = [], dict[str, str]()
        rest = iter(words)
        flags = {
            "--server-side",
            "--force-conflicts",
            "--ignore-not-found",
            "--show-managed-fields",
        }
        for word in rest:
            key, equals, value = word.partition("=")
            if not word.startswith("--"):
                self.words.append(word)
            elif key in flags:
                self.options[key] = "yes"
            else:
                self.options[key] = value if equals else next(rest)

    def run(self) -> int:
        if self.words[0] == "kustomize":
            os.execv(os.environ["REAL_KUBECTL"], ["kubectl", "kustomize", self.words[1]])  # noqa: S606
        done = int(getattr(self, self.words[0])())
        self.cluster.save()
        return done

    def image(self) -> str:
        doc = self.cluster.state.get("deployment.apps/coinbreakr-api", {})
        found = doc.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])
        return next((one["image"] for one in found if one["name"] == "api"), "")

    def apply(self) -> int:
        for doc in chosen(
            documents(self.options["--filename"]), self.options.get("--selector", "")
        ):
            self.cluster.apply(doc, self.options["--field-manager"])
        return 0

    def create(self) -> int:
        for doc in chosen(documents(self.options["--filename"]), self.options["--selector"]):
            self.cluster.state[name_of(doc)] = doc
        return 0

    def patch(self) -> int:
        return self.cluster.patch(self.words[1], json.loads(self.options["--patch"]))

    def rollout(self) -> int:
        assert self.words[1] == "status"
        return int(any(word in self.image() for word in os.environ["BROKEN"].split()))

    def logs(self) -> int:
        say("a line of the log")
        return 0

    def get(self) -> int:
        if "--filename" in self.options:
            return self.get_file()
        kind, name = (*self.words[1:], "")[:2]
        if kind == "configmap":
            say(json.dumps(found) if (found := self.cluster.state.get(f"configmap/{name}")) else "")
        elif kind == "deployment":
            say(self.image(), "")
        else:
            say({
                "secret": "mongo-url\njwt-secret", "job": "Complete", "service": "203.0.113.7",
                "pods": '{"items": []}',
            }.get(kind, ""))  # fmt: skip
        return 0

    def get_file(self) -> int:
        names = [name_of(doc) for doc in documents(self.options["--filename"])]
        found = [self.cluster.state[name] for name in names if name in self.cluster.state]
        if self.options["--output"] == "name":
            say("\n".join(map(name_of, found)))
        elif len(names) == 1 and found:
            say(json.dumps(found[0]))
        else:
            say(json.dumps({"apiVersion": "v1", "kind": "List", "items": found}) if found else "")
        return 0


if __name__ == "__main__":
    sys.exit(Kubectl(Path(sys.argv[1]), sys.argv[2:]).run())
