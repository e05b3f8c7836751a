"""The replica sets of the tests behave as those of production."""

from collections.abc import Iterator

import pytest

from tests import replica
from tests.replica import ReplicaSet, replica_set


@pytest.fixture(scope="module")
def members() -> Iterator[ReplicaSet]:
    with replica_set(election_ms=1000) as made:
        yield made


def test_a_killed_primary_is_replaced_and_comes_back(members: ReplicaSet) -> None:
    lost = members.primary()
    members.kill(lost)
    assert not lost.running
    assert members.primary() is not lost
    assert lost not in members.secondaries()
    members.restart(lost)
    members.await_whole()
    assert len(members.secondaries()) == 2


def test_a_primary_steps_down(members: ReplicaSet) -> None:
    former = members.primary()
    members.step_down(5)
    assert members.primary() is not former
    members.await_whole()


def test_a_frozen_primary_says_nothing_and_is_replaced(members: ReplicaSet) -> None:
    stalled = members.primary()
    members.freeze(stalled)
    assert stalled.running
    assert members.primary() is not stalled
    members.thaw(stalled)
    members.await_whole()


def test_a_member_that_does_not_find_back_is_started_anew(
    members: ReplicaSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "_PATIENCE_SECONDS", 20)
    members.await_whole()
    members.freeze(members.secondaries()[0])
    members.await_whole()
    assert len(members.secondaries()) == 2


def test_an_arbiter_votes_and_keeps_nothing() -> None:
    with replica_set(2, 1, election_ms=1000) as members:
        lost = members.primary()
        members.kill(lost)
        assert members.primary() is not lost
        assert members.arbiters[0].hello()["arbiterOnly"]
