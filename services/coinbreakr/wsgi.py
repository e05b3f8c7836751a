"""What gunicorn runs: `gunicorn -c gunicorn.conf.py "coinbreakr.wsgi:create()"`."""

import atexit

from coinbreakr import bootstrap, logs, settings
from coinbreakr.app import App, create_app
from coinbreakr.features import SCHEMA
from coinbreakr.mongo import abandoned, schema_check
from coinbreakr.mongo.client import close, database


def create() -> App:
    """The application of one worker process, with a client of its own."""
    chosen = settings.load()
    logs.configure(chosen.log_level)
    parts, client = bootstrap.build(chosen)
    atexit.register(close, client)
    schema_check.start(database(client), SCHEMA)
    abandoned.start(client)
    return create_app(parts)
