"""Single rows and many: create, read, update, upsert, delete."""

import uuid

from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.filters import col
from suite import eventually, raises

from . import suite
from .made import accounts, gone, name


@suite.check
def a_row_lives_its_life(client):
    """Create, retrieve, update, delete, and afterwards nothing."""
    title = name()
    row = client.records.create("account", {"Name": title, "Telephone1": "1", "numberofemployees": 12})
    assert str(uuid.UUID(row)) == row
    read = client.records.retrieve("account", row, select=["name", "telephone1", "numberofemployees"])
    assert (read["name"], read["telephone1"], read["numberofemployees"]) == (title, "1", 12)
    assert read["accountid"] == row and read.id == row
    assert read.etag.startswith('W/"')
    client.records.update("account", row, {"telephone1": "2", "numberofemployees": None})
    changed = client.records.retrieve("account", row, select=["name", "telephone1", "numberofemployees"])
    assert (changed["name"], changed["telephone1"], changed["numberofemployees"]) == (title, "2", None)
    assert changed.etag != read.etag
    client.records.delete("account", row)
    assert client.records.retrieve("account", row) is None


@suite.check
def many_rows_are_created_in_order(client):
    """CreateMultiple gives the ids in the order of the rows."""
    ids = client.records.create("contact", [{"lastname": name(str(n))} for n in range(5)])
    assert len(set(ids)) == 5
    for number, row in enumerate(ids):
        assert client.records.retrieve("contact", row, select=["lastname"])["lastname"].startswith(f"{number} ")


@suite.check
def many_rows_are_updated_alike_or_each_its_own_way(client):
    """UpdateMultiple with one change for all, then with one for each."""
    ids, _ = accounts(client, 3)
    client.records.update("account", ids, {"telephone1": "all"})
    client.records.update("account", ids, [{"fax": str(n)} for n in range(3)])
    for number, row in enumerate(ids):
        read = client.records.retrieve("account", row, select=["telephone1", "fax"])
        assert (read["telephone1"], read["fax"]) == ("all", str(number))


@suite.check
def an_update_of_many_is_all_or_nothing(client):
    """One missing row undoes the change of the others."""
    ids, _ = accounts(client, 2)
    missing = str(uuid.uuid4())
    raises(HttpError, lambda: client.records.update("account", [*ids, missing], {"telephone1": "9"}))
    assert all(client.records.retrieve("account", row, select=["telephone1"])["telephone1"] is None for row in ids)


@suite.check
def many_rows_are_deleted_by_a_job(client):
    """BulkDelete answers with a job, and the rows go."""
    ids, _ = accounts(client, 3)
    job = client.records.delete("account", ids)
    assert str(uuid.UUID(job)) == job
    eventually(lambda: gone(client, "account", ids))


@suite.check
def many_rows_are_deleted_one_by_one(client):
    """Without BulkDelete each row is deleted by itself."""
    ids, _ = accounts(client, 3)
    assert client.records.delete("account", ids, use_bulk_delete=False) is None
    assert gone(client, "account", ids)


@suite.check
def a_label_stands_for_its_choice(client):
    """The SDK looks labels up in the metadata and sends their numbers."""
    row = client.records.create("account", {"name": name(), "industrycode": "consulting"})
    read = client.records.retrieve(
        "account", row, select=["industrycode"], include_annotations="OData.Community.Display.V1.FormattedValue"
    )
    assert isinstance(read["industrycode"], int)
    assert read["industrycode@OData.Community.Display.V1.FormattedValue"] == "Consulting"


@suite.check
def a_lookup_is_bound_and_expanded(client):
    """@odata.bind on create, $expand on read, null to clear."""
    contact = client.records.create("contact", {"firstname": "Lena", "lastname": name("Brandt")})
    row = client.records.create(
        "account", {"name": name(), "primarycontactid@odata.bind": f"/contacts({contact})"}
    )
    read = client.records.retrieve(
        "account", row, select=["name", "_primarycontactid_value"], expand=["primarycontactid($select=firstname)"],
        include_annotations="*",
    )
    assert read["_primarycontactid_value"] == contact
    assert read["primarycontactid"]["firstname"] == "Lena"
    assert read["_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "contact"
    client.records.update("account", row, {"primarycontactid@odata.bind": None})
    assert client.records.retrieve("account", row, select=["_primarycontactid_value"])["_primarycontactid_value"] is None


@suite.check
def rows_are_listed(client):
    """Filter as text or expression, order, top, expand, count, annotations."""
    ids, mine = accounts(client, 4)
    rows = client.records.list("account", filter=mine, select=["name"], orderby=["name desc"])
    assert [row["accountid"] for row in rows] == ids[::-1]
    assert len(client.records.list("account", filter=mine.to_odata(), select=["name"], top=2)) == 2
    both = mine & (col("numberofemployees") >= 2)
    annotated = client.records.list(
        "account", filter=both, select=["numberofemployees"], expand=["createdby($select=fullname)"], count=True,
        include_annotations="*",
    )
    assert len(annotated) == 2
    assert all(row["createdby"]["fullname"] for row in annotated)
    assert all(row["numberofemployees@OData.Community.Display.V1.FormattedValue"] for row in annotated)


@suite.check
def rows_are_listed_page_by_page(client):
    """A page size gives pages of that size; all pages together give all rows once."""
    ids, mine = accounts(client, 7)
    pages = list(client.records.list_pages("account", filter=mine, select=["name"], orderby=["name"], page_size=3))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [row["accountid"] for page in pages for row in page] == ids
    whole = client.records.list("account", filter=mine, select=["name"], orderby=["name"], page_size=2)
    assert [row["accountid"] for row in whole] == ids
    assert whole.first()["accountid"] == ids[0]
    assert len(whole.to_dataframe()) == 7


@suite.check
def the_old_way_to_read_works(client):
    """`records.get`, which the sync client keeps for older code."""
    ids, mine = accounts(client, 3)
    if not hasattr(client.records, "get"):
        return
    one = client.records.get("account", ids[0], select=["name"])
    assert one["accountid"] == ids[0]
    pages = list(client.records.get("account", filter=mine.to_odata(), select=["name"], page_size=2))
    assert [len(page) for page in pages] == [2, 1]


@suite.check
def a_refusal_carries_code_and_words(client):
    """The service's error code, message and request id reach the caller."""
    missing = str(uuid.uuid4())
    error = raises(HttpError, lambda: client.records.update("account", missing, {"name": "x"}))
    assert error.status_code == 404
    assert error.details["service_error_code"] == "0x80040217", error.details
    assert missing in str(error) and error.details["service_request_id"]
    error = raises(HttpError, lambda: client.records.list("account", select=["nosuchcolumn"]))
    assert error.status_code == 400
    assert "Could not find a property named 'nosuchcolumn' on type 'Microsoft.Dynamics.CRM.account'." in str(error)


@suite.check
def an_unknown_table_is_told_from_metadata(client):
    """The SDK looks for the table in the metadata and finds none."""
    from PowerPlatform.Dataverse.core.errors import MetadataError

    raises(MetadataError, lambda: client.records.create("new_nosuchtable", {"name": "x"}))


@suite.check
def caches_are_flushed(client):
    """The client forgets what it knows of choices."""
    client.records.create("account", {"name": name(), "industrycode": "Consulting"})
    assert client.flush_cache("picklist") >= 1
    assert client.flush_cache("picklist") == 0
