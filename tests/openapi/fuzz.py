"""Generated requests to every operation: no answer is a 5xx, and all are as the document says."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis import checks as found_checks
from schemathesis.specs.openapi import checks as openapi_checks

from coinbreakr.app import App
from tests import conformance
from tests.api import Api, Person

CHECKS = [
    found_checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
OPERATIONS = [
    f"{method.upper()} {path}"
    for path, item in conformance.document()["paths"].items()
    for method in item
]


@dataclass(frozen=True)
class Place:
    """People, and things of theirs that requests can name."""

    caller: Person
    ids: dict[str, str]

    @classmethod
    def made(cls, api: Api) -> "Place":
        alice, bob, carol = (api.register(name) for name in ("alice", "bob", "carol"))
        api.befriend(alice, bob, carol)
        group = api.group(alice, bob)
        expense = api.expense(alice, 10, {alice: 5, bob: 5}, groupId=group)
        ids = {
            "friend_id": bob.id, "member_id": bob.id, "user_id": bob.id,
            "group_id": group, "expense_id": expense["_id"],
        }  # fmt: skip
        return cls(alice, ids)


class Fuzzer:
    """Sends generated requests to an application, the same ones at each run unless `by_chance`."""

    def __init__(self, app: App, *, by_chance: bool) -> None:
        self._by_chance = by_chance
        self._api = Api(app)
        self._schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", app)
        self.sent = 0

    def run(self, name: str, examples: int) -> None:
        """Half of the requests are as the document wants them, half are not."""
        method, _, path = name.partition(" ")
        operation = self._schema[path][method]
        self._run(operation.as_strategy(), examples - examples // 2)
        with suppress(Unsatisfiable):  # where nothing is wrong
            wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
            self._run(wrong, examples // 2)

    def _run(self, cases: Any, examples: int) -> None:
        place = Place.made(self._api)
        chosen = settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=not self._by_chance,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        send: Callable[..., None] = chosen(given(case=cases)(self._sender(place)))
        send()

    def _sender(self, place: Place) -> Callable[[Any], None]:
        def send(case: Any) -> None:
            self.sent += 1
            if self.sent % 2:  # else nearly every id is unknown
                params = case.path_parameters
                known = {name: place.ids[name] for name in params if name in place.ids}
                case.path_parameters = {**params, **known}
            response = case.call(headers={"Authorization": f"Bearer {place.caller.token}"})
            case.validate_response(response, checks=CHECKS)
            headers = {each: values[0] for each, values in response.headers.items()}
            target = response.request.path_url or ""
            status, content = response.status_code, response.content
            conformance.declared().check(case.method, target, status, headers, content)

        return send
