"""Parsers of provider documents: `parse(document: bytes) -> pl.DataFrame`, one module per document shape.

A parser reads fields by name, never by position, and types them without silent casts. A document that is not what it
should be raises `DocumentError`; a single value that is not what it should be marks its own row in
`quarantine_reason`, and the other rows of the document stay good.
"""

from nba_assets.transforms.documents.base import (
    QUARANTINE_REASON,
    SOURCE_COLUMNS,
    UNMATCHED,
    DocumentError,
    load_json,
    typed_frame,
)

__all__ = ["QUARANTINE_REASON", "SOURCE_COLUMNS", "UNMATCHED", "DocumentError", "load_json", "typed_frame"]
