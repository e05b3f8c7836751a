"""People pay each other back: what they record beside expenses."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.trust import checks
from tests.trust.machine import Life, in_group, rightly, said, which
from tests.trust.model import LATER, Bill, Entry, Part, Settlement
from tests.trust.typed import money


class Payments(Life):
    """Payments, shares that are settled together, and confirming, rejecting and undoing them."""

    @rule(by=which, to=which, said=said, group=in_group, how=st.integers(0, 5), rightly=rightly)
    def pay(
        self, by: int, to: int, said: dict[str, Any], group: int | None, how: int, rightly: bool
    ) -> None:
        was_paid, asks, confirms = how % 2, how % 3 == 0, how < 3
        where = None if group is None else self.groups[group]
        caller = self._who(by, self.world.members[where] if where else self.ids, rightly)
        other = self._who(to, self.world.around(caller, where) - {caller}, rightly)
        payer, payee = (other, caller) if was_paid else (caller, other)
        if asks:
            self._confirm(payee, confirms)
        body = {
            "from": payer,
            "to": payee,
            "amount": money(said["units"], said["currency"]),
            "currency": said["currency"],
            "date": said["date"].isoformat(),
            **({"group": where} if where else {}),
        }
        answer = self._as(caller, "POST", "/v1/settlements", body)
        if self._took(answer, 201, allowed=self._may_pay(caller, other, where)):
            made = Settlement(
                answer.data["_id"], payer, payee, said["units"], said["currency"], where, caller, ""
            )
            made.date = said["date"]
            self._record(made)

    def _may_pay(self, caller: str, other: str, group: str | None) -> bool:
        if caller == other:
            return False
        if group is None:
            friend = other in self.world.friends_of(caller)
            return friend or self.world.has_open(caller, None, other)
        members = self.world.members[group]
        return all(one in members or self.world.has_open(one, group) for one in (caller, other))

    @precondition(lambda self: self._owing())
    @rule(which=which, how=st.integers(0, 11), rightly=rightly)
    def settle_shares(self, which: int, how: int, rightly: bool) -> None:
        was_paid, more, asks, confirms = how % 2, how % 4 > 1, how % 3 == 0, how < 6
        owing = self._owing()
        bill, debtor, creditor, units = owing[which % len(owing)]
        key = (debtor, creditor, bill.currency)
        some = [one for one in owing if (one[1], one[2], one[0].currency) == key] if more else []
        parts = {one.id: units for one, _, _, units in some} or {bill.id: units}
        whole = sum(parts.values()) + (0 if rightly else 1)
        caller = creditor if was_paid else debtor
        if asks:
            self._confirm(creditor, confirms)
        body = {
            "from": debtor,
            "to": creditor,
            "amount": money(whole, bill.currency),
            "currency": bill.currency,
            "expenses": list(parts),
        }
        answer = self._as(caller, "POST", "/v1/settlements", body)
        if self._took(answer, 201, allowed=rightly):
            groups = {self.world.bills[one].group for one in parts}
            where = groups.pop() if len(groups) == 1 else None
            ids = list(parts)
            made = Settlement(
                answer.data["_id"], debtor, creditor, whole, bill.currency, where, caller, "", ids
            )
            self._record(made)

    def _owing(self) -> list[tuple[Bill, str, str, int]]:
        """What is open in expenses, with who owes it to their main payer."""
        return [
            (bill, part.user, bill.main.payer, part.units)
            for bill in self.world.bills.values()
            if bill.kind != "payment" and not bill.gives_back
            for part in bill.main.debts
            if part.units
        ]

    def _record(self, made: Settlement) -> None:
        self.world.settlements[made.id] = made
        if made.by == made.payer and made.payee in self.world.confirming:
            made.status = "pending"
        else:
            self._count(made)

    def _count(self, made: Settlement) -> None:
        made.status = "counted"
        if made.bills:
            made.shares = []
            for bill, entry in self._entries(made):
                for part in entry.parts:
                    if part.user == made.payer and not part.settled:
                        made.shares += [part.units] if part.units else []
                        part.settle(made.id, LATER)
                bill.close(LATER)
            return
        part = _part(made)
        entries = [Entry(made.payer, [part], made.id)]
        bill = Bill(made.id, made.by, made.currency, made.group, entries, made.date, kind="payment")
        self.world.bills[made.id] = bill

    def _entries(self, one: Settlement) -> list[tuple[Bill, Entry]]:
        """The documents whose shares it is about, as far as they are there."""
        return [
            (bill, entry)
            for bill in self.world.bills.values()
            for entry in bill.entries
            if entry.id in one.bills
        ]

    def settled_by_hand(self, bill: Bill, entry: Entry, user: str, parts: list[Part]) -> str:
        units = [part.units for part in parts if part.units and user != entry.payer]
        if not units:
            return ""
        listed = self._as(user, "GET", "/v1/settlements?limit=10").data
        [newest] = [
            one["_id"]
            for one in listed
            if one["expenses"] == [entry.id] and one["_id"] not in self.world.settlements
        ]
        made = Settlement(
            newest, user, entry.payer, sum(units), bill.currency, bill.group, user, "counted",
            [entry.id], units,
        )  # fmt: skip
        self.world.settlements[made.id] = made
        return made.id

    @precondition(lambda self: self._with_status("pending"))
    @rule(which=which, by=which, confirms=st.booleans(), rightly=rightly)
    def answer(self, which: int, by: int, confirms: bool, rightly: bool) -> None:
        pending = self._with_status("pending")
        one = pending[which % len(pending)]
        user = self._who(by, {one.payee}, rightly)
        may = user == one.payee and self.world.counted(one)[0] == "pending"
        if confirms:
            may = may and (not one.bills or self._still_open(one))
        path = f"/v1/settlements/{one.id}/{'confirm' if confirms else 'reject'}"
        if self._took(self._as(user, "POST", path, {}), 200, allowed=may):
            if confirms:
                self._count(one)
            else:
                one.status = "rejected"

    def _still_open(self, one: Settlement) -> bool:
        """Whether in each of its expenses something is open, together as much as was said."""
        found = [
            [part.units for part in entry.debts if part.units and part.user == one.payer]
            for bill, entry in self._entries(one)
            if (entry.payer, bill.currency) == (one.payee, one.currency)
        ]
        all_there = len(found) == len(one.bills) and all(found)
        return all_there and sum(map(sum, found)) == one.units

    @precondition(lambda self: self.world.settlements)
    @rule(which=which, by=which, rightly=rightly)
    def void(self, which: int, by: int, rightly: bool) -> None:
        some = self._with_status("counted") if rightly else []
        some = some or list(self.world.settlements.values())
        one = some[which % len(some)]
        user = self._who(by, {one.payer, one.payee}, rightly)
        status, _, _ = self.world.counted(one)
        may = user in {one.payer, one.payee} and (
            self._as_settled(one) if status == "counted" else status == "pending" and user == one.by
        )
        answer = self._as(user, "POST", f"/v1/settlements/{one.id}/void", {"reason": "r"})
        if self._took(answer, 200, allowed=may):
            if status == "counted" and not one.bills:
                del self.world.bills[one.id]
            elif status == "counted":
                self._reopen(one)
            one.status = "void"

    def _as_settled(self, one: Settlement) -> bool:
        """Whether its shares are those that it has settled."""
        found = [part.units for part in self._its_parts(one) if part.units]
        there = len(self._entries(one)) == len(one.bills)
        return not one.bills or (there and sorted(found) == sorted(one.shares))

    def _reopen(self, one: Settlement) -> None:
        for part in self._its_parts(one):
            part.reopen()
        for bill, _ in self._entries(one):
            bill.closed, bill.settled_at = False, None

    def _its_parts(self, one: Settlement) -> list[Part]:
        return [
            part
            for bill, entry in self._entries(one)
            if (entry.payer, bill.currency) == (one.payee, one.currency)
            for part in entry.parts
            if part.user == one.payer and part.settled and part.settled_by in {"", one.id}
        ]

    def _confirm(self, user: str, confirms: bool) -> None:
        """Somebody wants to confirm payments, or does not any more."""
        body = {"confirmPayments": confirms}
        self._took(self._as(user, "PUT", "/v1/users/settings", body), 200, allowed=True)
        (self.world.confirming.add if confirms else self.world.confirming.discard)(user)

    def _with_status(self, status: str) -> list[Settlement]:
        found = self.world.settlements.values()
        return [one for one in found if self.world.counted(one)[0] == status]

    @invariant()
    def settlements_are_listed(self) -> None:
        checks.settlements(self.api, self.world, self.people)


def _part(made: Settlement) -> Part:
    return Part(made.payee, made.units, Decimal(money(made.units, made.currency)))
