"""From marshmallow to JSON Schema: what apispec's plugin lacks for ours."""

from typing import Any, Final

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_instance
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields, validate

from coinbreakr.http.schema import Form, KnownKeys
from coinbreakr.splits.schemas import SplitField

_ENVELOPE: Final = "Answer"  # of http/schema.answer; written out at each operation


class _Converter(OpenAPIConverter):
    """Bodies are closed where other keys are refused; answers are open, for they may grow."""

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        """An object with the description that the class has."""
        found: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        found.pop("additionalProperties", None)
        instance = resolve_schema_instance(schema)
        if isinstance(instance, KnownKeys):
            found["additionalProperties"] = False
        if isinstance(instance, Form) and "required" not in found:
            for field in found["properties"].values():  # a change: what is missing stays as it is
                field.pop("default", None)
        if type(instance).__name__ != _ENVELOPE:
            found["description"] = " ".join((type(instance).__doc__ or "").split())
        return found


class Plugin(MarshmallowPlugin):
    """Components by the names of their classes."""

    Converter = _Converter

    def __init__(self) -> None:
        super().__init__(schema_name_resolver=_name)

    def init_spec(self, spec: Any) -> None:
        """Begin a document."""
        super().init_spec(spec)
        self._convert.add_attribute_function(_constants)
        self._convert.add_attribute_function(_alternatives)
        self._convert.add_attribute_function(_examples)
        self._convert.add_attribute_function(_defaults)

    @property
    def _convert(self) -> Any:  # half of its methods have no types
        return self.converter

    def json_schema(self, schema: Schema) -> dict[str, Any]:
        """A schema, or a reference to its component."""
        found: dict[str, Any] = self._convert.resolve_nested_schema(schema)
        return found

    def parameters(self, schema: Schema) -> list[dict[str, Any]]:
        """The parameters of a query string."""
        found: list[dict[str, Any]] = self._convert.schema2parameters(schema, location="query")
        return found


def _name(schema: Any) -> str:
    name = type(resolve_schema_instance(schema)).__name__
    return "" if name == _ENVELOPE else name.removeprefix("_")


def _constants(_: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """The one value that is allowed, as a constant."""
    for validator in field.validators:
        if isinstance(validator, validate.Equal):
            ret.pop("enum")
            return {"const": validator.comparable}
    return {}


def _alternatives(converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """The forms of a split."""
    if not isinstance(field, SplitField):
        return {}
    return {"oneOf": [converter.resolve_nested_schema(each) for each in field.schemas.values()]}


def _examples(_: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """The example as JSON Schema has it."""
    del field
    return {"examples": [ret.pop("example")]} if "example" in ret else {}


def _defaults(_: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """Leave out defaults that say only that nothing was given."""
    del field
    if not ret.get("default", True):
        ret.pop("default")
    return {}
