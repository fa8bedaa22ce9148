"""pandas frames."""

import pandas as pd

from . import suite
from .made import accounts, gone, name


@suite.check
def a_frame_is_written_and_read(client):
    """Create, update with and without clearing, delete."""
    numbers = pd.array([1, None], dtype="Int64")
    frame = pd.DataFrame({"name": [name(), name()], "numberofemployees": numbers, "fax": ["a", "b"]})
    ids = client.dataframe.create("account", frame)
    rows = [client.records.retrieve("account", row, select=["name", "numberofemployees", "fax"]) for row in ids]
    assert [row["name"] for row in rows] == list(frame["name"])
    assert [row["numberofemployees"] for row in rows] == [1, None]
    changes = pd.DataFrame({"accountid": list(ids), "telephone1": ["1", "2"], "fax": [None, "c"]})
    client.dataframe.update("account", changes, "accountid")
    faxes = lambda: [client.records.retrieve("account", row, select=["fax"])["fax"] for row in ids]  # noqa: E731
    assert faxes() == ["a", "c"]
    client.dataframe.update("account", changes, "accountid", clear_nulls=True)
    assert faxes() == [None, "c"]
    assert client.dataframe.delete("account", ids, use_bulk_delete=False) is None
    assert gone(client, "account", ids)


@suite.check
def a_frame_is_read_by_sql(client):
    """The rows of a SELECT as pandas shows them."""
    _, mine = accounts(client, 3)
    city = mine.to_odata().split("'")[1]
    frame = client.dataframe.sql(
        f"SELECT name, numberofemployees FROM account WHERE address1_city = '{city}' ORDER BY name"
    )
    assert list(frame["numberofemployees"]) == [0, 1, 2]


@suite.check
def the_old_way_to_read_a_frame_works(client):
    """`dataframe.get`, which the sync client keeps for older code."""
    if not hasattr(client.dataframe, "get"):
        return
    ids, mine = accounts(client, 3)
    frame = client.dataframe.get("account", select=["name"], filter=mine.to_odata(), orderby=["name"])
    assert list(frame["accountid"]) == ids
    one = client.dataframe.get("account", ids[0], select=["name"])
    assert len(one) == 1
