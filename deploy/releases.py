"""The releases that were proved, with the manifests that brought them, as one ConfigMap keeps them.

releases.py add IMAGE MANIFESTS [back]          the ConfigMap with one more; back: none of those before it stands
releases.py again NUMBER                        the ConfigMap after a return to this one: later ones are withdrawn
releases.py last MANIFESTS                      the newest that stands: NUMBER IMAGE, and its manifests into the file
releases.py before IMAGE MANIFESTS              where to go back to from this deployed image, the same way
releases.py commit COMMIT MANIFESTS             the newest of a commit, withdrawn or not, the same way
releases.py images                              the images of all
Reads the ConfigMap as JSON from standard input, or nothing when there is none. What is not there is not printed.
"""

import base64
import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

NAME, NAMESPACE = "coinbreakr-releases", "coinbreakr"
KEEP = 10  # as many as deploy/rollout.sh marks in the registry
Release = dict[str, Any]


def read(text: str) -> list[Release]:
    """The releases, oldest first."""
    data = json.loads(text).get("data", {}) if text.strip() else {}
    found = [{**json.loads(value), "slot": key} for key, value in data.items()]
    return sorted(found, key=lambda release: int(release["number"]))


def written(releases: list[Release]) -> str:
    """The ConfigMap, to be applied."""
    data = {
        one["slot"]: json.dumps({key: value for key, value in one.items() if key != "slot"})
        for one in releases
    }
    labels = {"app.kubernetes.io/part-of": "coinbreakr", "app.kubernetes.io/component": "releases"}
    meta = {"name": NAME, "namespace": NAMESPACE, "labels": labels}
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data})


def standing(releases: list[Release]) -> list[Release]:
    """Those that nobody has gone back from."""
    return [one for one in releases if not one["withdrawn"]]


def unpacked(release: Release) -> str:
    """Its manifests."""
    return gzip.decompress(base64.b64decode(release["manifests"])).decode()


def lasting(manifests: str) -> str:
    """Without the migration, which is a Job of each deploy."""
    documents = manifests.removesuffix("\n").split("\n---\n")
    return "\n---\n".join(one for one in documents if not re.search("^kind: Job$", one, re.MULTILINE))


def with_one_more(releases: list[Release], image: str, manifests: str) -> list[Release]:
    """The newest KEEP; a withdrawn one makes room before one that stands."""
    packed = base64.b64encode(gzip.compress(manifests.encode(), mtime=0)).decode()
    now = standing(releases)
    if now and now[-1]["image"] == image and unpacked(now[-1]) == manifests:
        return releases  # the same again
    slots = sorted({f"release-{n}" for n in range(KEEP)} - {one["slot"] for one in releases})
    if not slots:
        oldest = min(releases, key=lambda one: (not one["withdrawn"], one["number"]))
        releases = [one for one in releases if one is not oldest]
        slots = [oldest["slot"]]
    number = 1 + max((int(one["number"]) for one in releases), default=0)
    new = {"slot": slots[0], "number": number, "image": image, "withdrawn": False, "manifests": packed}
    return [*releases, new]


def returned(releases: list[Release], number: int) -> list[Release]:
    """What was proved later than the one that was gone back to does not stand any more."""
    withdrawn = {one["number"]: one["number"] > number or one["withdrawn"] for one in releases}
    withdrawn[number] = False
    return [{**one, "withdrawn": withdrawn[one["number"]]} for one in releases]


def before(releases: list[Release], image: str) -> Release | None:
    """From a release that stands to the one before it; from anything else, to the last that stands."""
    now = standing(releases)
    if now and now[-1]["image"] == image:
        now = now[:-1]
    return now[-1] if now else None


def told(release: Release | None, manifests: str) -> None:
    """Its slot names its tag in the registry."""
    if release:
        Path(manifests).write_text(unpacked(release), encoding="utf-8")
        print(release["number"], release["image"], release["slot"])


def main(action: str, *rest: str) -> None:
    releases = read(sys.stdin.read())
    if action == "add":
        image, manifests, *back = rest
        if back == ["back"]:
            releases = [{**one, "withdrawn": True} for one in releases]
        print(written(with_one_more(releases, image, lasting(Path(manifests).read_text("utf-8")))))
    elif action == "again":
        print(written(returned(releases, int(rest[0]))))
    elif action == "last":
        told(next(iter(standing(releases)[::-1]), None), rest[0])
    elif action == "before":
        told(before(releases, rest[0]), rest[1])
    elif action == "commit":
        told(next((one for one in releases[::-1] if f":{rest[0]}@" in one["image"]), None), rest[1])
    elif action == "images":
        print(*(one["image"] for one in releases), sep="\n")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
