"""SQL, which the service takes as `?sql=`."""

from PowerPlatform.Dataverse.core.errors import HttpError, ValidationError
from suite import raises

from . import suite
from .made import accounts


def _city(mine):
    return mine.to_odata().split("'")[1]


@suite.check
def sql_selects(client):
    """Columns, conditions, order and TOP."""
    _, mine = accounts(client, 5)
    where = f"WHERE address1_city = '{_city(mine)}'"
    rows = client.query.sql(f"SELECT name, numberofemployees FROM account {where} ORDER BY numberofemployees DESC")
    assert [row["numberofemployees"] for row in rows] == [4, 3, 2, 1, 0]
    rows = client.query.sql(f"SELECT TOP 2 numberofemployees FROM account {where} ORDER BY numberofemployees")
    assert [row["numberofemployees"] for row in rows] == [0, 1]
    assert client.query.sql(f"SELECT TOP 0 name FROM account {where}") == []
    rows = client.query.sql(
        f"SELECT numberofemployees FROM account {where} ORDER BY numberofemployees OFFSET 1 ROWS FETCH NEXT 3 ROWS ONLY"
    )
    assert [row["numberofemployees"] for row in rows] == [1, 2, 3]
    rows = client.query.sql(
        f"SELECT numberofemployees FROM account {where} AND (numberofemployees IN (1, 3) OR name LIKE '%004') "
        "AND fax IS NULL AND numberofemployees BETWEEN 1 AND 4 ORDER BY numberofemployees"
    )
    assert [row["numberofemployees"] for row in rows] == [1, 3, 4]


@suite.check
def sql_joins(client):
    """INNER and LEFT JOIN with aliases."""
    ids, mine = accounts(client, 2)
    contact = client.records.create("contact", {"lastname": _city(mine)})
    client.records.update("account", ids[0], {"primarycontactid@odata.bind": f"/contacts({contact})"})
    for kind, count in (("JOIN", 1), ("LEFT JOIN", 2)):
        rows = client.query.sql(
            f"SELECT a.name, c.lastname AS person FROM account a {kind} contact c ON a.primarycontactid = c.contactid "
            f"WHERE a.address1_city = '{_city(mine)}' ORDER BY a.name"
        )
        assert len(rows) == count
        assert rows[0]["person"] == _city(mine)


@suite.check
def sql_adds_up(client):
    """COUNT, SUM, MIN, MAX, AVG, GROUP BY and DISTINCT."""
    ids, mine = accounts(client, 4)
    client.records.update("account", ids[:2], {"telephone1": "1"})
    client.records.update("account", ids[2:], {"telephone1": "2"})
    where = f"WHERE address1_city = '{_city(mine)}'"
    rows = client.query.sql(
        f"SELECT telephone1, COUNT(*) AS n, SUM(numberofemployees) AS s, MIN(numberofemployees) AS lo, "
        f"MAX(numberofemployees) AS hi FROM account {where} GROUP BY telephone1 ORDER BY telephone1"
    )
    assert [(r["telephone1"], r["n"], r["s"], r["lo"], r["hi"]) for r in rows] == [("1", 2, 1, 0, 1), ("2", 2, 5, 2, 3)]
    rows = client.query.sql(f"SELECT DISTINCT telephone1 FROM account {where} ORDER BY telephone1")
    assert [row["telephone1"] for row in rows] == ["1", "2"]


@suite.check
def sql_reads_every_column_it_names(client):
    """What `sql_columns` lists can be selected, all at once."""
    ids, mine = accounts(client, 1)
    columns = [column["name"] for column in client.query.sql_columns("account", include_system=True)]
    rows = client.query.sql(f"SELECT {', '.join(columns)} FROM account WHERE address1_city = '{_city(mine)}'")
    assert [(row["accountid"], row["address1_city"]) for row in rows] == [(ids[0], _city(mine))]


@suite.check
def sql_is_refused_when_it_is_wrong(client):
    """Unknown columns by the service, writes by the SDK."""
    error = raises(HttpError, lambda: client.query.sql("SELECT nosuchcolumn FROM account"))
    assert error.status_code == 400
    raises(ValidationError, lambda: client.query.sql("DELETE FROM account"))
