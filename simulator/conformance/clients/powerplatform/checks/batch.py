"""$batch."""

import uuid

import pandas as pd
from PowerPlatform.Dataverse.core.errors import HttpError, ValidationError
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.labels import Label, LocalizedLabel
from PowerPlatform.Dataverse.models.relationship import (
    LookupAttributeMetadata,
    ManyToManyRelationshipMetadata,
    OneToManyRelationshipMetadata,
)
from suite import eventually, raises

from . import suite
from .made import accounts, gone, name, table, table_name


def _sent(batch, **named):
    result = batch.execute(**named)
    assert not result.has_errors, [(one.status_code, one.error_message) for one in result.failed]
    return result


@suite.check
def operations_on_rows_travel_together(client):
    """Create, update, read, list and delete in one request, answered in order."""
    ids, mine = accounts(client, 3)
    batch = client.batch.new()
    batch.records.create("account", {"name": name()})
    batch.records.create("account", [{"name": name()}, {"name": name()}])
    batch.records.update("account", ids[0], {"telephone1": "7"})
    batch.records.update("account", ids[1:], {"telephone1": "8"})
    batch.records.retrieve("account", ids[0], select=["telephone1"], include_annotations="*")
    batch.records.list("account", filter=mine, select=["name"], orderby=["name"], top=2)
    batch.records.delete("account", ids[0])
    result = _sent(batch)
    statuses = [one.status_code for one in result.responses]
    assert statuses == [204, 200, 204, 204, 200, 200, 204]
    assert len(result.responses[1].data["Ids"]) == 2
    assert result.responses[4].data["telephone1"] == "7"
    assert [row["accountid"] for row in result.responses[5].data["value"]] == ids[:2]
    assert result.entity_ids[0] != ids[0] and ids[0] in result.entity_ids
    assert len(result.succeeded) == 7
    assert gone(client, "account", ids[:1])


@suite.check
def a_change_set_refers_to_its_own_rows(client):
    """$1 stands for the first row of the change set, in a bind and in an address."""
    last = uuid.uuid4().hex
    batch = client.batch.new()
    with batch.changeset() as changes:
        contact = changes.records.create("contact", {"lastname": last})
        account = changes.records.create("account", {"name": last, "primarycontactid@odata.bind": contact})
        changes.records.update("account", account, {"telephone1": "5"})
    result = _sent(batch)
    assert [one.content_id for one in result.responses] == ["1", "2", "3"]
    read = client.records.list("account", filter=col("name") == last, expand=["primarycontactid"]).first()
    assert (read["primarycontactid"]["lastname"], read["telephone1"]) == (last, "5")
    batch = client.batch.new()
    with batch.changeset() as changes:
        changes.records.delete("account", read["accountid"])
    _sent(batch)
    assert gone(client, "account", [read["accountid"]])


@suite.check
def a_change_set_is_all_or_nothing(client):
    """What came before the failure is undone, and the batch stops there."""
    title = name()
    batch = client.batch.new()
    with batch.changeset() as changes:
        changes.records.create("account", {"name": title})
        changes.records.create("account", {"name": title, "industrycode": 987654})
    batch.records.list("account", top=1)
    result = batch.execute()
    assert [one.status_code for one in result.responses] == [400]
    assert result.failed[0].error_code == "0x8004431a", result.failed
    assert len(client.records.list("account", filter=col("name") == title)) == 0


@suite.check
def a_batch_goes_on_when_asked(client):
    """Without continue-on-error the first failure is the last answer, and its status that of the batch."""
    missing = str(uuid.uuid4())

    def batch():
        batch = client.batch.new()
        batch.records.retrieve("account", missing)
        batch.records.list("account", select=["name"], top=1)
        return batch

    # The SDK takes 400 for the status of a batch that failed, no other.
    assert raises(HttpError, batch().execute).status_code == 404
    result = batch().execute(continue_on_error=True)
    assert [one.status_code for one in result.responses] == [404, 200]
    assert missing in result.failed[0].error_message


