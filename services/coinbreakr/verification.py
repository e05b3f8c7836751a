"""What `coinbreakr verify` does: looks through the stored data, and mends what it can."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from coinbreakr.findings import Check, Finding

Say = Callable[[str], None]
_MENDED: Final = "mended"


@dataclass(slots=True)
class Tally:
    """How much was found, and how much of it mended."""

    found: int = 0
    mended: int = 0

    @property
    def left(self) -> int:
        """What is as it was."""
        return self.found - self.mended


def verify(checks: Mapping[str, Check], say: Say, *, mend: bool) -> Tally:
    """Run the checks in their order; a line for each finding, and one for each check."""
    total = Tally()
    for about, check in checks.items():
        tally = Tally()
        for finding in check():
            note = _note(finding, mend=mend)
            tally.found += 1
            tally.mended += note == _MENDED
            say(f"  {finding.collection} {finding.id}: {finding.what} ({note})")
        say(f"{about}: {_sum(tally)}")
        total.found += tally.found
        total.mended += tally.mended
    return total


def _note(finding: Finding, *, mend: bool) -> str:
    """What can be, or was, done about it."""
    if finding.mend is None:
        return "needs a person"
    if not mend:
        return "can be mended"
    return _MENDED if finding.mend() else "not mended: changed meanwhile, or refused"


def _sum(tally: Tally) -> str:
    if not tally.found:
        return "nothing found"
    return f"{tally.found} found" + (f", {tally.mended} mended" if tally.mended else "")
