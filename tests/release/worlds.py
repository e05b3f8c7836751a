"""Repositories as hypothesis imagines them."""

from dataclasses import replace

from hypothesis import strategies as st

from release.images import StoredImage
from tests.release.stored import aged, commit, digest, signature_tag


@st.composite
def plain_images(draw: st.DrawFn) -> list[StoredImage]:
    """Images without parts or signatures; some have equal times."""
    ages = draw(st.lists(st.integers(0, 60), max_size=25))
    tags = st.sampled_from([(), ("latest",), ("release-1",), (commit(7),), ("pr-7", commit(8))])
    return [aged(number, age, *draw(tags)) for number, age in enumerate(ages)]


@st.composite
def repositories(draw: st.DrawFn) -> list[StoredImage]:
    """Images, indexes of indexes that share parts, signatures and attachments, in any order."""
    images: list[StoredImage] = []
    for number, age in enumerate(draw(st.lists(st.integers(0, 60), max_size=20))):
        kind = draw(st.sampled_from(["image", "image", "index", "signature", "attachment"]))
        others = st.integers(0, max(number - 1, 0))
        image = aged(number, age)
        if kind == "index" and number:
            parts = tuple(draw(st.sets(others, min_size=1, max_size=3)))
            image = aged(number, age, parts=parts)
        elif kind == "signature" and number:
            image = aged(number, age, signature_tag(digest(draw(others))))
        elif kind == "attachment":
            image = replace(image, artifact_type="application/spdx+json")
        images.append(image)
    return draw(st.permutations(images))
