"""A workflow as GitHub runs it: expressions, conditions and needs, and each step on stand-ins."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.infra.stubs import Stubs
from tests.infra.tools import ROOT

Context = Mapping[str, Any]
TOKEN = re.compile(r"'(?:[^']|'')*'|&&|\|\||!=|==|!|[()\[\],]|[A-Za-z_][\w.-]*|\S")
OPERATORS = {"&&": " and ", "||": " or ", "!": " not ", "true": "True", "false": "False"}
FUNCTIONS = {"contains", "fromJSON", "always", "hashFiles"}


def workflow(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(
        (ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
    )
    return found


def value(expression: str, context: Context) -> Any:
    """What an expression is; a name that the context does not have is null."""
    words = []
    for word in TOKEN.findall(expression):
        if word.startswith("'"):
            words.append(repr(word[1:-1].replace("''", "'")))
        elif word in OPERATORS or word in FUNCTIONS or not (word[0].isalpha() or word[0] == "_"):
            words.append(OPERATORS.get(word, word))
        else:
            words.append(f"context.get({word!r})")
    functions = {
        "contains": lambda where, what: what in where,
        "fromJSON": json.loads,
        "always": lambda: True,
        "hashFiles": lambda _: "a digest",
    }
    return eval("".join(words), {"__builtins__": {}, **functions}, {"context": context})  # noqa: S307


def filled(text: Any, context: Context) -> str:
    """With every ${{ }} in it."""
    if isinstance(text, bool):
        return str(text).lower()
    found = re.sub(
        r"\$\{\{ (.*?) \}\}", lambda match: str(value(match[1], context) or ""), str(text)
    )
    return found.strip()


def holds(condition: Any, context: Context) -> bool:
    text = str(condition).strip()
    return bool(value(text.removeprefix("${{").removesuffix("}}"), context))


@dataclass
class Job:
    """What became of one."""

    environment: str = ""
    account: str = ""
    did: list[str] = field(default_factory=list)  # actions, and what was run
    given: dict[str, dict[str, str]] = field(default_factory=dict)  # what each action was given
    failed: str = ""  # the step
    said: str = ""


class Run:
    """One run of a workflow; programs are the stand-ins'."""

    def __init__(self, name: str, stubs: Stubs, context: dict[str, Any]) -> None:
        self.document = workflow(name)
        self.stubs, self.context = stubs, dict(context)
        self.jobs: dict[str, Job] = {}
        for job, body in self.document["jobs"].items():
            needs = body.get("needs", [])
            if any(one not in self.jobs or self.jobs[one].failed for one in [needs] * bool(needs)):
                continue
            if holds(body.get("if", "true"), self.context):
                self.jobs[job] = self.run(job, body)

    def run(self, name: str, body: dict[str, Any]) -> Job:
        job = Job(environment=filled(body.get("environment", ""), self.context))
        if "uses" in body:
            job.did.append(body["uses"])
            return job
        for step in body["steps"]:
            if job.failed and "always()" not in str(step.get("if", "")):
                continue
            if not holds(step.get("if", "true"), self.context):
                continue
            if "uses" in step:
                self.use(job, step)
            elif self.shell(job, step):
                job.failed = job.failed or step["name"]
        for key, expression in body.get("outputs", {}).items():
            self.context[f"needs.{name}.outputs.{key}"] = filled(expression, self.context)
        return job

    def use(self, job: Job, step: dict[str, Any]) -> None:
        action = step["uses"].split("@")[0]
        given = {key: filled(text, self.context) for key, text in step.get("with", {}).items()}
        job.did.append(action)
        job.given[action] = given
        if action == "google-github-actions/auth":
            job.account = given["service_account"]

    def shell(self, job: Job, step: dict[str, Any]) -> int:
        """As the runner does it; what it put out is known to later steps."""
        job.did.append(step["run"].strip())
        self.stubs.write_rules()
        given = {key: filled(text, self.context) for key, text in step.get("env", {}).items()}
        given["WHEELHOUSE"] = str(self.stubs.folder / "wheelhouse")
        given["BUILD_PYTHON"] = str(self.stubs.folder / "bin" / "python3")
        output = self.stubs.folder / "output"
        output.unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=ROOT, stdin=subprocess.DEVNULL,
            env={**self.stubs.environment, **given, "HOME": os.environ.get("HOME", "/")},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        job.said += done.stderr
        if "id" in step and output.exists():
            for line in output.read_text().splitlines():
                key, _, told = line.partition("=")
                self.context[f"steps.{step['id']}.outputs.{key}"] = told
        return done.returncode