@suite.check
def a_batch_bulk_deletes_and_upserts(client):
    """BulkDelete and both kinds of upsert inside a batch."""
    ids, _ = accounts(client, 2)
    with table(client) as schema:
        client.tables.create_alternate_key(schema, f"{schema}_key", ["new_code"])
        eventually(lambda: client.tables.get_alternate_keys(schema)[0].status == "Active")
        batch = client.batch.new()
        batch.records.delete("account", ids)
        batch.records.upsert(schema, [{"alternate_key": {"new_code": "A"}, "record": {"new_length": 1}}])
        items = [{"alternate_key": {"new_code": code}, "record": {"new_length": 2}} for code in "AB"]
        batch.records.upsert(schema, items)
        result = _sent(batch)
        assert result.responses[0].data["JobId"]
        rows = client.records.list(schema, select=["new_code", "new_length"], orderby=["new_code"])
        assert [(row["new_code"], row["new_length"]) for row in rows] == [("A", 2), ("B", 2)]
    eventually(lambda: gone(client, "account", ids))


@suite.check
def metadata_travels_in_a_batch(client):
    """Tables, columns and relationships are made, read and deleted."""
    schema, other = table_name(), table_name()
    batch = client.batch.new()
    batch.tables.create(schema, {"new_Code": "string"})
    batch.tables.create(other, {"new_Code": "string"}, primary_column="new_Title", display_name="Other")
    batch.tables.get(schema)
    batch.tables.list(filter=f"LogicalName eq '{schema.lower()}'", select=["LogicalName"])
    result = _sent(batch)
    assert result.responses[2].data["value"][0]["LogicalName"] == schema.lower()
    assert [one["LogicalName"] for one in result.responses[3].data["value"]] == [schema.lower()]

    batch = client.batch.new()
    batch.tables.add_columns(schema, {"new_Fee": "decimal", "new_Covered": "bool"})
    batch.tables.create_lookup_field(schema, "new_OperatorId", "account")
    lookup = LookupAttributeMetadata("new_OtherId", Label([LocalizedLabel("Other", 1033)]))
    relationship = OneToManyRelationshipMetadata(
        f"{other}_{schema}", other.lower(), schema.lower(), f"{other.lower()}id"
    )
    batch.tables.create_one_to_many_relationship(lookup, relationship)
    batch.tables.create_many_to_many_relationship(
        ManyToManyRelationshipMetadata(f"{schema}_{other}", schema.lower(), other.lower(), f"{schema.lower()}_link")
    )
    batch.tables.get_relationship(f"{other}_{schema}")
    result = _sent(batch)
    assert result.responses[-1].data["value"][0]["SchemaName"] == f"{other}_{schema}"

    known = [client.tables.get_relationship(one) for one in (f"{other}_{schema}", f"{schema}_{other}")]
    batch = client.batch.new()
    for one in known:
        batch.tables.delete_relationship(one.relationship_id)
    batch.tables.remove_columns(schema, ["new_Fee", "new_Covered"])
    _sent(batch)
    batch = client.batch.new()
    batch.tables.delete(schema)
    batch.tables.delete(other)
    _sent(batch)
    assert client.tables.get(schema) is None and client.tables.get(other) is None


@suite.check
def sql_travels_in_a_batch(client):
    """The answer is the one of a query by itself."""
    _, mine = accounts(client, 2)
    city = mine.to_odata().split("'")[1]
    batch = client.batch.new()
    batch.query.sql(f"SELECT name FROM account WHERE address1_city = '{city}'")
    assert len(_sent(batch).responses[0].data["value"]) == 2


@suite.check
def frames_travel_in_a_batch(client):
    """Rows of a pandas frame are created, updated and deleted."""
    titles = [name(), name()]
    batch = client.batch.new()
    batch.dataframe.create("account", pd.DataFrame({"name": titles}))
    ids = _sent(batch).responses[0].data["Ids"]
    batch = client.batch.new()
    batch.dataframe.update("account", pd.DataFrame({"accountid": ids, "fax": ["1", "2"]}), "accountid")
    _sent(batch)
    assert [client.records.retrieve("account", row, select=["fax"])["fax"] for row in ids] == ["1", "2"]
    batch = client.batch.new()
    batch.dataframe.delete("account", pd.Series(ids), use_bulk_delete=False)
    _sent(batch)
    assert gone(client, "account", ids)


@suite.check
def the_old_way_to_read_travels_in_a_batch(client):
    """`records.get` of older code."""
    ids, _ = accounts(client, 1)
    batch = client.batch.new()
    batch.records.get("account", ids[0], select=["name"])
    assert _sent(batch).responses[0].data["accountid"] == ids[0]


@suite.check
def a_batch_has_a_limit(client):
    """More than 1,000 operations are refused."""
    batch = client.batch.new()
    for _ in range(1001):
        batch.records.create("account", {"name": "x"})
    raises(ValidationError, batch.execute)
