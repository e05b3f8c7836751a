"""Texts of the health checks' refusals, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

DATABASE_AWAY: Final = ErrorMessage("DATABASE_AWAY", "Service unavailable - database disconnected")
NOT_READY: Final = ErrorMessage("NOT_READY", "Not ready: the database does not answer")
