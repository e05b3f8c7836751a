"""The state of the service out."""

from typing import Any

from marshmallow import Schema, fields, validate

from coinbreakr.health.model import Health
from coinbreakr.http import responses
from coinbreakr.http.answer_fields import Moment


class DatabaseState(Schema):
    """The database, as this process sees it."""

    status = fields.String(required=True, validate=validate.OneOf(["connected", "disconnected"]))
    name = fields.String(required=True, metadata={"example": "coinbreakr"})


class MemoryState(Schema):
    """In MiB."""

    used = fields.Float(
        required=True, metadata={"description": "The most that this process has used."}
    )
    total = fields.Float(required=True, metadata={"description": "What the machine has."})


class ServiceState(Schema):
    """The service, as this process sees it."""

    status = fields.String(required=True, validate=validate.Equal("OK"))
    timestamp = Moment()
    uptime = fields.Float(required=True, metadata={"description": "Seconds, of this process."})
    environment = fields.String(required=True, metadata={"example": "production"})
    version = fields.String(
        required=True,
        metadata={
            "description": "With the revision, where it is known.",
            "example": "1.0.0+3a554e1",
        },
    )
    database = fields.Nested(DatabaseState, required=True)
    memory = fields.Nested(MemoryState, required=True)


def state(health: Health) -> dict[str, Any]:
    """The state of the service. `status` is always "OK", as the Node server has it."""
    return {
        "status": "OK",
        "timestamp": responses.date(health.now),
        "uptime": health.uptime,
        "environment": health.environment,
        "version": health.version,
        "database": {
            "status": "connected" if health.connected else "disconnected",
            "name": health.database,
        },
        "memory": {"used": health.memory.used, "total": health.memory.total},
    }
