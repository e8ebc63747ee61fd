"""Verbs of intake itself."""

from recovery.intake.services.importing import (
    FileFacts,
    FileRow,
    begin_import,
    finish_import,
    import_rows,
)

__all__ = ["FileFacts", "FileRow", "begin_import", "finish_import", "import_rows"]
