"""Money in any order of events, each held against a model; `TRUST_EXAMPLES` tries more orders."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from coinbreakr.app import App
from coinbreakr.parts import Parts
from tests.trust.machine import Life

_EXAMPLES = int(os.environ.get("TRUST_EXAMPLES", "6"))
_STEPS = int(os.environ.get("TRUST_STEPS", "12"))


def test_whatever_people_do_everything_adds_up(app: App, parts: Parts) -> None:
    class Here(Life):
        def __init__(self) -> None:
            super().__init__(app, parts)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=_EXAMPLES,
            stateful_step_count=_STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
