"""Runs a recorded scenario against a server and says where the answers differ.

A scenario is a list of steps: requests with the answer that is right, and preparations
(`users` registers people, `jwt` forges a token, `set` and `save` keep variables, `sleep`).
"""

import json
import random
import string
import time
import urllib.parse
from http.client import HTTPConnection
from typing import Any

from tests import conformance
from tests.contract import tokens
from tests.contract.compare import MISSING, Normalizer, differences

Step = dict[str, Any]


class Replay:
    """One run of one scenario, over one kept connection, as the app has it."""

    def __init__(self, port: int, secret: str) -> None:
        rng = random.SystemRandom()
        run = "r" + "".join(rng.choice(string.ascii_lowercase + string.digits) for _ in range(9))
        num = "7" + "".join(rng.choice(string.digits) for _ in range(9))
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._variables: dict[str, Any] = {"run": run, "num": num, "jwt_secret": secret}
        self._seen = Normalizer(run, num)

    def run(self, scenario: dict[str, Any]) -> list[str]:
        """A line for each difference."""
        lines: list[str] = []
        for step in scenario["steps"]:
            lines += [f"{step.get('id')}: {line}" for line in self._step(step)]
        self._connection.close()
        return lines

    def _step(self, step: Step) -> list[str]:
        if "sleep" in step:
            time.sleep(step["sleep"] / 1000)
        elif "set" in step:
            self._variables |= {key: self._expand(value) for key, value in step["set"].items()}
        elif "jwt" in step:
            self._variables[step["jwt"]["save"]] = self._forge(step["jwt"])
        elif "users" in step:
            for alias in step["users"]:
                self._register(alias)
        elif "inspect_jwt" in step:
            self._seen.start(step)
            found = tokens.inspect(self._expand(step["inspect_jwt"]), self._variables["jwt_secret"])
            return differences(step["expect"], self._seen.normalize(found))
        else:
            return self._request(step)
        return []

    def _register(self, alias: str) -> None:
        run = self._variables["run"]
        user = {
            "name": f"{alias.capitalize()} {run}",
            "email": f"{alias}.{run}@example.com",
            "password": f"{alias}-secret-1",
        }
        json_type = {"Content-Type": "application/json"}
        body = json.dumps(user).encode()
        status, _, answer = self._send("POST", "/v1/auth/register", json_type, body)
        assert status == 201, answer
        self._seen.start({})
        self._seen.number(answer)
        known = {**user, "id": answer["data"]["user"]["id"], "token": answer["data"]["token"]}
        self._variables |= {f"{alias}.{key}": value for key, value in known.items()}

    def _request(self, step: Step) -> list[str]:
        path = self._fill(step["path"])
        headers, body = self._message(step)
        for _ in range(step.get("times", 1) - 1):
            self._send(step["method"], path, headers, body)
        status, got, answer = self._send(step["method"], path, headers, body)
        self._seen.start(step)
        self._seen.number(answer, step.get("unordered", ()))
        for name, place in step.get("save", {}).items():
            found = _look_up(answer, place)
            if found is not None or self._seen.is_open(step):
                self._variables[name] = "0" * 24 if found is None else found
        return self._compare(step, status, got, self._seen.normalize(answer))

    def _compare(self, step: Step, status: int, headers: dict[str, str], body: Any) -> list[str]:
        want = step["expect"]
        accepted = want["status"] if isinstance(want["status"], list) else [want["status"]]
        lines = [] if status in accepted else [f"status {status}, not {accepted}: {body}"]
        for name, value in want.get("headers", {}).items():
            lines += differences(value, headers.get(name.lower(), MISSING), path=(name,))
        for kind in ("body", "body_partial"):
            if kind in want:
                lines += differences(
                    want[kind],
                    body,
                    ignore=step.get("ignore", ()),
                    unordered=step.get("unordered", ()),
                    partial=kind == "body_partial",
                )
        return lines

    def _message(self, step: Step) -> tuple[dict[str, str], bytes | None]:
        headers, body = {}, None
        if "json" in step:
            text = json.dumps(self._expand(step["json"]), ensure_ascii=False)
            body = text.encode()
            headers["Content-Type"] = "application/json"
        elif "raw" in step:
            body = str(self._expand(step["raw"])).encode()
        elif "raw_hex" in step:
            body = bytes.fromhex(step["raw_hex"])
        if "content_type" in step:
            headers["Content-Type"] = step["content_type"]
        if "as" in step:
            headers["Authorization"] = f"Bearer {self._variables[step['as'] + '.token']}"
        for name, value in self._expand(step.get("headers", {})).items():
            headers = {k: v for k, v in headers.items() if k.lower() != name.lower()}
            if value is not None:
                headers[name] = value
        return headers, body

    def _send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], Any]:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        conformance.declared().check(method, path, response.status, dict(response.headers), content)
        text = content.decode("utf-8", "replace")
        got = {name.lower(): value for name, value in response.getheaders()}
        is_json = "json" in got.get("content-type", "") and text
        return response.status, got, json.loads(text) if is_json else text

    def _expand(self, value: Any) -> Any:
        if isinstance(value, str):
            whole = value[2:-1] if value.startswith("${") and value.count("${") == 1 else ""
            return self._variables[whole] if whole in self._variables else self._fill(value)
        if isinstance(value, list):
            return [self._expand(item) for item in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"repeat"}:
            return self._expand(value["repeat"][0]) * value["repeat"][1]
        if set(value) == {"concat"}:
            return "".join(str(self._expand(item)) for item in value["concat"])
        return {self._fill(key): self._expand(item) for key, item in value.items()}

    def _fill(self, text: str) -> str:
        start = text.find("${")
        while start >= 0:
            end = text.index("}", start)
            name, _, how = text[start + 2 : end].partition("|")
            value = str(self._variables[name])
            turned = {
                "": value,
                "upper": value.upper(),
                "lower": value.lower(),
                "url": urllib.parse.quote(value, safe=""),
            }[how]
            text = text[:start] + turned + text[end + 1 :]
            start = text.find("${", start + len(turned))
        return text

    def _forge(self, spec: dict[str, Any]) -> str:
        claims = {name: tokens.moment(self._expand(v)) for name, v in spec["claims"].items()}
        secret = self._expand(spec.get("secret", "${jwt_secret}"))
        return tokens.forge(claims, secret, spec.get("alg", "HS256"))


def _look_up(value: Any, place: str) -> Any:
    for part in place.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value
