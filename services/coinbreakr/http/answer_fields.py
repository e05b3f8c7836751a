"""Fields that answers have in common."""

from typing import Any, Final

from marshmallow import fields, validate

_ID: Final = r"^[0-9a-f]{24}$"
_MOMENT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"


class Id(fields.String):
    """An id: 24 lower-case hexadecimal digits."""

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        metadata = {"example": "65f1a0c2b7e4d9836a1f0c2e", **options.pop("metadata", {})}
        pattern = validate.Regexp(_ID)
        super().__init__(required=required, validate=pattern, metadata=metadata, **options)


class Moment(fields.String):
    """A moment in UTC with milliseconds."""

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        metadata = {
            "format": "date-time",
            "example": "2024-01-31T12:00:00.000Z",
            **options.pop("metadata", {}),
        }
        pattern = validate.Regexp(_MOMENT)
        super().__init__(required=required, validate=pattern, metadata=metadata, **options)


class Version(fields.Integer):
    """`__v`, which no client reads."""

    def __init__(self) -> None:
        super().__init__(required=True, strict=True, data_key="__v", metadata={"example": 0})
