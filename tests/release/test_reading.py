import json

import grpc  # type: ignore[import-untyped]
import pytest

from tests.release.conftest import Release
from tests.release.server import FakeRegistry
from tests.release.stored import IMAGE, aged, commit, digest, signature_tag

Capture = pytest.CaptureFixture[str]


def test_the_list_is_newest_first_whatever_the_order_of_the_pages(
    fake: FakeRegistry, release: Release, capsys: Capture
) -> None:
    fake.page_size = 2
    fake.hold(aged(1, 5), aged(2, 1, "release-2", commit(2)), aged(3, 9), aged(4, 3, commit(4)))
    assert release("list", "--limit", "3") == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["DIGEST", "UPLOADED", "SIZE", "TAGS"]
    assert [line.split()[0] for line in lines] == [digest(2), digest(4), digest(1)]
    assert lines[0].split(maxsplit=4)[1:] == [
        "2026-10-31T12:00:00Z",
        "123.5",
        "MB",
        f"{commit(2)}, release-2",
    ]


def test_the_list_for_programs_says_everything(
    fake: FakeRegistry, release: Release, capsys: Capture
) -> None:
    fake.hold(aged(1, 1, commit(1), parts=(2,)), aged(2, 2))
    assert release("list", "--json") == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "uri": f"{IMAGE.uri}@{digest(1)}",
        "digest": digest(1),
        "tags": [commit(1)],
        "size": 123_456_789,
        "uploaded": "2026-10-31T12:00:00Z",
        "media_type": "application/vnd.oci.image.manifest.v1+json",
        "artifact_type": "",
        "parts": [digest(2)],
    }
    assert second["digest"] == digest(2)


def test_an_empty_repository_has_an_empty_list(release: Release, capsys: Capture) -> None:
    assert release("list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("reference", ["release-1", digest(1), f"{IMAGE.uri}:release-1"])
def test_an_image_is_shown_by_tag_digest_or_uri(
    fake: FakeRegistry, release: Release, capsys: Capture, reference: str
) -> None:
    fake.hold(aged(1, 1, "release-1"))
    assert release("show", reference) == 0
    lines = dict(line.split(":", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["digest"].strip() == digest(1)
    assert lines["tags"].strip() == "release-1"
    assert lines["parts"].strip() == "-"
    assert release("show", reference, "--json") == 0
    assert json.loads(capsys.readouterr().out)["uri"] == f"{IMAGE.uri}@{digest(1)}"


def test_an_image_that_is_not_there_is_not_shown(release: Release, capsys: Capture) -> None:
    assert release("show", digest(1)) == 1
    assert f"{IMAGE.uri}@{digest(1)}: not found" in capsys.readouterr().err


def test_another_image_is_not_shown_for_ours(release: Release, capsys: Capture) -> None:
    assert release("show", "docker.io/library/mongo:8") == 2
    assert "is no tag" in capsys.readouterr().err


def test_a_tag_is_resolved_to_its_digest_and_nothing_else(
    fake: FakeRegistry, release: Release, capsys: Capture
) -> None:
    fake.hold(aged(1, 1, commit(1)), aged(2, 2, commit(2)))
    assert release("resolve", commit(2)) == 0
    assert capsys.readouterr() == (f"{digest(2)}\n", "")
    assert not fake.called("ListDockerImages")


def test_a_missing_tag_is_told_in_one_line(release: Release, capsys: Capture) -> None:
    assert release("resolve", commit(1)) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        f"release: {IMAGE.uri}:{commit(1)}: not found (Requested entity was not found.)\n"
    )


def test_missing_rights_and_a_missing_service_have_their_own_exit_codes(
    fake: FakeRegistry, release: Release
) -> None:
    fake.fail("GetTag", grpc.StatusCode.PERMISSION_DENIED, "no")
    assert release("resolve", commit(1)) == 3
    fake.fail("GetTag", grpc.StatusCode.DEADLINE_EXCEEDED, "late")
    assert release("resolve", commit(1)) == 4
    fake.fail("GetTag", grpc.StatusCode.FAILED_PRECONDITION, "never")
    assert release("resolve", commit(1)) == 6


def test_what_was_pushed_is_what_was_scanned(
    fake: FakeRegistry, release: Release, capsys: Capture
) -> None:
    fake.hold(aged(1, 1, commit(1)), aged(2, 1, commit(2)))
    assert release("verify", "--tag", commit(1), "--digest", digest(1)) == 0
    assert release("verify", "--tag", commit(1), "--digest", f"{IMAGE.uri}@{digest(1)}") == 0
    assert capsys.readouterr().err == ""
    assert release("verify", "--tag", commit(1), "--digest", digest(2)) == 5
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (f"release: tag {commit(1)} is {digest(1)}, but {digest(2)} was scanned\n")
    assert release("verify", "--tag", commit(3), "--digest", digest(2)) == 1


def test_the_rollback_target_is_one_digest(
    fake: FakeRegistry, release: Release, capsys: Capture
) -> None:
    fake.page_size = 2
    fake.hold(
        aged(1, 1, commit(1)),
        aged(2, 2, signature_tag(digest(1))),
        aged(3, 3, "pr-3"),
        aged(4, 4, commit(4)),
        aged(5, 5, commit(5)),
    )
    assert release("rollback-target", "--deployed", digest(1)) == 0
    assert capsys.readouterr().out == f"{digest(3)}\n"
    assert release("rollback-target", "--deployed", digest(1), "--releases-only") == 0
    assert capsys.readouterr().out == f"{digest(4)}\n"
    assert release("rollback-target", "--deployed", digest(5)) == 1
    assert "no image is older" in capsys.readouterr().err
    assert release("rollback-target", "--deployed", digest(9)) == 1
    assert "is not in the registry" in capsys.readouterr().err
