"""Relationships."""

from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.labels import Label, LocalizedLabel
from PowerPlatform.Dataverse.models.relationship import (
    CascadeConfiguration,
    LookupAttributeMetadata,
    ManyToManyRelationshipMetadata,
    OneToManyRelationshipMetadata,
)
from suite import raises

from . import suite
from .made import name, table


@suite.check
def a_lookup_column_points_to_another_table(client):
    """It can be bound and expanded under its schema name."""
    with table(client) as schema:
        made = client.tables.create_lookup_field(schema, "new_OperatorId", "account", display_name="Operator")
        assert made.relationship_id and made.relationship_schema_name
        account = client.records.create("account", {"name": name()})
        row = client.records.create(schema, {"new_code": "A", "new_OperatorId@odata.bind": f"/accounts({account})"})
        read = client.records.retrieve(
            schema, row, select=["_new_operatorid_value"], expand=["new_OperatorId($select=name)"]
        )
        assert read["_new_operatorid_value"] == account and read["new_OperatorId"]["name"]
        client.records.delete("account", account)
        assert client.records.retrieve(schema, row, select=["_new_operatorid_value"])["_new_operatorid_value"] is None


@suite.check
def a_one_to_many_relationship_cascades(client):
    """Deleting the parent deletes the children when the relationship says so."""
    with table(client) as parent, table(client) as child:
        lookup = LookupAttributeMetadata("new_HarborId", Label([LocalizedLabel("Harbor", 1033)]))
        relationship = OneToManyRelationshipMetadata(
            f"{parent}_{child}", parent.lower(), child.lower(), f"{parent.lower()}id", CascadeConfiguration(delete="Cascade")
        )
        made = client.tables.create_one_to_many_relationship(lookup, relationship)
        known = client.tables.get_relationship(f"{parent}_{child}")
        assert known.relationship_id == made.relationship_id
        assert (known.referenced_entity, known.referencing_entity) == (parent.lower(), child.lower())
        harbor = client.records.create(parent, {"new_code": "H"})
        sets = client.tables.get(parent).entity_set_name
        berth = client.records.create(child, {"new_code": "B", "new_HarborId@odata.bind": f"/{sets}({harbor})"})
        client.records.delete(parent, harbor)
        assert client.records.retrieve(child, berth) is None
        client.tables.delete_relationship(made.relationship_id)
        assert client.tables.get_relationship(f"{parent}_{child}") is None


@suite.check
def a_many_to_many_relationship_is_made(client):
    """It is listed with both tables and goes again."""
    with table(client) as one, table(client) as other:
        schema = f"{one}_{other}"
        made = client.tables.create_many_to_many_relationship(
            ManyToManyRelationshipMetadata(schema, one.lower(), other.lower(), f"{schema.lower()}_link")
        )
        known = client.tables.get_relationship(schema)
        assert known.relationship_id == made.relationship_id and known.relationship_type
        assert {known.entity1_logical_name, known.entity2_logical_name} == {one.lower(), other.lower()}
        assert schema in {way["SchemaName"] for way in client.tables.list_table_relationships(one)}
        client.tables.delete_relationship(made.relationship_id)
        assert client.tables.get_relationship(schema) is None


@suite.check
def relationships_are_listed(client):
    """Of one kind, of one table, with a filter."""
    many = client.tables.list_relationships(
        filter="RelationshipType eq Microsoft.Dynamics.CRM.RelationshipType'OneToManyRelationship'",
        select=["SchemaName"],
    )
    assert "Account_Tasks" in {one["SchemaName"] for one in many}
    of_account = client.tables.list_table_relationships("account", select=["SchemaName", "ReferencedEntity"])
    assert "account_primary_contact" in {one["SchemaName"] for one in of_account}
    one = client.tables.list_table_relationships("account", filter="SchemaName eq 'Account_Tasks'")
    assert [way["SchemaName"] for way in one] == ["Account_Tasks"]


@suite.check
def a_name_is_taken_once(client):
    """A second relationship of the same name is refused."""
    with table(client) as schema:
        client.tables.create_lookup_field(schema, "new_OwnerAccountId", "account", cascade_delete="Restrict", required=True)
        again = lambda: client.tables.create_lookup_field(schema, "new_OwnerAccountId", "account")  # noqa: E731
        assert raises(HttpError, again).status_code == 400
