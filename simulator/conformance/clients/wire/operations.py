"""The operations that are compared, as each of the three is told to do them. `{account}`, `{contact}` and `{lead}` are
ids of rows that are made for each run."""

FETCH = "<fetch><entity name='account'><attribute name='name'/></entity></fetch>"


class Operation:
    """One operation: its name, and a call of each."""

    def __init__(self, name, airlock, node=None, python=None, tied=False):
        self.name, self.airlock, self.node, self.python = name, airlock, node, python
        # Whether the account and the lead are tied before.
        self.tied = tied


ACCOUNT = {"collection": "accounts", "key": "{account}"}
JOINED = {"collection": "accounts", "primaryKey": "{account}", "relationshipName": "accountleads_association"}
POINTS = {"collection": "accounts", "primaryKey": "{account}", "navigationProperty": "primarycontactid"}

OPERATIONS = [
    Operation(
        "create a row",
        ["create-row", {"table": "account", "row": {"name": "Harbor"}}],
        ["create", {"collection": "accounts", "data": {"name": "Harbor"}}],
        lambda client, ids: client.records.create("account", {"name": "Harbor"}),
    ),
    Operation(
        "create a row and have it back",
        ["create-row", {"table": "account", "row": {"name": "Harbor"}, "select": ["name"]}],
        ["create", {"collection": "accounts", "data": {"name": "Harbor"}, "returnRepresentation": True, "select": ["name"]}],
    ),
    Operation(
        "create a row that points at another",
        ["create-row", {"table": "account", "row": {"name": "Harbor", "primarycontactid": "{contact}"}}],
        ["create", {"collection": "accounts", "data": {"name": "Harbor", "primarycontactid@odata.bind": "/contacts({contact})"}}],
        lambda client, ids: client.records.create(
            "account", {"name": "Harbor", "primarycontactid@odata.bind": f"/contacts({ids['contact']})"}
        ),
    ),
    Operation(
        "get a row",
        ["get-row", {"table": "account", "id": "{account}", "select": ["name", "telephone1"]}],
        ["retrieve", {**ACCOUNT, "select": ["name", "telephone1"]}],
        lambda client, ids: client.records.retrieve("account", ids["account"], select=["name", "telephone1"]),
    ),
    Operation(
        "get a row with all annotations",
        ["get-row", {"table": "account", "id": "{account}", "select": ["name"], "all-annotations": True}],
        ["retrieve", {**ACCOUNT, "select": ["name"], "includeAnnotations": "*"}],
    ),
    Operation(
        "update a row",
        ["update-row", {"table": "account", "id": "{account}", "row": {"telephone1": "1"}}],
        ["update", {**ACCOUNT, "data": {"telephone1": "1"}}],
        lambda client, ids: client.records.update("account", ids["account"], {"telephone1": "1"}),
    ),
    Operation(
        "upsert a row",
        ["upsert-row", {"table": "account", "key": {"accountnumber": "WIRE-1"}, "row": {"name": "Harbor"}}],
        ["upsert", {"collection": "accounts", "key": "accountnumber='WIRE-1'", "data": {"name": "Harbor"}}],
    ),
    Operation(
        "delete a row",
        ["delete-row", {"table": "account", "id": "{account}"}],
        ["deleteRecord", ACCOUNT],
        lambda client, ids: client.records.delete("account", ids["account"]),
    ),
    Operation(
        "list rows",
        [
            "list-rows",
            {
                "table": "account",
                "select": ["name"],
                "filter": "startswith(name,'Harbor & Sons')",
                "orderby": ["name desc"],
                "top": 3,
            },
        ],
        [
            "retrieveMultiple",
            {
                "collection": "accounts",
                "select": ["name"],
                "filter": "startswith(name,'Harbor & Sons')",
                "orderBy": ["name desc"],
                "top": 3,
            },
        ],
        lambda client, ids: list(
            client.records.list("account", select=["name"], filter="startswith(name,'Harbor & Sons')", orderby=["name desc"], top=3)
        ),
    ),
    Operation(
        "list rows page by page",
        ["list-rows", {"table": "account", "select": ["name"], "page-size": 2}],
        ["retrieveMultiple", {"collection": "accounts", "select": ["name"], "maxPageSize": 2}],
    ),
    Operation(
        "list rows with related ones",
        ["list-rows", {"table": "account", "select": ["name"], "expand": ["primarycontactid($select=fullname)"], "top": 1}],
        [
            "retrieveMultiple",
            {"collection": "accounts", "select": ["name"], "expand": [{"property": "primarycontactid", "select": ["fullname"]}], "top": 1},
        ],
    ),
    Operation(
        "fetch by FetchXML",
        ["fetch-xml", {"fetch-xml": FETCH}],
        ["fetch", {"collection": "accounts", "fetchXml": FETCH}],
        lambda client, ids: list(client.query.fetchxml(FETCH).execute()),
    ),
    Operation(
        "tie rows, many to many",
        ["associate-rows", {"table": "account", "id": "{account}", "relationship": "accountleads_association", "related": ["leads({lead})"]}],
        ["associate", {**JOINED, "relatedCollection": "leads", "relatedKey": "{lead}"}],
    ),
    Operation(
        "untie rows, many to many",
        ["disassociate-rows", {"table": "account", "id": "{account}", "relationship": "accountleads_association", "related": ["leads({lead})"]}],
        ["disassociate", {**JOINED, "relatedKey": "{lead}"}],
        tied=True,
    ),
    Operation(
        "point a lookup at a row",
        ["set-property", {"table": "account", "id": "{account}", "property": "primarycontactid", "value": "contacts({contact})"}],
        ["associateSingleValued", {**POINTS, "relatedCollection": "contacts", "relatedKey": "{contact}"}],
    ),
    Operation(
        "empty a lookup",
        ["clear-property", {"table": "account", "id": "{account}", "property": "primarycontactid"}],
        ["disassociateSingleValued", POINTS],
    ),
    Operation(
        "write one column",
        ["set-property", {"table": "account", "id": "{account}", "property": "telephone1", "value": "2"}],
        ["updateSingleProperty", {**ACCOUNT, "fieldValuePair": {"telephone1": "2"}}],
    ),
]
