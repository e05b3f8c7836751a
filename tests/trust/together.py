"""Several people pay one expense; expenses are refunded; people lend each other money."""

from collections.abc import Collection
from typing import Any

from bson import ObjectId
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.trust.conversions import Conversions
from tests.trust.machine import in_group, rightly, said, which
from tests.trust.model import LATER, Bill, Entry, Part, together, units_of
from tests.trust.typed import exact_part, money, portions


class Together(Conversions):
    """Everything that is stored in more than one document, or owed the other way round."""

    def begin_with(
        self, by: int, payer: int, said: dict[str, Any], group: int | None, rightly: bool
    ) -> None:
        if said["weights"][0] % 2:
            self._pay_together(by, [payer, payer + 1, said["weights"][1]], said, group)
        else:
            super().begin_with(by, payer, said, group, rightly)

    @rule(by=which, paying=st.lists(which, min_size=2, max_size=3), said=said, group=in_group)
    def pay_together(
        self, by: int, paying: list[int], said: dict[str, Any], group: int | None
    ) -> None:
        self._pay_together(by, paying, said, group)

    def _pay_together(
        self, by: int, paying: list[int], said: dict[str, Any], group: int | None
    ) -> None:
        where = None if group is None else self.groups[group]
        creator = self._who(by, self.world.members[where] if where else self.ids)
        around = self.world.around(creator, where)
        bill = self._next(creator, said, where)
        body, parts = self._said(said, bill.id, around)
        paid = self._paid(paying, said, around)
        bill.entries = together(paid, parts, bill.currency)
        sent = {
            "id": bill.id,
            "description": "T",
            "date": bill.date.isoformat(),
            "payers": self._payers(paid, bill.currency),
            **({} if where is None else {"groupId": where}),
            **body,
        }
        answer = self._as(creator, "POST", "/v1/expenses", sent)
        if self._took(answer, 201, allowed=creator in around):
            self._keep(bill)
            self._shows(answer.data, bill)

    @precondition(lambda self: self._of_several())
    @rule(which=which, by=which, paying=st.lists(which, min_size=1, max_size=3), said=said)
    def change_together(self, which: int, by: int, paying: list[int], said: dict[str, Any]) -> None:
        bill = self._bill(which, self._of_several())
        editor = self._who(by, bill.owners)
        body, parts = self._said({**said, "method": "equal"}, bill.id, bill.concerned)
        paid = self._paid(paying, said, bill.concerned)
        sent = {**body, "payers": self._payers(paid, said["currency"])}
        answer = self._as(editor, "PUT", f"/v1/expenses/{bill.id}", sent)
        if self._took(answer, 200, allowed=not bill.closed):
            settled = {part.user: part for part in bill.main.parts if part.settled}
            for part in parts:
                if before := settled.get(part.user):
                    part.settle(before.settled_by, before.settled_at)
            old, bill.currency = bill.entries, said["currency"]
            main = bill.main.payer
            bill.entries = together(paid, parts, bill.currency, main)
            if bill.main.payer == main:  # what is between the same two keeps its mark
                marks = {entry.payer: entry.parts[0] for entry in old[1:]}
                for entry in bill.entries[1:]:
                    if (mark := marks.get(entry.payer)) and mark.settled:
                        entry.parts[0].settle(mark.settled_by, mark.settled_at)
            bill.closed = False
            if any(part.settled for entry in bill.entries for part in entry.parts):
                bill.close(LATER)
            self._keep(bill)
            self._shows(answer.data, bill)

    @precondition(lambda self: self._refundable())
    @rule(which=which, by=which, rightly=rightly)
    def refund(self, which: int, by: int, rightly: bool) -> None:
        bill = self._bill(which, self._refundable())
        members = self.world.members[bill.group] if bill.group else set(self.ids)
        user = self._who(by, bill.concerned & members, rightly)
        self.made += 1
        back = Bill(f"{self.made:024x}", user, bill.currency, bill.group, [], kind="refund")
        body = {"id": back.id, "kind": "refund", "refundOf": bill.id}
        answer = self._as(user, "POST", "/v1/expenses", body)
        if self._took(answer, 201, allowed=user in bill.concerned & members):
            bore = {part.user: part.units for part in bill.main.parts if part.units}
            parts = [
                Part(one, units, exact_part(units, bill.currency))
                for one, units in bill.paid.items()
                if units
            ]
            back.entries = together(bore, parts, bill.currency)
            bill.refunded = True
            self._keep(back)
            self._shows(answer.data, back)

    @rule(by=which, to=which, said=said)
    def lend(self, by: int, to: int, said: dict[str, Any]) -> None:
        lender = self._who(by, self.ids)
        friends = self.world.friends_of(lender)
        other = self._who(to, friends)
        bill = self._next(lender, said, None)
        bill.kind = "loan"
        units, currency = said["units"], said["currency"]
        bill.entries = [Entry(lender, [Part(other, units, exact_part(units, currency))])]
        body = {
            "id": bill.id,
            "kind": "loan",
            "description": "L",
            "date": bill.date.isoformat(),
            "amount": money(units, currency),
            "currency": currency,
            "split": {"method": "equal", "among": [other]},
        }
        answer = self._as(lender, "POST", "/v1/expenses", body)
        if self._took(answer, 201, allowed=other in friends):
            self._keep(bill)
            self._shows(answer.data, bill)

    def _keep(self, bill: Bill) -> None:
        """Keep a bill with the ids of its documents, which clients do not see."""
        bill.main.id = bill.id
        stored = self.parts.db["expenses"].find({"advanceFor": ObjectId(bill.id)})
        ids = {str(one["paidBy"]): str(one["_id"]) for one in stored}
        for entry in bill.entries[1:]:
            entry.id = ids.pop(entry.payer)
        assert ids == {}
        self.world.bills[bill.id] = bill

    def _paid(
        self, paying: list[int], said: dict[str, Any], around: Collection[str]
    ) -> dict[str, int]:
        people = list(dict.fromkeys(self._who(one, around) for one in paying))
        found = portions(said["units"], said["weights"][: len(people)])
        return {user: units for user, units in zip(people, found, strict=True) if units}

    @staticmethod
    def _payers(paid: dict[str, int], currency: str) -> list[dict[str, str]]:
        return [{"user": user, "amount": money(units, currency)} for user, units in paid.items()]

    def _of_several(self) -> list[Bill]:
        some = self.world.bills.values()
        return [bill for bill in some if len(bill.entries) > 1 and not bill.kind]

    def _refundable(self) -> list[Bill]:
        some = self.world.bills.values()
        return [
            bill
            for bill in some
            if not bill.kind and not bill.refunded and all(u >= 0 for u in bill.paid.values())
        ]

    def _shows(self, data: Any, bill: Bill) -> None:
        super()._shows(data, bill)
        told = {one["user"]["_id"]: one["amount"] for one in data.get("payers", ())}
        paid = {user: units for user, units in bill.paid.items() if units}
        assert {user: units_of(one, bill.currency) for user, one in told.items()} == (
            paid if len(bill.entries) > 1 else {}
        )
        assert data["paidBy"]["_id"] == bill.main.payer
        assert data.get("kind", "") == bill.kind
