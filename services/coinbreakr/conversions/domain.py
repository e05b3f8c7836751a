"""The rules of conversions: the members of a group move debts in it to other currencies."""

from bson import ObjectId

from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.clock import Clock
from coinbreakr.conversions import records
from coinbreakr.conversions.history import ConversionHistory
from coinbreakr.conversions.model import ConversionInput, ConversionView
from coinbreakr.expenses.repository import Expenses
from coinbreakr.groups.domain import require_member
from coinbreakr.groups.repository import Groups
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.users.model import Caller
from coinbreakr.users.repository import Users


class ConversionService:
    """Conversions. They are undone by deleting one of their expenses, which deletes both."""

    def __init__(
        self,
        queries: BalanceQueries,
        expenses: Expenses,
        groups: Groups,
        users: Users,
        history: ConversionHistory,
        *,
        transactions: Transactions,
        clock: Clock,
    ) -> None:
        self._queries = queries
        self._expenses = expenses
        self._groups = groups
        self._users = users
        self._history = history
        self._transactions = transactions
        self._clock = clock

    def convert(self, caller: Caller, group: ObjectId, wanted: ConversionInput) -> ConversionView:
        """Move what two people owe each other in a group of the caller; every member may.

        The two need not be members any more: who has left with a debt can settle it, too.
        """
        source, target = records.check(wanted)

        def work() -> ConversionView:
            found = require_member(self._groups.get(group), caller.id)
            self._groups.hold(group)  # two who convert the same debt do so one after the other
            debts = self._queries.debts_in_group(group).get(source.currency, [])
            debtor = records.debtor_of(wanted, source, debts)
            creditor = wanted.other if debtor == wanted.user else wanted.user
            both = records.pair(
                (source, target), (debtor, creditor), group, caller.id, self._clock()
            )
            for expense in both:
                self._expenses.insert(expense)
            people = self._users.people([caller.id, debtor, creditor])
            view = ConversionView(*both, people)
            self._history.converted(caller.id, found, view)
            return view

        return self._transactions.run(work)
