"""What gunicorn runs: `gunicorn -c gunicorn.conf.py "coinbreakr.wsgi:create()"`."""

import atexit

from coinbreakr import bootstrap, logs, settings
from coinbreakr.app import App, create_app
from coinbreakr.mongo.client import database
from coinbreakr.mongo.indexes import create_indexes


def create() -> App:
    """The application of one worker process, with a client of its own."""
    chosen = settings.load()
    logs.configure(chosen.log_level)
    deps, client = bootstrap.build(chosen)
    atexit.register(client.close)
    create_indexes(database(client))
    return create_app(deps)
