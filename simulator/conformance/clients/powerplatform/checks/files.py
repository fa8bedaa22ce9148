"""File columns: what the SDK uploads, whole and in chunks."""

import tempfile
from pathlib import Path

from PowerPlatform.Dataverse.core.errors import HttpError
from suite import raises

from . import suite
from .made import table


def _written(folder, name, content):
    path = Path(folder) / name
    path.write_bytes(content)
    return str(path)


@suite.check
def a_file_goes_up_whole_and_in_chunks(client):
    """The column is made on the way; the row then tells the file's name and size."""
    with table(client) as schema, tempfile.TemporaryDirectory() as folder:
        row = client.records.create(schema, {"new_code": "filed"})
        small = _written(folder, "small.txt", b"harbour")
        client.files.upload(schema, row, "new_Manual", small, mode="small", mime_type="text/plain")
        read = client.records.retrieve(schema, row, select=["new_manual", "new_manual_name"])
        assert read["new_manual_name"] == "small.txt", read
        large = _written(folder, "large.bin", b"harbour tools " * 400_000)
        client.files.upload(schema, row, "new_Manual", large, mode="chunk", if_none_match=False)
        read = client.records.retrieve(schema, row, select=["new_manual_name"])
        assert read["new_manual_name"] == "large.bin", read


@suite.check
def a_file_of_a_row_that_is_not_there_is_refused(client):
    """With the service's status."""
    with table(client) as schema, tempfile.TemporaryDirectory() as folder:
        path = _written(folder, "small.txt", b"harbour")
        gone = "aaaa0000-0000-4000-8000-00000000dead"
        error = raises(HttpError, lambda: client.files.upload(schema, gone, "new_Manual", path, mode="small"))
        assert error.status_code == 404, error
