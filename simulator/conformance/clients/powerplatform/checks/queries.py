"""The query builder, its filters and the helpers that read metadata."""

import uuid
from datetime import datetime, timedelta, timezone

from PowerPlatform.Dataverse.models import filters
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.query_builder import ExpandOption

from . import suite
from .made import accounts, name


def _numbers(client, expression, mine):
    found = client.query.builder("account").select("numberofemployees").where(mine).where(expression).execute()
    return sorted(row["numberofemployees"] for row in found)


@suite.check
def a_query_is_built(client):
    """Columns, conditions, order, top, pages, count and annotations."""
    ids, mine = accounts(client, 6)
    query = client.query.builder("account").select("name", "numberofemployees").where(mine)
    query = query.order_by("numberofemployees", descending=True).top(4)
    assert [row["accountid"] for row in query.execute()] == ids[:1:-1]
    paged = client.query.builder("account").select("name").where(mine).order_by("name").page_size(4).count()
    assert [len(page) for page in paged.execute_pages()] == [4, 2]
    formatted = client.query.builder("account").select("statecode").where(mine).include_formatted_values().execute()
    assert {row["statecode@OData.Community.Display.V1.FormattedValue"] for row in formatted} == {"Active"}
    annotated = client.query.builder("account").select("_ownerid_value").where(mine).include_annotations("*").execute()
    assert {row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] for row in annotated} == {"systemuser"}
    assert query.build()["table"] == "account"


@suite.check
def a_query_becomes_a_frame(client):
    """The rows as pandas shows them."""
    _, mine = accounts(client, 3)
    query = client.query.builder("account").select("name", "numberofemployees").where(mine)
    frame = query.to_dataframe() if hasattr(query, "to_dataframe") else query.execute().to_dataframe()
    assert list(frame["numberofemployees"].sort_values()) == [0, 1, 2]


@suite.check
def operators_of_columns_are_understood(client):
    """Every operator of `col`, against rows whose answers are known."""
    _, mine = accounts(client, 6)
    n, city = col("numberofemployees"), col("name")
    for expression, numbers in [
        (n == 2, [2]),
        (n != 2, [0, 1, 3, 4, 5]),
        (n > 3, [4, 5]),
        (n >= 3, [3, 4, 5]),
        (n < 2, [0, 1]),
        (n <= 2, [0, 1, 2]),
        ((n < 1) | (n > 4), [0, 5]),
        ((n > 1) & (n < 4), [2, 3]),
        (~(n > 1), [0, 1]),
        (n.in_([1, 3]), [1, 3]),
        (n.not_in([0, 1, 2]), [3, 4, 5]),
        (n.between(2, 4), [2, 3, 4]),
        (n.not_between(1, 4), [0, 5]),
        (n.is_not_null(), [0, 1, 2, 3, 4, 5]),
        (col("fax").is_null() & (n == 5), [5]),
        (city.endswith(" 004"), [4]),
        (city.contains(" 00"), [0, 1, 2, 3, 4, 5]),
        (city.like("% 003"), [3]),
        (city.not_like("% 003"), [0, 1, 2, 4, 5]),
    ]:
        assert _numbers(client, expression, mine) == numbers, expression.to_odata()
    first = client.records.list("account", filter=mine & city.endswith("000"), select=["name"]).first()["name"]
    assert _numbers(client, city.startswith(first[:12].upper()), mine) == [0, 1, 2, 3, 4, 5]


@suite.check
def filter_functions_are_understood(client):
    """The same through the functions of `filters`."""
    _, mine = accounts(client, 4)
    n = "numberofemployees"
    for expression, numbers in [
        (filters.eq(n, 2), [2]),
        (filters.ne(n, 2), [0, 1, 3]),
        (filters.gt(n, 2), [3]),
        (filters.ge(n, 2), [2, 3]),
        (filters.lt(n, 1), [0]),
        (filters.le(n, 1), [0, 1]),
        (filters.between(n, 1, 2), [1, 2]),
        (filters.not_between(n, 1, 2), [0, 3]),
        (filters.filter_in(n, [0, 3]), [0, 3]),
        (filters.not_in(n, [0, 3]), [1, 2]),
        (filters.is_null("fax"), [0, 1, 2, 3]),
        (filters.is_not_null("fax"), []),
        (filters.contains("name", "001"), [1]),
        (filters.endswith("name", "002"), [2]),
        (filters.startswith("name", "no such"), []),
        (filters.raw(f"({n} eq 1 or {n} eq 2)"), [1, 2]),
        (filters.col(n) == 3, [3]),
    ]:
        assert _numbers(client, expression, mine) == numbers, expression.to_odata()


@suite.check
def values_of_every_type_are_compared(client):
    """Dates, GUIDs, booleans and quotes."""
    title = name("O'Neil & Sons 100%")
    row = client.records.create("account", {"name": title, "donotemail": True, "revenue": 12.5})
    lately = datetime.now(timezone.utc) - timedelta(hours=1)
    expression = (
        (col("name") == title)
        & (col("accountid") == uuid.UUID(row))
        & (col("donotemail") == True)  # noqa: E712
        & (col("createdon") > lately)
        & (col("revenue") == 12.5)
    )
    found = client.query.builder("account").select("name").where(expression).execute()
    assert [one["accountid"] for one in found] == [row]


@suite.check
def related_rows_are_expanded(client):
    """Options inside $expand, for one row and for many."""
    row = client.records.create("account", {"name": name()})
    for number in range(3):
        task = {"subject": f"Task {number}", "regardingobjectid_account_task@odata.bind": f"/accounts({row})"}
        client.records.create("task", task)
    option = ExpandOption("Account_Tasks").select("subject").filter("subject ne 'Task 1'").order_by("subject", True)
    query = client.query.builder("account").select("name").where(col("accountid") == row).expand(option)
    tasks = query.execute().first()["Account_Tasks"]
    assert [task["subject"] for task in tasks] == ["Task 2", "Task 0"]
    top = ExpandOption("Account_Tasks").select("subject").top(1)
    assert "$top=1" in top.to_odata()
    query = client.query.builder("account").select("name").where(col("accountid") == row).expand(top, "createdby")
    found = query.execute().first()
    assert len(found["Account_Tasks"]) == 1 and found["createdby"]["fullname"]


@suite.check
def helpers_name_columns_and_ways(client):
    """Columns for SQL and $select, navigation properties for $expand and bind."""
    columns = client.query.sql_columns("account")
    known = {column["name"]: column for column in columns}
    assert known["accountid"]["is_pk"] and known["name"]["is_name"] and known["name"]["label"] == "Account Name"
    assert "versionnumber" not in known
    assert "versionnumber" in {column["name"] for column in client.query.sql_columns("account", include_system=True)}
    ways = {way["nav_property"]: way for way in client.query.odata_expands("contact")}
    assert ways["parentcustomerid_account"]["target_entity_set"] == "accounts"
    if hasattr(client.query, "odata_select"):
        assert "name" in client.query.odata_select("account")
        assert client.query.odata_expand("task", "systemuser") in {w["nav_property"] for w in client.query.odata_expands("task")}
        bind = client.query.odata_bind("contact", "account", "5a7e1f00-0000-4000-8000-000000000001")
        assert list(bind.values()) == ["/accounts(5a7e1f00-0000-4000-8000-000000000001)"]
        assert list(bind)[0].endswith("@odata.bind")
