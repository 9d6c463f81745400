"""OpenLineage events held against the classes of its client, which its project generates from the published schemas."""

import enum
import types
import typing
from typing import Any

import attr
from openlineage.client import event_v2, facet_v2

FACETS = {
    kind._get_schema(): kind
    for module in vars(facet_v2).values()
    if isinstance(module, types.ModuleType)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, facet_v2.BaseFacet) and kind.__module__ == module.__name__
}


def breaches(event: dict[str, Any]) -> list[str]:
    """What of an event, as it was written, the schema does not allow; facets by the schema that they name."""
    return list(_breaches(event, event_v2.RunEvent, "event"))


def _breaches(value: Any, kind: Any, at: str) -> typing.Iterator[str]:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        found = [list(_breaches(value, part, at)) for part in parts if part is not type(None) or value is None]
        yield from min(found, key=len)
    elif origin is list:
        yield from _of_kind(value, list, at)
        for place, one in enumerate(value):
            yield from _breaches(one, parts[0], f"{at}[{place}]")
    elif origin is dict:
        yield from _of_kind(value, dict, at)
        for name, one in value.items():
            yield from _breaches(one, parts[1], f"{at}.{name}")
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        yield from [] if value in {one.value for one in kind} else [f"{at}: {value} is no {kind.__name__}"]
    elif attr.has(kind):
        yield from _of_kind(value, dict, at)
        yield from _of_class(value, FACETS.get(value.get("_schemaURL"), kind), at)
    elif kind is not Any:
        yield from _of_kind(value, kind, at)


def _of_class(value: dict[str, Any], kind: Any, at: str) -> typing.Iterator[str]:
    if issubclass(kind, facet_v2.BaseFacet) and value.get("_schemaURL") not in FACETS:
        yield f"{at}: {value.get('_schemaURL')} is no published facet"
    types_of, fields = typing.get_type_hints(kind), {field.name: field for field in attr.fields(kind)}
    yield from (f"{at}.{name}: unknown" for name in value.keys() - fields.keys())
    for name, field in fields.items():
        if name in value:
            yield from _breaches(value[name], types_of[name], f"{at}.{name}")
        elif field.default is attr.NOTHING:
            yield f"{at}.{name}: missing"


def _of_kind(value: Any, kind: type, at: str) -> list[str]:
    is_so = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    return [] if is_so else [f"{at}: {type(value).__name__} instead of {kind.__name__}"]
