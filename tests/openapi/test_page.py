"""The page to try the API, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coinbreakr.parts import Parts
from devserver.embedded import EmbeddedMongod
from tests.api import Api, Person
from tests.openapi.browser import Page, browser
from tests.routes import operations
from tests.server import serve
from tests.system.http import Http

_SHOWN = "document.querySelectorAll('.opblock').length"


@pytest.fixture(scope="module")
def port(mongod: EmbeddedMongod) -> Iterator[int]:
    with serve(mongod.url.replace("/coinbreakr?", "/page?"), BCRYPT_ROUNDS="4") as found:
        yield found


@pytest.fixture
def page(port: int, tmp_path: Path) -> Iterator[Page]:
    with browser(tmp_path) as opened:
        opened.call("Page.navigate", url=f"http://127.0.0.1:{port}/v1/docs")
        opened.until(_SHOWN)
        yield opened
        opened.run("0")  # what was noticed meanwhile
        origin = f"http://127.0.0.1:{port}/"
        assert [url for url in opened.requests if not url.startswith((origin, "data:"))] == []
        assert opened.complaints == []


def test_it_shows_every_operation(page: Page, parts: Parts) -> None:
    shown = page.run(
        "JSON.stringify([...document.querySelectorAll('.opblock')].map(each =>"
        " each.querySelector('.opblock-summary-method').textContent + ' ' +"
        " each.querySelector('.opblock-summary-path').dataset.path))"
    )
    assert set(json.loads(shown)) == {str(each) for each in operations(parts)}


def test_an_operation_is_executed_with_a_token(page: Page, port: int) -> None:
    ada = Http(port).register("ada")
    _authorize(page, ada)
    answer = json.loads(_execute(page, "getUsersProfile"))
    assert answer["data"]["email"] == ada.email


def test_a_refusal_is_shown_without_one(page: Page) -> None:
    answer = json.loads(_execute(page, "getGroups"))
    page.complaints = [each for each in page.complaints if "401" not in each]
    assert answer["code"] == "TOKEN_MISSING"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/v1/docs", "text/html; charset=utf-8"),
        ("/v1/docs/start.js", "text/javascript; charset=utf-8"),
        ("/v1/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("/v1/docs/swagger-ui.css", "text/css; charset=utf-8"),
    ],
)
def test_nothing_of_another_origin_is_allowed(path: str, media_type: str, api: Api) -> None:
    answer = api("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_other_parts_are_not_found(api: Api) -> None:
    answer = api("GET", "/v1/docs/..%2fresources.py")
    assert (answer.status, answer.body["code"]) == (404, "PAGE_PART_NOT_FOUND")


def _authorize(page: Page, who: Person) -> None:
    page.run("document.querySelector('.btn.authorize').click()")
    page.until("!!document.querySelector('.auth-container input')")
    page.run(
        "(() => { const field = document.querySelector('.auth-container input');"
        " Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set"
        f".call(field, {json.dumps(who.token)});"
        " field.dispatchEvent(new Event('input', {bubbles: true}));"
        " field.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    page.run("document.querySelector('.auth-container .btn.authorize').click()")
    page.until("!!document.querySelector('.btn-done')")
    page.run("document.querySelector('.btn-done').click()")


def _execute(page: Page, operation: str) -> str:
    """The body that an operation is answered, as the page shows it."""
    block = f"document.querySelector('[id$=\"-{operation}\"]')"
    page.until(f"!!{block}")
    page.run(f"{block}.querySelector('.opblock-summary-control').click()")
    page.until(f"!!{block}.querySelector('.btn.execute')")
    page.run(f"{block}.querySelector('.btn.execute').click()")
    shown: str = page.until(
        f"(e => e && e.textContent)({block}.querySelector('.live-responses-table"
        " .highlight-code pre, .live-responses-table .microlight'))"
    )
    return shown
