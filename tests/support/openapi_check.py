"""Checks requests against Discord's OpenAPI document, where the environment says where that is.

``DISCORD_OPENAPI=../shared/discord/openapi.json`` names the document (`discord/discord-api-spec`,
`specs/openapi.json`). Without it nothing is checked here, and the rules of `discord_limits` remain.

The document is read with three allowances. `oneOf` is read as `anyOf`: its branches overlap where only optional fields
differ. An id may be a number, and a set of permissions a text of digits: Discord takes both, and discord.py sends both.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ADDRESS = "urn:discord"
_OF_DISCORD_PY = frozenset({"use_nested_fields"})  # which form of a forum post it sends; Discord has only that one now
_PERMISSIONS = ("allow", "deny", "permissions", "default_member_permissions")


class Specification:
    """What an OpenAPI 3.1 document allows to be sent."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        lenient = _lenient(document)
        self._paths: dict[str, Any] = lenient["paths"]
        resource = DRAFT202012.create_resource(lenient)
        self._registry: Registry[Any] = Registry().with_resource(ADDRESS, resource)
        self._templates = [(template.strip("/").split("/"), template) for template in self._paths]

    def complaint(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> str | None:
        """Why Discord would refuse a request; None when the document allows it.

        `path` has no server and no query in it. `body` is the parsed JSON; of a multipart request, its `payload_json`.
        """
        template = self._template_of(path)
        if template is None:
            return f"{method} {path}: there is no such path"
        operation = self._paths[template].get(method.lower())
        if operation is None:
            return f"{method} {path}: this path has no {method}"
        reason = self._in_query(template, operation, query or {}) or self._in_body(template, method, operation, body)
        return f"{method} {path}: {reason}" if reason else None

    def _template_of(self, path: str) -> str | None:
        """The template that fits with the fewest placeholders: `@me` is more than any id."""
        parts = path.strip("/").split("/")
        fitting = [
            (sum(name.startswith("{") for name in names), template)
            for names, template in self._templates
            if len(names) == len(parts)
            and all(name.startswith("{") or name == part for name, part in zip(names, parts, strict=True))
        ]
        return min(fitting)[1] if fitting else None

    def _in_body(self, template: str, method: str, operation: Mapping[str, Any], body: Any) -> str | None:
        known = operation.get("requestBody")
        if known is None:
            return "a body is not expected" if body is not None else None
        if body is None:
            return "a body is missing" if known.get("required") else None
        place = f"/paths/{_escaped(template)}/{method.lower()}/requestBody/content"
        kind = "application/json" if "application/json" in known["content"] else "multipart/form-data"
        return self._mismatch(f"{place}/{_escaped(kind)}/schema", body)

    def _in_query(self, template: str, operation: Mapping[str, Any], query: Mapping[str, Any]) -> str | None:
        known = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        for name, value in query.items():
            if name in _OF_DISCORD_PY:
                continue
            if name not in known:
                return f"the parameter {name!r} is not known"
            schema = {"$ref": f"{ADDRESS}{known[name]['$ref']}"} if "$ref" in known[name] else known[name]
            error = self._error(schema, _typed(value, known[name].get("type")))
            if error is not None:
                return f"the parameter {name!r}: {error.message}"
        return None

    def _mismatch(self, pointer: str, value: Any) -> str | None:
        error = self._error({"$ref": f"{ADDRESS}#{pointer}"}, value)
        if error is None:
            return None
        # A message begins with the whole value that is wrong, and ends with what is wrong about it.
        return f"{error.json_path}: {error.message if len(error.message) < 300 else '…' + error.message[-250:]}"

    def _error(self, schema: Mapping[str, Any], value: Any) -> ValidationError | None:
        errors = Draft202012Validator(schema, registry=self._registry).iter_errors(value)
        return next((_innermost(error) for error in errors), None)


@functools.cache
def specification() -> Specification | None:
    """The document that the environment names; None when it names none."""
    path = os.environ.get("DISCORD_OPENAPI")
    return Specification(json.loads(Path(path).read_text(encoding="utf-8"))) if path else None


def assert_allowed(requests: Iterable[tuple[str, str, Any, Mapping[str, Any]]]) -> None:
    """Fails with every complaint about requests of method, path, body and query; never where no document is named."""
    known = specification()
    if known is None:
        return
    found = (known.complaint(method, path, body, query) for method, path, body, query in requests)
    if complaints := list(dict.fromkeys(complaint for complaint in found if complaint is not None)):
        raise AssertionError("Discord's document does not allow: " + "; ".join(complaints))


def _lenient(node: Any) -> Any:
    if isinstance(node, list):
        return [_lenient(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    made = {key: _lenient(value) for key, value in node.items()}
    if isinstance(made.get("oneOf"), list):
        made.setdefault("allOf", []).append({"anyOf": made.pop("oneOf")})
    if made.get("format") == "snowflake":
        made |= {"type": [*_as_list(made["type"]), "integer"], "minimum": 0}
    for name, kind in (made.get("properties") or {}).items():
        if name in _PERMISSIONS and "integer" in _as_list(kind.get("type")):
            kind |= {"type": [*_as_list(kind["type"]), "string"], "pattern": "^[0-9]+$"}
    return made


def _innermost(error: ValidationError) -> ValidationError:
    """The error that a person would name: of a choice, in the branch that the value was meant to be.

    That is the branch which does not fail already at the kind: components and callbacks say theirs in `type`.
    """
    if not error.context:
        return error
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    meant = [errors for errors in branches.values() if not any(_is_of_other_kind(one, error) for one in errors)]
    return _innermost(meant[0][0]) if len(meant) == 1 else error


def _is_of_other_kind(inner: ValidationError, outer: ValidationError) -> bool:
    below = list(inner.absolute_path)[len(outer.absolute_path) :]
    return below == ["type"] or (not below and inner.validator == "type")


def _typed(value: Any, kinds: Any) -> Any:
    """A value of a query as what it stands for: in an address everything is text."""
    text = str(value)
    if "boolean" in _as_list(kinds) and text.lower() in ("true", "false", "0", "1"):
        return text.lower() in ("true", "1")
    if "integer" in _as_list(kinds) and text.isdecimal():
        return int(text)
    return value if isinstance(value, list) else text


def _as_list(kinds: Any) -> list[Any]:
    return list(kinds) if isinstance(kinds, list) else [kinds]


def _escaped(name: str) -> str:
    """A name as a step of a JSON pointer in a URI's fragment."""
    pointer = name.replace("~", "~0").replace("/", "~1")
    return pointer.replace("{", "%7B").replace("}", "%7D")
