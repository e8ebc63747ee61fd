"""The API in words: the generated schema as a page needs it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

type Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body, or one parameter; `path` is dotted."""

    path: str
    kind: str
    required: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one address."""

    slug: str
    method: str
    path: str
    summary: str
    words: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    statuses: str
    example: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations under one tag."""

    name: str
    operations: tuple[Operation, ...]


def chapters(schema: Schema, *, root: str) -> list[Chapter]:
    """Return the operations of a generated schema by tag; `root` begins addresses in examples."""
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", [""])[0]
            made = _operation(schema, operation, method=method.upper(), path=path, root=root)
            found.setdefault(tag, []).append(made)
    return [
        Chapter(name, tuple(sorted(operations, key=lambda each: each.method != "POST")))
        for name, operations in found.items()
    ]


def _operation(
    schema: Schema, operation: Schema, *, method: str, path: str, root: str
) -> Operation:
    sent = _json_of(operation.get("requestBody", {}))
    answers = operation["responses"]
    best = min(answers)
    return Operation(
        slug=slugify(f"{method} {operation['summary']}"),
        method=method,
        path=path,
        summary=operation["summary"],
        words=operation.get("description", "").replace("`", ""),
        parameters=tuple(
            Field(
                each["name"],
                _kind(each["schema"]),
                each.get("required", False),
                each.get("description", ""),
            )
            for each in operation.get("parameters", ())
        ),
        body=tuple(_fields(schema, sent.get("schema", {}))),
        answer=tuple(_fields(schema, _json_of(answers[best]).get("schema", {}))),
        statuses=", ".join(sorted(answers)),
        example=_example(method, f"{root}{path}", sent),
    )


def _json_of(part: Schema) -> Schema:
    content: Schema = part.get("content", {}).get("application/json", {})
    return content


def _fields(schema: Schema, part: Schema, above: str = "") -> Iterator[Field]:
    part = _resolved(schema, part)
    if part.get("type") == "array":
        yield from _fields(schema, part["items"], f"{above}[]")
        return
    for name, each in part.get("properties", {}).items():
        below = _resolved(schema, each)
        path = f"{above}.{name}" if above else name
        yield Field(path, _kind(below), name in part.get("required", ()), _limits(below))
        yield from _fields(schema, below, path)


def _resolved(schema: Schema, part: Schema) -> Schema:
    """Follow a reference to where the schema is written."""
    if "$ref" not in part:
        return part
    found: Schema = schema
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def _kind(part: Schema) -> str:
    if "oneOf" in part:
        return _(" or ").join(_kind(each) for each in part["oneOf"])
    if "enum" in part:
        return ", ".join(str(each) for each in part["enum"])
    if "minimum" in part:
        return f"{part['minimum']}–{part['maximum']}"
    names = {
        "string": _("text"),
        "integer": _("number"),
        "boolean": _("true or false"),
        "array": _("list"),
        "object": _("object"),
    }
    return (
        _("time") if part.get("format") == "date-time" else names.get(part.get("type", ""), "")
    )


def _limits(part: Schema) -> str:
    if "maxLength" in part:
        return _("up to %(most)s characters") % {"most": part["maxLength"]}
    if "maxItems" in part:
        return _("up to %(most)s") % {"most": part["maxItems"]}
    return ""


def _example(method: str, url: str, sent: Schema) -> str:
    lines = [f"curl -X {method} {url}" if sent else f"curl {url}"]
    lines.append('  -H "Authorization: Bearer $KEY"')
    if sent:
        examples = [each["value"] for each in sent.get("examples", {}).values()]
        body = examples[0] if examples else {"complaints": [{"what_happened": "…"}]}
        lines.append('  -H "Idempotency-Key: $(uuidgen)"')
        lines.append('  -H "Content-Type: application/json"')
        lines.append(f"  -d '{json.dumps(body, indent=2, ensure_ascii=False)}'")
    return " \\\n".join(lines)
