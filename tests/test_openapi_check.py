"""The check of requests against an OpenAPI document, with a small one that we made up."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_check import Specification

ID = {"type": "string", "pattern": "^(0|[1-9][0-9]*)$", "format": "snowflake"}


def body(schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


SPECIFICATION = Specification(
    {
        "openapi": "3.1.0",
        "paths": {
            "/boats/{boat}": {
                "get": {
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}]
                },
                "patch": body(reference("Boat"), required=False),
            },
            "/boats/@mine": {"put": body({"type": "array", "items": reference("Boat"), "maxItems": 2})},
        },
        "components": {
            "schemas": {
                "Id": ID,
                "Boat": {
                    "type": "object",
                    "properties": {
                        "name": {"type": ["string", "null"], "maxLength": 5},
                        "owner": {"oneOf": [{"type": "null"}, reference("Id")]},
                        "permissions": {"type": ["integer", "null"]},
                        "loads": {"type": "array", "items": {"oneOf": [reference("Crate"), reference("Tank")]}},
                    },
                    "required": ["name"],
                },
                "Crate": {
                    "type": "object",
                    "properties": {
                        "type": {"type": "integer", "enum": [1]},
                        "label": {"type": "string", "maxLength": 3},
                    },
                    "required": ["type"],
                },
                "Tank": {
                    "type": "object",
                    "properties": {"type": {"type": "integer", "enum": [2]}, "litres": {"type": "integer"}},
                    "required": ["type"],
                },
            }
        },
    }
)


@pytest.mark.parametrize(
    ("method", "path", "sent", "query"),
    [
        ("GET", "/boats/7", None, {"limit": "100"}),
        ("GET", "/boats/7", None, {}),
        ("PATCH", "/boats/7", {"name": None}, {}),
        ("PATCH", "/boats/7", None, {}),
        ("PATCH", "/boats/7", {"name": "Islay", "owner": "12"}, {}),
        ("PATCH", "/boats/7", {"name": "Islay", "owner": 12}, {}),
        ("PATCH", "/boats/7", {"name": "Islay", "permissions": "2048"}, {}),
        (
            "PATCH",
            "/boats/7",
            {"name": "Islay", "owner": None, "loads": [{"type": 2}, {"type": 1, "label": "ale"}]},
            {},
        ),
        ("PUT", "/boats/@mine", [{"name": "Islay"}], {}),
    ],
)
def test_what_the_document_allows_is_no_complaint(method: str, path: str, sent: Any, query: dict[str, str]) -> None:
    assert SPECIFICATION.complaint(method, path, sent, query) is None


@pytest.mark.parametrize(
    ("method", "path", "sent", "query", "reason"),
    [
        ("GET", "/ships/7", None, {}, "there is no such path"),
        ("DELETE", "/boats/7", None, {}, "this path has no DELETE"),
        ("GET", "/boats/7", {}, {}, "a body is not expected"),
        ("GET", "/boats/7", None, {"limit": "101"}, "'limit': 101 is greater than the maximum of 100"),
        ("GET", "/boats/7", None, {"limits": "1"}, "'limits' is not known"),
        ("PUT", "/boats/@mine", None, {}, "a body is missing"),
        ("PUT", "/boats/@mine", {"name": "Islay"}, {}, "$: {'name': 'Islay'} is not of type 'array'"),
        ("PATCH", "/boats/7", {}, {}, "$: 'name' is a required property"),
        ("PATCH", "/boats/7", {"name": "Tobermory"}, {}, "$.name: 'Tobermory' is too long"),
        ("PATCH", "/boats/7", {"name": "a", "permissions": "all"}, {}, "$.permissions: 'all' does not match"),
        ("PATCH", "/boats/7", {"name": "a", "owner": "mia"}, {}, "$.owner: 'mia' does not match"),
        (
            "PATCH",
            "/boats/7",
            {"name": "a", "loads": [{"type": 1, "label": "salt"}]},
            {},
            "$.loads[0].label: 'salt' is",
        ),
        (
            "PATCH",
            "/boats/7",
            {"name": "a", "loads": [{"type": 3}]},
            {},
            "$.loads[0]: {'type': 3} is not valid under any",
        ),
    ],
)
def test_a_complaint_names_the_place_and_the_reason(
    method: str, path: str, sent: Any, query: dict[str, str], reason: str
) -> None:
    complaint = SPECIFICATION.complaint(method, path, sent, query)
    assert complaint is not None
    assert complaint.startswith(f"{method} {path}: ")
    assert reason in complaint
