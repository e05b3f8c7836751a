"""The mistakes that `make mutate-infra` makes, and that those of old are noticed."""

import pytest

from tests.infra import mutation, settled
from tests.infra.mutation import Mutant, mutants
from tests.infra.tools import ROOT

STEP = """\
jobs:
  a:
    timeout-minutes: 10
    steps:
      - name: Scan
        run: deploy/scan.sh
      - uses: b # a remark
"""


def made(path: str, text: str) -> dict[str, str]:
    return {f"{one.was.strip()} -> {one.now.strip()}": one.text for one in mutants(path, text)}


def test_a_number_a_word_and_an_entry_are_mistaken() -> None:
    found = made("a.yml", STEP)
    assert "timeout-minutes: 11" in found["timeout-minutes: 10 -> timeout-minutes: 11"]
    assert "scan.sh" not in found["run: deploy/scan.sh -> (gone)"]
    assert "steps" not in found["a: -> (gone)"]
    assert "remark" not in str(list(found))


def test_a_mistake_is_one() -> None:
    for text in made("a.yml", STEP).values():
        assert text != STEP


def test_every_room_has_its_mutants_and_they_are_always_the_same() -> None:
    total = 0
    for room in mutation.ROOMS.values():
        chosen = mutation.sample(room, 40, 1)
        assert chosen == mutation.sample(room, 40, 1)
        total += len(chosen)
    assert total >= 150


# (file, what stands there, what stands there by mistake): no test noticed these once.
ACCOUNTS = "kubernetes.io/metadata.name: "
EXAMPLES = [
    ("fleet.yml", "'production' || 'staging' }}\n    runs", "'staging' || 'staging' }}\n    runs"),
    ("fleet.yml", "    if: inputs.apply\n", ""),
    ("deploy.yml", "        run: deploy/scan.sh\n", "        run: deploy/build.sh\n"),
    ("ci.yml", "run: make audit", "run: make lint"),
    ("rollback.yml", "deploy.yml@refs/heads/testing", "rollback.yml@refs/heads/testing"),
    ("networkpolicy.yaml", f"{ACCOUNTS}kube-system", f"{ACCOUNTS}default"),
    ("hpa.yaml", "    scaleDown:\n", "    scaleDown:\n      selectPolicy: Disabled\n"),
    ("service.yaml", "  type: LoadBalancer", "  sessionAffinity: ClientIP\n  type: LoadBalancer"),
    ("image.pkr.hcl", "debian-12", "debian-11"),
    ("network.tf", "ALL_IP_RANGES", "PRIMARY_IP_RANGE"),
    ("coinbreakr.service", "Type=notify", "Type=simple"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "right", "wrong"), EXAMPLES)
def test_what_once_survived_changes_what_is_settled(
    name: str, right: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns = [(room, pattern) for room, many in settled.ROOMS.items() for pattern in many]
    found = {p: room for room, pattern in patterns for p in ROOT.glob(pattern) if p.name == name}
    texts = {path: path.read_text(encoding="utf-8") for path in found}
    having = [path for path, text in texts.items() if right in text]
    assert having
    before = {room: settled.lines(room) for room in found.values()}
    monkeypatch.setattr(settled, "text_of", lambda one: texts.get(one) or one.read_text("utf-8"))
    for path in having:
        texts[path] = texts[path].replace(right, wrong, 1)
        assert settled.lines(found[path]) != before[found[path]]
        texts[path] = path.read_text(encoding="utf-8")


def test_a_mutant_says_where_it_is() -> None:
    assert str(Mutant("a.yml", 3, " x: 1", " x: 2", "")) == "a.yml:3: 'x: 1' -> 'x: 2'"
