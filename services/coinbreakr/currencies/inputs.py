"""The field for a currency in bodies and queries."""

from typing import Any, Final

from marshmallow import fields

from coinbreakr.currencies.codes import is_currency
from coinbreakr.http import messages

_CODE: Final = {"type": "string", "description": "A code of ISO 4217", "example": "EUR"}
_LENGTH: Final = 3


class CurrencyCode(fields.Field[str]):
    """A code of ISO 4217, in capitals or not."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(metadata={**_CODE, **(metadata or {})}, **options)

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_A_CODE,
        "invalid": messages.NOT_A_CODE,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        code = value.upper() if isinstance(value, str) and len(value) == _LENGTH else ""
        if not is_currency(code):
            raise self.make_error("invalid")
        return code
