"""Where in a vendor's JSON something stands: paths such as `location.city`, `offices[].name`, `sections.*.text`."""

from __future__ import annotations

from collections.abc import Iterator

from ats_core.provider.record import BadField, Record

__all__ = ["field_at", "fields_at", "value_at"]


def fields_at(record: Record, path: str) -> Iterator[tuple[Record, str]]:
    """Each place that *path* leads to: the object that the field is in, and the field's name in it.

    `a.b` leads through the object `a`; `a[].b` to a place in each object of the list `a`; `a.*.b` to one in each object
    that is a field of `a`. What is no object where one is expected is lost by name; what is absent leads nowhere.
    """
    *steps, name = path.split(".")
    holders = [record]
    for step in steps:
        if step == "*":
            holders = [
                inner
                for holder in holders
                for key, value in holder.fields.items()
                if isinstance(value, dict) and (inner := holder.record(key)) is not None
            ]
        elif step.endswith("[]"):
            holders = [inner for holder in holders for inner in holder.records(step[:-2])]
        else:
            holders = [inner for holder in holders if (inner := holder.record(step)) is not None]
    for holder in holders:
        yield holder, name


def field_at(record: Record, path: str) -> tuple[Record, str]:
    """The one place that *path* leads to, for a field that is required. Raises `BadField` where it leads nowhere."""
    for place in fields_at(record, path):
        return place
    raise BadField(path, "is missing")


def value_at(value: object, path: str) -> object:
    """The plain value at *path* of an answer (the answer itself where it is empty), None where there is none.

    `a[].b` is that of the list's first object, `[].b` that of the first in an answer which is a list.
    """
    for step in path.split(".") if path else ():
        if step != "[]":
            value = value.get(step.removesuffix("[]")) if isinstance(value, dict) else None
        if step.endswith("[]"):
            value = value[0] if isinstance(value, list) and value else None
    return value
