"""`make drill`: four faults under 50 writes a second, and a table of what they did.

Ends with 1 if an acknowledged write is lost or any write is there twice.
"""

import sys
from collections.abc import Callable

from tests.drill import faults
from tests.drill.drill import Outcome, Plan, scene
from tests.drill.load import NO_ANSWER
from tests.replica import PRODUCTION_ELECTION_MS

PER_SECOND = 50
CLIENT_SECONDS = 35  # longer than a server takes for an answer, so that each is counted
PLANS = [
    Plan("killed primary", faults.kill_primary, 10, 0, 25),
    Plan("step down", faults.step_down, 10, 10, 20),
    Plan("primary frozen 20 s", faults.freeze_primary, 10, 20, 30),
    Plan("two of three gone 20 s", faults.two_of_three, 10, 20, 30),
]


def failed(row: Outcome) -> str:
    texts = {status: str(status) for status in row.failed} | {NO_ANSWER: "none"}
    return ", ".join(f"{texts[s]}: {n}" for s, n in sorted(row.failed.items())) or "-"


COLUMNS: list[tuple[str, int, Callable[[Outcome], object]]] = [
    ("fault", 24, lambda row: row.name),
    ("writes", 8, lambda row: row.writes),
    ("answers without success", 26, failed),
    ("longest s", 11, lambda row: f"{row.longest:.1f}"),
    ("unknown", 9, lambda row: row.unknown),
    ("given up", 10, lambda row: row.given_up),
    ("lost", 6, lambda row: row.lost),
    ("doubled", 9, lambda row: row.doubled),
    ("heals s", 8, lambda row: f"{row.healed:.1f}"),
]


def main() -> int:
    """Play the plans on one replica set; the exit code."""
    bad = 0
    with scene(PRODUCTION_ELECTION_MS) as played:
        print("".join(name.ljust(width) for name, width, _ in COLUMNS))
        for plan in PLANS:
            row = played.play(plan, PER_SECOND, CLIENT_SECONDS)
            print("".join(str(show(row)).ljust(width) for _, width, show in COLUMNS), flush=True)
            bad += row.lost + row.doubled
    print(
        "Half of the clients send an Idempotency-Key and try again until it is done; the others"
        "\nonly where the answer has Retry-After, else the write may be stored (unknown)."
        "\nheals: from the fault until writes were acknowledged again."
    )
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
