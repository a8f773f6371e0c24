"""The structure of JSON documents: which types of value stand at which key paths."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_TYPES = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "text",
    list: "list",
    dict: "object",
}
Structure = set[tuple[str, str]]


def structure(documents: Iterable[Any], kinds: Mapping[str, str] | None = None) -> Structure:
    """(path, type) of every value of the documents; items of lists share a path, columns of result sets have their own.

    `kinds` tells apart the items of a list by one of their values: `{"actions": "actionType"}` makes paths like
    `.game.actions[2pt].x`.
    """
    found: Structure = set()
    for document in documents:
        _walk(document, "", found, kinds or {})
    return found


def read_json(file: Path) -> Any:
    """A real document, packed or not."""
    content = file.read_bytes()
    return json.loads(gzip.decompress(content) if file.suffix == ".gz" else content)


def _walk(value: Any, path: str, found: Structure, kinds: Mapping[str, str]) -> None:
    found.add((path, _TYPES[type(value)]))
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "rowSet":
                _walk_rows(value, f"{path}[{value['name']}]", found)
            elif isinstance(item, list) and key in kinds:
                for entry in item:
                    _walk(entry, f"{path}.{key}[{entry[kinds[key]]}]", found, kinds)
            else:
                _walk(item, f"{path}.{key}", found, kinds)
    elif isinstance(value, list):
        for item in value:
            _walk(item, f"{path}[]", found, kinds)


def _walk_rows(table: Mapping[str, Any], path: str, found: Structure) -> None:
    found.add((f"{path}.headers {table['headers']}", "list"))
    for row in table["rowSet"]:
        for header, value in zip(table["headers"], row, strict=True):
            found.add((f"{path}.{header}", _TYPES[type(value)]))
