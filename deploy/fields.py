"""Who set which field of the objects in the cluster, from their managed fields (server-side apply).

fields.py adopt   what kubectl set apart from our applies, as patches that make it ours: OBJECT, a tab, PATCH
fields.py owned   what our applies have set, as a list that can be applied again
Reads `kubectl get --output json --show-managed-fields` from standard input.
"""

import json
import sys
from typing import Any

MANAGER = "coinbreakr-deploy"
OLDER = ("kubectl", "before-first-apply")  # kubectl-edit, kubectl-rollout, kubectl-client-side-apply, ...
Fields = dict[str, Any]


def ours(entry: Fields) -> bool:
    """Whether this is what our applies have set."""
    return entry.get("manager") == MANAGER and entry.get("operation") == "Apply"


def by_hand(entry: Fields) -> bool:
    """Whether a person or an older script set these; statuses and the autoscaler's number are not theirs."""
    manager = entry.get("manager", "")
    updated = manager == MANAGER and entry.get("operation") == "Update"
    return not entry.get("subresource") and (updated or manager.startswith(OLDER))


def union(one: Fields, other: Fields) -> Fields:
    """The fields of both."""
    both = dict(one)
    for key, inner in other.items():
        both[key] = union(both.get(key, {}), inner)
    return both


def without_replicas(kind: str, fields: Fields) -> Fields:
    """An apply that lacks what it owned takes it away, and the number of pods is the autoscaler's."""
    if kind != "Deployment" or "f:spec" not in fields:
        return fields
    spec = {key: inner for key, inner in fields["f:spec"].items() if key != "f:replicas"}
    return {**fields, "f:spec": spec}


def adopted(item: Fields) -> list[Fields] | None:
    """The managed fields with what was set by hand as ours; nothing if there is none."""
    entries = item["metadata"].get("managedFields", [])
    mine = next((entry for entry in entries if ours(entry)), None)
    version = mine["apiVersion"] if mine else item["apiVersion"]
    moved = [one for one in entries if by_hand(one) and one["apiVersion"] == version]
    if not moved:
        return None
    fields = mine["fieldsV1"] if mine else {}
    for one in moved:
        fields = union(fields, without_replicas(item["kind"], one["fieldsV1"]))
    whole = {
        **(mine or {"manager": MANAGER, "operation": "Apply", "apiVersion": version, "fieldsType": "FieldsV1"}),
        "fieldsV1": fields,
        "time": moved[0]["time"],
    }
    return [whole, *(one for one in entries if one not in moved and not ours(one))]


def patch(item: Fields, entries: list[Fields]) -> list[Fields]:
    """Refused when the object has changed since it was read."""
    version = item["metadata"]["resourceVersion"]
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": entries},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]


def name(item: Fields) -> str:
    """As kubectl takes it: kind.group/name."""
    group = item["apiVersion"].rpartition("/")[0]
    return f"{item['kind'].lower()}.{group}".rstrip(".") + f"/{item['metadata']['name']}"


def picked(fields: Fields, value: Any) -> Any:
    """The part of a value that the fields name."""
    inner = {key: under for key, under in fields.items() if key != "."}
    if not inner and "." not in fields:
        return value  # a leaf, whole
    if isinstance(value, list):
        return [found for found in (picked_item(inner, item) for item in value) if found is not None]
    named = {key.removeprefix("f:"): under for key, under in inner.items()}
    return {key: picked(named[key], value[key]) for key in value if key in named}


def picked_item(fields: Fields, item: Any) -> Any:
    """An item of a list by its keys (k:) or its value (v:), or nothing."""
    for key, under in fields.items():
        kind, _, text = key.partition(":")
        known = json.loads(text)
        if kind == "v" and known == item:
            return item
        if kind == "k" and all(item.get(name) == value for name, value in known.items()):
            return {**known, **picked(under, item)}
    return None


def owned(item: Fields) -> Fields | None:
    """The object as our applies made it, or nothing if none did."""
    mine = [entry for entry in item["metadata"].get("managedFields", []) if ours(entry)]
    if not mine:
        return None
    found: Fields = picked(mine[0]["fieldsV1"], item)
    known = {key: item["metadata"][key] for key in ("name", "namespace")}
    return {
        "apiVersion": mine[0]["apiVersion"], "kind": item["kind"], **found,
        "metadata": {**found.get("metadata", {}), **known},
    }  # fmt: skip


def main(action: str) -> None:
    found = json.loads(sys.stdin.read().strip() or '{"items": []}')
    items: list[Fields] = found["items"] if "items" in found else [found]
    if action == "owned":
        kept = [one for item in items if (one := owned(item))]
        json.dump({"apiVersion": "v1", "kind": "List", "items": kept}, sys.stdout)
    elif action == "adopt":
        for item in items:
            if entries := adopted(item):
                print(name(item), json.dumps(patch(item, entries)), sep="\t")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
