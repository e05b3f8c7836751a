"""Who may import whom (the contracts stand in pyproject.toml), and that nothing prints."""

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"


def test_imports_keep_the_contracts() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    env = {**os.environ, "PYTHONPATH": str(SERVICES)}
    checked = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_prints() -> None:
    for file in [*(SERVICES / "coinbreakr").rglob("*.py"), *(SERVICES / "devserver").glob("*.py")]:
        tree = ast.parse(file.read_text("utf-8"))
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        assert not [f for f in calls if isinstance(f, ast.Name) and f.id == "print"], file
