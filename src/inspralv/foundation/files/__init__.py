"""Files: recordings and uploads, in a folder or a bucket."""

from inspralv.foundation.files.ranges import ByteRange, Unsatisfiable, read_range
from inspralv.foundation.files.store import FileMissing, FileStore, file_key, open_store, partner_file_key

__all__ = [
    "ByteRange",
    "FileMissing",
    "FileStore",
    "Unsatisfiable",
    "file_key",
    "open_store",
    "partner_file_key",
    "read_range",
]
