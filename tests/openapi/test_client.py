"""A typed client is generated from the document, its types are checked, and it is used."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devserver.embedded import EmbeddedMongod
from tests.openapi.stored import FILE
from tests.server import serve

_BIN = Path(sys.executable).parent
# Two values of an enumeration may differ in letter case only.
_CONFIG = "literal_enums: true\npackage_name_override: client\n"
_JOURNEY = """\
import sys

from client import AuthenticatedClient, Client
from client.api.auth import post_auth_login, post_auth_register
from client.api.expenses import get_expenses_by_expense_id, post_expenses
from client.models.error import Error
from client.models.login_form import LoginForm
from client.models.new_expense import NewExpense
from client.models.new_share import NewShare
from client.models.registration_form import RegistrationForm

url = sys.argv[1]
anybody = Client(base_url=url)
form = RegistrationForm(name="Ada", email="ada@example.com", password="some-secret-1")
registered = post_auth_register.sync(client=anybody, body=form)
assert registered and not isinstance(registered, Error), registered

wrong = post_auth_login.sync(
    client=anybody, body=LoginForm(email="ada@example.com", password="another")
)
assert isinstance(wrong, Error) and wrong.code == "CREDENTIALS_INVALID", wrong

login = post_auth_login.sync(
    client=anybody, body=LoginForm(email="ada@example.com", password="some-secret-1")
)
assert login and not isinstance(login, Error), login
ada = AuthenticatedClient(base_url=url, token=login.data.token)

share = NewShare(user=login.data.user.id, amount=12.5)
recorded = post_expenses.sync(
    client=ada,
    body=NewExpense(description="Dinner", amount=12.5, split_with=[share], category="food"),
    idempotency_key="once",
)
assert recorded and not isinstance(recorded, Error), recorded
read = get_expenses_by_expense_id.sync(recorded.data.field_id, client=ada)
assert read and not isinstance(read, Error), read
assert (read.data.description, read.data.amount) == ("Dinner", 12.5)
assert read.data.paid_by and read.data.paid_by.name == "Ada"
print("read")
"""


@pytest.fixture
def port(mongod: EmbeddedMongod) -> Iterator[int]:
    with serve(mongod.url.replace("/coinbreakr?", "/client?"), BCRYPT_ROUNDS="4") as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("client")
    (made / "config.yml").write_text(_CONFIG)
    (made / "journey.py").write_text(_JOURNEY)
    made_by = "openapi-python-client", "generate", "--config", "config.yml", "--meta", "none"
    _run(made, *made_by, "--path", str(FILE), "--output-path", "client")
    for module in (made / "client" / "api").rglob("*.py"):
        # The generator (0.29) forgets the import where the body is all that an operation takes.
        forgotten = "from ...types import UNSET, Response\n"
        text = module.read_text()
        module.write_text(text.replace(forgotten, f"{forgotten[:-1]}, Unset\n"))
    return made


def test_its_types_are_right(folder: Path) -> None:
    """But for the part of every client, in which the generator's own are not."""
    made = "client/api", "client/models", "journey.py"
    _run(folder, "mypy", "--cache-dir", "cache", "--follow-imports", "silent", *made)


def test_it_registers_logs_in_and_records_an_expense(folder: Path, port: int) -> None:
    said = _run(folder, "python", "journey.py", f"http://127.0.0.1:{port}")
    assert said == "read\n"


def _run(folder: Path, program: str, *arguments: str) -> str:
    path = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [_BIN / program, *arguments],
        cwd=folder, env=path, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout
