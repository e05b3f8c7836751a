"""Who owes whom, worked out once more: integers in minor units, and nothing of the application's.

A bill is one or more entries, each an amount that somebody has paid and the parts of those who
bear it. Everything else follows: an open part of somebody else than the payer is a debt.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from math import floor

LATER = datetime(9999, 1, 1, tzinfo=UTC)  # than every moment that is asked for
PLACES = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
Units = dict[str, int]  # by currency
Pair = tuple[str, str]  # debtor, creditor


@dataclass
class Part:
    """What one person bears of an entry; `exact` is the amount as it is stored.

    `settled_by` names the event that settled it, or nothing where the old server forgot it.
    """

    user: str
    units: int
    exact: Decimal
    settled: bool = False
    settled_by: str = ""
    settled_at: datetime | None = None

    def settle(self, by: str, at: datetime | None) -> None:
        self.settled, self.settled_by, self.settled_at = True, by, at

    def reopen(self) -> None:
        self.settled, self.settled_by, self.settled_at = False, "", None


@dataclass
class Entry:
    """One document: what somebody has paid, and who bears it."""

    payer: str
    parts: list[Part]
    id: str = ""

    @property
    def debts(self) -> list[Part]:
        return [part for part in self.parts if part.user != self.payer and not part.settled]


@dataclass
class Bill:
    id: str
    creator: str
    currency: str
    group: str | None
    entries: list[Entry]
    date: datetime = LATER
    closed: bool = False
    settled_at: datetime | None = None
    kind: str = ""
    refunded: bool = False
    twin: str = ""  # the other half of a conversion
    gives_back: bool = False  # what was owed before a conversion

    @property
    def main(self) -> Entry:
        """What the expense says; the others are what its main payer owes to further ones."""
        return self.entries[0]

    @property
    def owners(self) -> set[str]:
        """Who may change and delete it."""
        return {self.creator, self.main.payer}

    @property
    def paid(self) -> dict[str, int]:
        """Who has paid how much."""
        others = {entry.payer: entry.parts[0].units for entry in self.entries[1:]}
        whole = sum(part.units for part in self.main.parts)
        return {self.main.payer: whole - sum(others.values()), **others}

    @property
    def concerned(self) -> set[str]:
        parts = {part.user for entry in self.entries for part in entry.parts}
        return {self.creator, *parts, *(entry.payer for entry in self.entries)}

    @property
    def debtors(self) -> set[str]:
        """Who has an open part, also if that is the payer."""
        return {part.user for entry in self.entries for part in entry.parts if not part.settled}

    def parts_of(self, user: str) -> list[Part]:
        return [part for entry in self.entries for part in entry.parts if part.user == user]

    def close(self, at: datetime) -> None:
        """Marked as settled when nobody but the payer has an open part; for good."""
        self.closed = self.closed or all(
            part.settled or part.user == entry.payer
            for entry in self.entries
            for part in entry.parts
        )
        self.settled_at = at if self.closed else None

    def was_open(self, part: Part, at: datetime) -> bool:
        """Whether a part was open at a moment; nobody knows when: it was settled all along."""
        settled_at = part.settled_at or self.settled_at
        return not part.settled or (settled_at is not None and settled_at > at)


@dataclass
class Owed:
    """What is owed to somebody, below zero by them: as balances show it."""

    units: Units = field(default_factory=Counter)
    exact: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, sign: int, currency: str, part: Part) -> None:
        self.units[currency] += sign * part.units
        self.exact[currency] += sign * part.exact

    @property
    def by_currency(self) -> dict[str, float]:
        return {code: shown(units, code) for code, units in self.units.items() if units}

    @property
    def number(self) -> float:
        """The one number of the app: all currencies added up, in cents."""
        return float(_rounded(sum(self.exact.values(), Decimal(0)), 2)) + 0.0

    @property
    def is_open(self) -> bool:
        return bool(self.number) or any(
            _rounded(amount, PLACES[code]) for code, amount in self.exact.items()
        )


@dataclass
class Settlement:
    """That somebody has paid somebody: an amount, or shares (of one bill each)."""

    id: str
    payer: str
    payee: str
    units: int
    currency: str
    group: str | None
    by: str
    status: str
    bills: list[str] = field(default_factory=list)
    shares: list[int] = field(default_factory=list)
    date: datetime = LATER


@dataclass
class World:
    """Who knows whom, who is in the groups, all bills, and who says to have paid whom."""

    people: list[str]
    friends: set[frozenset[str]] = field(default_factory=set)
    admins: dict[str, set[str]] = field(default_factory=dict)  # by group
    members: dict[str, set[str]] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    deleted: dict[str, Bill] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    confirming: set[str] = field(default_factory=set)

    def friends_of(self, user: str) -> set[str]:
        return {other for pair in self.friends if user in pair for other in pair - {user}}

    def around(self, user: str, group: str | None) -> set[str]:
        """With whom somebody may share a bill."""
        return self.members[group] if group else {user} | self.friends_of(user)

    def debts(
        self, group: str | None = None, at: datetime = LATER
    ) -> Iterator[tuple[str, str, str, Part]]:
        """Debtor, creditor, currency and part; of one group or all, perhaps at a moment."""
        for bill in self.bills.values():
            if group in (None, bill.group):
                yield from self.debts_of(bill, at)

    @staticmethod
    def debts_of(bill: Bill, at: datetime = LATER) -> Iterator[tuple[str, str, str, Part]]:
        for entry in bill.entries if bill.date <= at else ():
            for part in entry.parts:
                if bill.was_open(part, at) and part.user != entry.payer:
                    yield part.user, entry.payer, bill.currency, part

    def has_open(self, user: str, group: str | None, other: str = "") -> bool:
        """Whether something is open of somebody in a group or outside, perhaps with one other."""
        return any(
            user in (debtor, creditor) and (not other or other in (debtor, creditor))
            for bill in self.bills.values()
            if bill.group == group
            for debtor, creditor, _, _ in self.debts_of(bill)
        )

    def counted(self, one: Settlement) -> tuple[str, int, str]:
        """Status, units and currency of a settlement; those of a payment are what its bill says."""
        if one.bills or one.status != "counted":
            return one.status, one.units, one.currency
        bill = self.bills.get(one.id)
        parts = [] if bill is None else [p for p in bill.parts_of(one.payee) if not p.settled]
        units = sum(part.units for part in parts)
        return ("counted", units, one.currency) if units else ("void", one.units, one.currency)

    def between(self, one: str, other: str, at: datetime = LATER) -> Owed:
        """What `other` owes `one`, whatever the group."""
        found = Owed()
        for debtor, creditor, currency, part in self.debts(at=at):
            if {debtor, creditor} == {one, other}:
                found.add(1 if creditor == one else -1, currency, part)
        return found

    def in_group(self, group: str, at: datetime = LATER) -> dict[str, Owed]:
        """What everybody who has debts in a group is owed in it."""
        found: dict[str, Owed] = defaultdict(Owed)
        for debtor, creditor, currency, part in self.debts(group, at):
            found[creditor].add(1, currency, part)
            found[debtor].add(-1, currency, part)
        return found

    def pairs(self, group: str | None = None) -> dict[str, dict[Pair, int]]:
        """What each pair owes each other, netted and above zero, by currency."""
        sums: dict[str, Counter[Pair]] = defaultdict(Counter)
        for debtor, creditor, currency, part in self.debts(group):
            sums[currency][debtor, creditor] += part.units
        return {currency: dict(_netted(owed)) for currency, owed in sums.items()}


def together(
    paid: Mapping[str, int], parts: list[Part], currency: str, main: str = ""
) -> list[Entry]:
    """The entries of what several have paid: the main payer owes the others what they have.

    That is who was it before, if among them, else who has paid most.
    """
    main = main if main in paid else max(paid, key=lambda user: paid[user])
    return [
        Entry(main, parts),
        *(
            Entry(user, [Part(main, units, Decimal(units).scaleb(-PLACES[currency]))])
            for user, units in paid.items()
            if user != main
        ),
    ]


def _netted(owed: Mapping[Pair, int]) -> Iterator[tuple[Pair, int]]:
    for (debtor, creditor), units in owed.items():
        net = units - owed.get((creditor, debtor), 0)
        if net > 0:
            yield (debtor, creditor), net


def give_out(exact: Mapping[str, Fraction], expense: str) -> dict[str, int]:
    """Whole units: the largest remainders get those that are left, equal ones in turn."""
    whole = floor(sum(exact.values()) + Fraction(1, 2))
    units = {user: floor(share) for user, share in exact.items()}
    in_turn = sorted(exact)
    first = zlib.crc32(expense.encode()) % len(in_turn)
    in_turn = in_turn[first:] + in_turn[:first]
    in_turn.sort(key=lambda user: units[user] - exact[user])
    for user in in_turn[: whole - sum(units.values())]:
        units[user] += 1
    return units


def brute_force(net: Mapping[str, int]) -> int:
    """The fewest transfers: people less the most groups that are even among themselves."""
    people = [user for user, units in net.items() if units]
    return len(people) - _most_groups(frozenset(people), net)


def _most_groups(people: frozenset[str], net: Mapping[str, int]) -> int:
    if not people:
        return 0
    first, *others = sorted(people)
    return max(
        1 + _most_groups(people - {first, *some}, net)
        for size in range(len(others) + 1)
        for some in combinations(others, size)
        if not net[first] + sum(net[user] for user in some)
    )


def greedy(net: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """The largest debtor pays the largest creditor; ties by id."""
    left, transfers = dict(net), []
    while any(left.values()):
        payer = min(sorted(left), key=lambda user: left[user])
        payee = max(sorted(left), key=lambda user: left[user])
        units = min(-left[payer], left[payee])
        left[payer] += units
        left[payee] -= units
        transfers.append((payer, payee, units))
    return transfers


def net(transfers: Iterable[tuple[Pair, int]]) -> Counter[str]:
    """What is owed to each person."""
    found: Counter[str] = Counter()
    for (debtor, creditor), units in transfers:
        found[debtor] -= units
        found[creditor] += units
    return found


def shown(units: int, currency: str) -> float:
    return float(Decimal(units).scaleb(-PLACES[currency]))


def units_of(amount: float, currency: str) -> int:
    """An amount of an answer in minor units; it has to be whole."""
    whole = Decimal(repr(amount)).scaleb(PLACES[currency])
    assert whole == whole.to_integral_value(), (amount, currency)
    return int(whole)


def _rounded(amount: Decimal, places: int) -> Decimal:
    """Halves away from zero; a third and a sixth of a cent are a half."""
    told = amount.quantize(Decimal("1e-7"), ROUND_HALF_UP)
    return told.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
