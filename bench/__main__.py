"""`make bench`: what each endpoint costs the server and the database.

In a fixed world, in one with ten times the expenses of others, and in one with ten times the
subject's own history too. With NODE_URL=http://127.0.0.1:port the Node server is measured beside
ours, in the same run on the same database.
"""

from bench import mix, report, requests, servers, world
from bench.measure import Request, Result, measure
from coinbreakr.auth.passwords import Passwords
from coinbreakr.mongo.client import connect, database
from devserver.embedded import throwaway


def main() -> None:
    """Print the tables, and how reads go beside a crowd of logins."""
    with throwaway() as mongod, connect(mongod.url, timeout_ms=None) as mongo:
        db = database(mongo)
        made = world.build(db, Passwords().hash(requests.PASSWORD))
        reads = requests.reads(made)
        node = servers.node(mongod.url)
        with servers.ours(mongod.url) as server:

            def tell(title: str, asked: list[Request]) -> None:
                def results(of: servers.Server) -> list[Result]:
                    return [measure(one, of.port, of.pid, mongo) for one in asked]

                report.table(title, results(server), results(node) if node else [])

            tell("20,000 expenses, 4,200 of them the subject's, all open", reads)
            world.add_others(db, 9 * world.OF_OTHERS)
            tell("155,000 expenses, the same 4,200 the subject's", reads)
            world.add_history(db, made, 9)
            share = f"{world.SETTLED_SHARE:.0%} of what was added is settled"
            tell(f"200,000 expenses, 41,000 the subject's, 10,000 the group's; {share}", reads)
            by_size = world.add_groups(db, made, (4, 8, 12, 16, 40))
            writes = requests.writes(made)
            tell("Writes, in the same world", writes)

            def tell_of_ours(title: str, asked: list[Request]) -> None:
                results = [measure(one, server.port, server.pid, mongo) for one in asked]
                report.table(f"{title}; the Node server has none", results, [])

            tell_of_ours("Settle-up plans, in the same world", requests.plans(made, by_size))
            tell_of_ours("Settlements, activity and the past", requests.money(made))
            big = world.add_big_group(db, made)
            tell_of_ours(
                "A group of 50 members, 10,000 expenses, all open", requests.big_group(made, big)
            )
            asked = {request.name: request for request in [*reads, *writes]}
            mix.report(server.port, asked["profile"], asked["login"])


if __name__ == "__main__":
    main()
