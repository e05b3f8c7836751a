"""Results as tables."""

from bench.measure import Result

_OURS = ["req/s", "p50 ms", "p99 ms", "server CPU ms", "mongod CPU ms", "sum ms", "commands"]
_NODE = ["Node CPU ms", "Node's mongod CPU ms", "Node's sum ms"]


def table(title: str, results: list[Result], node: list[Result]) -> None:
    """A row for each endpoint; CPU per request. `node` is empty, or as long as `results`."""
    names = ["endpoint", *_OURS, *(_NODE if node else [])]
    print(f"\n{title}\n\n| {' | '.join(names)} |\n|---|{'---:|' * (len(names) - 1)}")
    for index, result in enumerate(results):
        cells = [
            result.name,
            f"{result.rate:.0f}",
            f"{result.p50:.1f}",
            f"{result.p99:.1f}",
            *_cpu(result),
            f"{result.commands:.1f}",
            *(_cpu(node[index]) if node else []),
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


def _cpu(result: Result) -> list[str]:
    return [f"{value:.2f}" for value in (result.cpu, result.mongod, result.cpu + result.mongod)]
