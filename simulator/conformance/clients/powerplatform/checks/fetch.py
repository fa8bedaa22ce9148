"""FetchXML."""

import uuid

from PowerPlatform.Dataverse.core.errors import HttpError
from suite import raises

from . import suite
from .made import accounts


def _city(mine):
    return mine.to_odata().split("'")[1]


@suite.check
def fetchxml_finds_rows(client):
    """Columns, filter and order; columns without value are left out."""
    ids, mine = accounts(client, 4)
    xml = f"""<fetch><entity name='account'><attribute name='name'/><attribute name='fax'/>
      <filter><condition attribute='address1_city' operator='eq' value='{_city(mine)}'/>
      <condition attribute='numberofemployees' operator='in'><value>1</value><value>3</value></condition></filter>
      <order attribute='name' descending='true'/></entity></fetch>"""
    rows = client.query.fetchxml(xml).execute()
    assert [row["accountid"] for row in rows] == [ids[3], ids[1]]
    assert all("fax" not in row for row in rows)


@suite.check
def fetchxml_goes_from_page_to_page(client):
    """The paging cookie leads through all rows, once each."""
    ids, mine = accounts(client, 7)
    xml = f"""<fetch count='3'><entity name='account'><attribute name='name'/>
      <filter><condition attribute='address1_city' operator='eq' value='{_city(mine)}'/></filter>
      <order attribute='name'/></entity></fetch>"""
    pages = list(client.query.fetchxml(xml).execute_pages())
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [row["accountid"] for page in pages for row in page] == ids


@suite.check
def fetchxml_follows_links(client):
    """Columns of a linked row are named after the link's alias."""
    last = uuid.uuid4().hex
    contact = client.records.create("contact", {"firstname": "Lena", "lastname": last})
    client.records.create("account", {"name": last, "primarycontactid@odata.bind": f"/contacts({contact})"})
    client.records.create("account", {"name": last})
    for kind, count in (("inner", 1), ("outer", 2)):
        xml = f"""<fetch><entity name='account'><attribute name='name'/>
          <filter><condition attribute='name' operator='eq' value='{last}'/></filter>
          <link-entity name='contact' from='contactid' to='primarycontactid' link-type='{kind}' alias='who'>
          <attribute name='firstname'/></link-entity></entity></fetch>"""
        rows = client.query.fetchxml(xml).execute()
        assert len(rows) == count
        assert [row.get("who.firstname") for row in rows if "who.firstname" in row] == ["Lena"]


@suite.check
def fetchxml_adds_up(client):
    """Aggregates and groups."""
    _, mine = accounts(client, 5)
    xml = f"""<fetch aggregate='true'><entity name='account'>
      <attribute name='accountid' alias='rows' aggregate='count'/>
      <attribute name='numberofemployees' alias='people' aggregate='sum'/>
      <attribute name='address1_city' alias='city' groupby='true'/>
      <filter><condition attribute='address1_city' operator='eq' value='{_city(mine)}'/></filter></entity></fetch>"""
    rows = client.query.fetchxml(xml).execute()
    assert [(row["rows"], row["people"], row["city"]) for row in rows] == [(5, 10, _city(mine))]


@suite.check
def fetchxml_refuses_what_is_wrong(client):
    """An unknown column and broken XML answer 400 in Dataverse's form."""
    xml = "<fetch><entity name='account'><attribute name='nosuchcolumn'/></entity></fetch>"
    error = raises(HttpError, lambda: client.query.fetchxml(xml).execute())
    assert error.status_code == 400 and error.details["service_error_code"].startswith("0x")
    assert "nosuchcolumn" in str(error)
