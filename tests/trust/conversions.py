"""People convert what they owe each other in a group to another currency."""

from typing import Any

from hypothesis.stateful import precondition, rule

from tests.trust.machine import rightly, said, which
from tests.trust.model import Bill, Entry, Part
from tests.trust.payments import Payments
from tests.trust.typed import exact_part, money


class Conversions(Payments):
    """Debts that move to another currency, as two documents."""

    @precondition(lambda self: self._convertible())
    @rule(which=which, by=which, said=said, rightly=rightly)
    def convert(self, which: int, by: int, said: dict[str, Any], rightly: bool) -> None:
        some = self._convertible()
        group, currency, debtor, creditor, owed = some[which % len(some)]
        units = owed if said["weights"][0] % 2 else max(owed // 2, min(owed, 10))
        units += 0 if rightly else owed
        member = self._who(by, self.world.members[group])
        user, other = (debtor, creditor) if by % 2 else (creditor, debtor)
        amount = {"currency": currency, "amount": money(units, currency)}
        to = {"currency": said["currency"], "amount": money(said["units"], said["currency"])}
        body = {"user": user, "other": other, "from": amount, "to": to}
        answer = self._as(member, "POST", f"/v1/groups/{group}/conversions", body)
        enough = units >= (10 if currency == "KWD" else 1)
        if self._took(answer, 201, allowed=rightly and enough and currency != said["currency"]):
            first, second = answer.data["expenses"]
            for one, twin, payer, user, how_much, code in (
                (first, second, debtor, creditor, units, currency),
                (second, first, creditor, debtor, said["units"], said["currency"]),
            ):
                part = Part(user, how_much, exact_part(how_much, code))
                self.world.bills[one] = Bill(
                    one, member, code, group, [Entry(payer, [part], one)],
                    kind="conversion", twin=twin, gives_back=one == first,
                )  # fmt: skip

    def _convertible(self) -> list[tuple[str, str, str, str, int]]:
        """Group, currency, debtor, creditor and what is owed."""
        return [
            (group, currency, *pair, owed)
            for group, members in self.world.members.items()
            if members
            for currency, pairs in sorted(self.world.pairs(group).items())
            for pair, owed in sorted(pairs.items())
        ]
