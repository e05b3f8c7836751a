from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release import policy
from release.errors import NotFound
from release.families import newest_first
from release.images import StoredImage
from release.policy import Policy
from tests.release.stored import NOW, aged, commit, digest, signature_tag
from tests.release.worlds import plain_images, repositories

numbers = st.sets(st.integers(0, 25), max_size=3)
policies = st.builds(Policy, st.integers(1, 6), st.integers(1, 50).map(timedelta))


def pruned(images: list[StoredImage], *deployed: str, rule: Policy | None = None) -> set[str]:
    verdicts = (rule or Policy()).judge(images, now=NOW, deployed=deployed)
    return {one.image.digest for one in verdicts if one.delete}


@given(plain_images(), policies, numbers)
def test_plain_images_go_exactly_when_old_surplus_and_not_deployed(
    images: list[StoredImage], rule: Policy, running: set[int]
) -> None:
    deployed = {digest(number) for number in running}
    surplus = newest_first(images)[rule.keep :]
    assert pruned(images, *deployed, rule=rule) == {
        one.digest
        for one in surplus
        if NOW - one.uploaded > rule.max_age and one.digest not in deployed
    }


@given(repositories(), policies, numbers)
def test_each_image_gets_one_verdict_and_no_deployed_one_goes(
    images: list[StoredImage], rule: Policy, running: set[int]
) -> None:
    deployed = {digest(number) for number in running}
    verdicts = rule.judge(images, now=NOW, deployed=deployed)
    assert sorted(one.image.digest for one in verdicts) == sorted(one.digest for one in images)
    assert deployed.isdisjoint(one.image.digest for one in verdicts if one.delete)


@given(repositories(), policies, numbers)
def test_nothing_that_stays_loses_a_part_or_a_signature(
    images: list[StoredImage], rule: Policy, running: set[int]
) -> None:
    gone = pruned(images, *map(digest, running), rule=rule)
    for image in images:
        if image.digest not in gone:
            assert gone.isdisjoint(image.parts)
        else:
            assert gone.issuperset(image.subjects)


@given(repositories(), policies)
def test_signatures_go_first_and_indexes_before_their_parts(
    images: list[StoredImage], rule: Policy
) -> None:
    verdicts = rule.judge(images, now=NOW, deployed=())
    doomed = policy.deletions(verdicts)
    place = {image.digest: rank for rank, image in enumerate(doomed)}
    assert set(place) == pruned(images, rule=rule)
    parts = {part for image in doomed for part in image.parts}
    for image in doomed:
        assert all(place[image.digest] < place.get(part, 99) for part in image.parts)
        if image.subjects and image.digest not in parts:
            pushed = (one.digest for one in doomed if not one.subjects)
            assert all(place[image.digest] < place[one] for one in pushed)


@given(repositories(), policies)
def test_what_is_left_of_a_pruned_repository_is_not_pruned_further(
    images: list[StoredImage], rule: Policy
) -> None:
    gone = pruned(images, rule=rule)
    left = [image for image in images if image.digest not in gone]
    assert pruned(left, rule=rule) == set()


def test_signatures_and_parts_do_not_use_up_the_ten_that_stay() -> None:
    releases = [
        aged(number, 100 + number, commit(number), parts=(100 + number,)) for number in range(11)
    ]
    parts = [aged(100 + number, 100 + number) for number in range(11)]
    signatures = [aged(200 + number, 100, signature_tag(digest(number))) for number in range(11)]
    assert pruned(releases + parts + signatures) == {digest(10), digest(110), digest(210)}


def test_the_age_must_be_exceeded_and_not_only_reached() -> None:
    newer = [aged(number, 0) for number in range(10)]
    assert pruned([*newer, aged(10, 30)]) == set()
    assert pruned([*newer, aged(10, 30.001)]) == {digest(10)}


def test_a_deployed_part_holds_its_whole_family() -> None:
    newer = [aged(number, 0) for number in range(10)]
    index = [aged(10, 90, parts=(11, 12)), aged(11, 90), aged(12, 90)]
    assert pruned(newer + index, digest(12)) == set()
    assert pruned(newer + index) == {digest(10), digest(11), digest(12)}


def test_digests_that_no_image_has_are_told() -> None:
    assert policy.unlisted([aged(1, 1)], [digest(3), digest(1), digest(2)]) == [
        digest(2),
        digest(3),
    ]


@given(plain_images(), st.booleans())
def test_the_rollback_target_is_the_newest_of_the_older_ones(
    images: list[StoredImage], releases_only: bool
) -> None:
    for current in images:
        older = [
            one
            for one in images
            if one.uploaded < current.uploaded and (one.is_release or not releases_only)
        ]
        if older:
            target = policy.rollback_target(images, current.digest, releases_only=releases_only)
            assert target == newest_first(older)[0]
        else:
            with pytest.raises(NotFound):
                policy.rollback_target(images, current.digest, releases_only=releases_only)


@given(repositories())
def test_the_rollback_target_can_be_deployed(images: list[StoredImage]) -> None:
    parts = {part for image in images for part in image.parts}
    for current in images:
        try:
            target = policy.rollback_target(images, current.digest)
        except NotFound:
            continue
        assert target.digest not in parts
        assert not target.subjects
        assert not target.is_attachment


def test_the_part_that_a_node_reports_stands_for_its_index() -> None:
    images = [aged(1, 1, parts=(2,)), aged(2, 5), aged(3, 3, commit(3))]
    assert policy.rollback_target(images, digest(2)).digest == digest(3)


def test_only_full_commits_and_release_tags_make_a_release() -> None:
    short = aged(2, 2, commit(2)[:12], "latest", "prerelease-2", commit(2) + "0")
    images = [aged(1, 1), short, aged(3, 3, "release-3"), aged(4, 4, commit(4))]
    assert policy.rollback_target(images, digest(1)).digest == digest(2)
    found = policy.rollback_target(images, digest(1), releases_only=True)
    assert found.digest == digest(3)
    found = policy.rollback_target(images, digest(3), releases_only=True)
    assert found.digest == digest(4)


def test_a_deployed_digest_that_is_not_stored_is_told() -> None:
    with pytest.raises(NotFound, match=r"deployed .* is not in the registry"):
        policy.rollback_target([aged(1, 1)], digest(2))
