"""The drill in short: elections after one and a half seconds instead of ten."""

from collections.abc import Iterator

import pytest

from tests.drill import faults
from tests.drill.drill import Plan, Scene, scene
from tests.drill.load import NO_ANSWER

ELECTION_MS = 1500
PER_SECOND = 30
CLIENT_SECONDS = 0.7  # less than an election, so that writes are sent again
PLANS = [
    Plan("killed primary", faults.kill_primary, 0.5, 0, 2),
    Plan("step down", faults.step_down, 0.5, 2, 1),
    Plan("primary frozen", faults.freeze_primary, 0.5, 4, 1),
    Plan("two of three gone", faults.two_of_three, 0.5, 4, 1),
]


@pytest.fixture(scope="module")
def played() -> Iterator[Scene]:
    with scene(ELECTION_MS) as found:
        yield found


@pytest.mark.xdist_group("drill")
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_what_is_acknowledged_is_stored_once(plan: Plan, played: Scene) -> None:
    outcome = played.play(plan, PER_SECOND, CLIENT_SECONDS)
    assert outcome.writes > 30, outcome
    assert (outcome.lost, outcome.doubled, outcome.given_up) == (0, 0, 0), outcome
    assert outcome.failed.keys() <= {NO_ANSWER, 409, 503}, outcome
