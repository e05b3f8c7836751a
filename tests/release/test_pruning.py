import io
import json
import sys

import grpc  # type: ignore[import-untyped]
import pytest

from tests.release.conftest import Release
from tests.release.server import FakeRegistry
from tests.release.stored import IMAGE, aged, commit, digest, signature_tag

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def held(fake: FakeRegistry) -> FakeRegistry:
    """Ten recent images; 20 to 22 are old, 22 is an index of 30 with the signature 31."""
    fake.page_size = 4
    fake.hold(aged(30, 70), *(aged(number, number, commit(number)) for number in range(10)))
    fake.hold(aged(20, 50, "release-20"), aged(21, 60), aged(22, 70, commit(22), parts=(30,)))
    fake.hold(aged(31, 65, signature_tag(digest(22))))
    return fake


OLD = {digest(number) for number in (20, 21, 22, 30, 31)}


def verdicts(out: str) -> dict[str, tuple[str, str]]:
    return {one["digest"]: (one["verdict"], one["reason"]) for one in json.loads(out)}


def test_pruning_only_tells_unless_it_is_applied(
    held: FakeRegistry, release: Release, capsys: Capture
) -> None:
    before = held.digests()
    assert release("prune", "--deployed", digest(0)) == 0
    shown = capsys.readouterr()
    head, *lines = shown.out.splitlines()
    assert head.split() == ["VERDICT", "REASON", "DIGEST", "UPLOADED", "SIZE", "TAGS"]
    assert lines[-1] == "5 to delete with --apply, 10 kept."
    doomed = [line for line in lines if line.startswith("delete ")]
    assert len(doomed) == 5
    assert all(any(old in line for line in doomed) for old in OLD)
    assert held.digests() == before
    assert not held.called("DeleteVersion")


def test_applied_it_deletes_in_an_order_that_the_registry_takes(
    held: FakeRegistry, release: Release, capsys: Capture
) -> None:
    assert release("prune", "--deployed", digest(0), "--apply") == 0
    shown = capsys.readouterr()
    assert held.digests() == {digest(number) for number in range(10)}
    assert shown.out.endswith("\n5 deleted, 10 kept.\n")
    assert {line.removeprefix("deleted ") for line in shown.err.splitlines()} == OLD


def test_it_says_why_to_programs(held: FakeRegistry, release: Release, capsys: Capture) -> None:
    del held
    assert release("prune", "--deployed", digest(20), "--keep", "2", "--days", "8", "--json") == 0
    told = verdicts(capsys.readouterr().out)
    assert told[digest(0)] == ("keep", "among the newest 2")
    assert told[digest(8)] == ("keep", "not older than 8 days")
    assert told[digest(9)] == ("delete", "older than 8 days")
    assert told[digest(20)] == ("keep", "deployed")
    assert told[digest(30)] == ("delete", f"belongs to {digest(22)[:19]}")


def test_with_json_what_was_deleted_is_told_beside_the_document(
    held: FakeRegistry, release: Release, capsys: Capture
) -> None:
    assert release("prune", "--nothing-deployed", "--apply", "--json") == 0
    shown = capsys.readouterr()
    assert {one for one, (word, _) in verdicts(shown.out).items() if word == "delete"} == OLD
    assert shown.err.count("deleted ") == len(OLD)
    assert held.digests().isdisjoint(OLD)


def test_what_is_deployed_comes_from_arguments_and_from_standard_input(
    held: FakeRegistry, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = f"{IMAGE.uri}@{digest(21)}\n{digest(1)} {IMAGE.uri}:x@{digest(30)}\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(running))
    assert release("prune", "--deployed", digest(0), "--deployed", "-", "--apply") == 0
    recent = {digest(number) for number in range(10)}
    assert held.digests() == recent | {digest(number) for number in (21, 22, 30, 31)}


@pytest.mark.parametrize("piped", ["", " \n", "mongo:8", "null"])
def test_a_pipe_that_broke_protects_nothing_and_so_deletes_nothing(
    held: FakeRegistry,
    release: Release,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    piped: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
    assert release("prune", "--deployed", digest(0), "--deployed", "-", "--apply") == 2
    assert "digest" in capsys.readouterr().err
    assert held.digests() > OLD


def test_applying_needs_a_word_about_what_is_deployed(
    held: FakeRegistry, release: Release, capsys: Capture
) -> None:
    assert release("prune", "--apply") == 2
    assert "--nothing-deployed" in capsys.readouterr().err
    assert held.digests() > OLD


def test_a_deployed_digest_that_is_not_stored_stops_the_deletion(
    held: FakeRegistry, release: Release, capsys: Capture
) -> None:
    assert release("prune", "--deployed", digest(99)) == 0
    assert f"has no deployed {digest(99)}" in capsys.readouterr().err
    assert release("prune", "--deployed", digest(99), "--apply") == 1
    assert "nothing was deleted" in capsys.readouterr().err
    assert held.digests() > OLD


def test_a_failure_ends_the_deletions_with_its_exit_code(
    held: FakeRegistry, release: Release, capsys: Capture
) -> None:
    held.fail("DeleteVersion", grpc.StatusCode.PERMISSION_DENIED, "no deleting")
    assert release("prune", "--deployed", digest(0), "--apply") == 3
    shown = capsys.readouterr()
    assert "permission denied (no deleting)" in shown.err
    assert "kept." not in shown.out
    assert len(held.called("DeleteVersion")) == 1
    assert held.digests() > OLD


def test_what_somebody_else_deleted_meanwhile_is_no_failure(
    held: FakeRegistry, release: Release, capsys: Capture
) -> None:
    held.fail("DeleteVersion", grpc.StatusCode.NOT_FOUND, "gone")
    assert release("prune", "--deployed", digest(0), "--apply") == 0
    assert capsys.readouterr().err.count("was gone already") == 1
