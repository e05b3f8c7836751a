from dataclasses import replace

from release.families import families
from release.images import StoredImage
from tests.release.stored import aged, commit, digest, signature_tag


def shape(*images: StoredImage) -> list[tuple[str, set[str]]]:
    return [(one.root.digest, set(one.digests)) for one in families(images) if not one.is_stray]


def strays(*images: StoredImage) -> set[str]:
    return {one.root.digest for one in families(images) if one.is_stray}


def test_plain_images_stand_alone_newest_first() -> None:
    assert shape(aged(1, 5), aged(2, 3), aged(3, 4)) == [
        (digest(2), {digest(2)}),
        (digest(3), {digest(3)}),
        (digest(1), {digest(1)}),
    ]


def test_an_index_has_its_parts_signature_and_the_signatures_of_its_parts() -> None:
    index = aged(1, 2, commit(1), parts=(2, 3))
    signed = aged(4, 1, signature_tag(digest(1)))
    part_signed = aged(5, 1, f"sha256-{2:064x}.att")
    by_referrers = aged(6, 1, f"sha256-{3:064x}")
    family = (digest(1), {digest(number) for number in range(1, 7)})
    everything = (aged(2, 2), aged(3, 2), part_signed, index, by_referrers, signed)
    assert shape(*everything) == [family]
    assert strays(*everything) == set()


def test_a_part_that_two_indexes_share_is_in_both_families() -> None:
    assert shape(aged(1, 1, parts=(9,)), aged(2, 2, parts=(9,)), aged(9, 3)) == [
        (digest(1), {digest(1), digest(9)}),
        (digest(2), {digest(2), digest(9)}),
    ]


def test_parts_that_are_not_stored_are_left_out() -> None:
    assert shape(aged(1, 1, parts=(2,))) == [(digest(1), {digest(1)})]


def test_a_signature_whose_image_is_gone_is_a_stray() -> None:
    assert strays(aged(1, 1, signature_tag(digest(2)))) == {digest(1)}


def test_an_attachment_without_a_tag_is_a_stray() -> None:
    bundle = replace(aged(1, 1), artifact_type="application/vnd.dev.sigstore.bundle.v0.3+json")
    assert strays(bundle) == {digest(1)}
    assert shape(replace(bundle, tags=("release-1",))) == [(digest(1), {digest(1)})]


def test_an_image_that_somebody_tagged_as_well_is_no_mere_signature() -> None:
    tagged = aged(1, 1, "release-1", signature_tag(digest(2)))
    assert shape(tagged, aged(2, 2)) == [(digest(1), {digest(1)}), (digest(2), {digest(2)})]
