"""Texts of refusals of the API's page, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

PART_NOT_FOUND: Final = ErrorMessage("PAGE_PART_NOT_FOUND", "Not found")
