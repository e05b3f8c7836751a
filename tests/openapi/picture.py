"""Takes docs/api.png anew, of the page in Chromium: `python -m tests.openapi.picture`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from devserver.embedded import throwaway
from tests.openapi.browser import browser
from tests.openapi.stored import FILE
from tests.server import serve

_OPEN = "document.querySelector('#operations-expenses-postExpenses .opblock-summary-control')"

with (
    throwaway() as mongod,
    serve(mongod.url) as port,
    TemporaryDirectory(ignore_cleanup_errors=True) as home,  # Chromium still writes when it ends
    browser(Path(home)) as page,
):
    page.call("Page.navigate", url=f"http://127.0.0.1:{port}/v1/docs")
    page.until(f"!!{_OPEN}")
    page.run(f"{_OPEN}.click()")
    page.until("!!document.querySelector('.body-param textarea')")
    page.run(f"{_OPEN}.scrollIntoView()")
    page.run("new Promise(done => setTimeout(done, 1000))")
    FILE.with_name("api.png").write_bytes(page.picture())
