// Many rows by OData.

import { strict as assert } from "node:assert";
import { refused } from "../../shared/suite.mjs";
import { accounts, create, suite, unique } from "./made.mjs";

suite.check("rows are filtered, ordered, counted and cut", async (api) => {
  const { ids, filter } = await accounts(api, 4);
  const read = (more) => api.retrieveMultiple({ collection: "accounts", filter, select: ["name"], ...more });
  const down = await read({ orderBy: ["numberofemployees desc"], count: true });
  assert.deepEqual(down.value.map((row) => row.accountid), [...ids].reverse());
  assert.equal(down.oDataCount, 4);
  assert.equal((await read({ top: 2 })).value.length, 2);
  const one = await api.retrieveMultiple({ collection: "accounts", filter: `${filter} and numberofemployees gt 2` });
  assert.equal(one.value.length, 1);
});

suite.check("rows come page by page", async (api) => {
  const { ids, filter } = await accounts(api, 5);
  const request = { collection: "accounts", filter, select: ["name"], orderBy: ["name"], maxPageSize: 2 };
  const seen = [];
  let page = await api.retrieveMultiple(request);
  for (;;) {
    assert.ok(page.value.length <= 2);
    seen.push(...page.value.map((row) => row.accountid));
    if (!page.oDataNextLink) break;
    page = await api.retrieveMultiple(request, page.oDataNextLink);
  }
  assert.deepEqual(seen, ids);
  const all = await api.retrieveAll(request);
  assert.deepEqual(all.value.map((row) => row.accountid), ids);
});

suite.check("rows are counted", async (api) => {
  const { filter } = await accounts(api, 3);
  assert.equal(await api.count({ collection: "accounts", filter }), 3);
  assert.equal(await api.countAll({ collection: "accounts", filter, select: ["name"] }), 3);
  assert.ok((await api.count({ collection: "accounts" })) >= 3);
});

suite.check("related rows are expanded, deeply", async (api) => {
  const contact = await create(api, "contacts", { firstname: "Lena", lastname: unique() });
  const key = await create(api, "accounts", { name: unique(), "primarycontactid@odata.bind": `/contacts(${contact})` });
  await create(api, "tasks", { subject: "Call", "regardingobjectid_account_task@odata.bind": `/accounts(${key})` });
  const read = await api.retrieve({
    collection: "accounts", key, select: ["name"],
    expand: [
      { property: "primarycontactid", select: ["firstname"], expand: [{ property: "createdby", select: ["fullname"] }] },
    ],
  });
  assert.equal(read.primarycontactid.firstname, "Lena");
  assert.ok(read.primarycontactid.createdby.fullname);
  const many = await api.retrieve({
    collection: "accounts", key, select: ["name"],
    expand: [{ property: "Account_Tasks", select: ["subject"], filter: "subject eq 'Call'", orderBy: ["subject"], top: 1 }],
  });
  assert.deepEqual(many.Account_Tasks.map((task) => task.subject), ["Call"]);
});

suite.check("a navigation property leads to the row behind it", async (api) => {
  const contact = await create(api, "contacts", { lastname: unique() });
  const key = await create(api, "accounts", { name: unique(), "primarycontactid@odata.bind": `/contacts(${contact})` });
  const read = await api.retrieve({ collection: "accounts", key, navigationProperty: "primarycontactid", select: ["lastname"] });
  assert.equal(read.contactid, contact);
});

suite.check("annotations tell names and kinds of lookups", async (api) => {
  const { ids, filter } = await accounts(api, 1);
  const { value: [row] } = await api.retrieveMultiple({
    collection: "accounts", filter, select: ["_ownerid_value", "statecode"], includeAnnotations: "*",
  });
  assert.equal(row.accountid, ids[0]);
  assert.equal(row.statecode_Formatted, "Active");
  assert.ok(row._ownerid_value_Formatted);
  assert.equal(row._ownerid_value_LogicalName, "systemuser");
  assert.equal(row._ownerid_value_NavigationProperty, "ownerid");
});

suite.check("parameter aliases stand for values", async (api) => {
  const { city } = await accounts(api, 2);
  const found = await api.retrieveMultiple({
    collection: "accounts", filter: "address1_city eq @city and numberofemployees gt @n", select: ["name"],
    queryParams: [`@city='${city}'`, "@n=0"],
  });
  assert.equal(found.value.length, 1);
});

suite.check("rows are grouped", async (api) => {
  const { filter } = await accounts(api, 4);
  const { value } = await api.retrieveMultiple({
    collection: "accounts",
    apply: `filter(${filter})/groupby((address1_city),aggregate(numberofemployees with sum as people,$count as rows))`,
  });
  assert.equal(value.length, 1);
  assert.deepEqual([value[0].people, value[0].rows], [6, 4]);
});

suite.check("changes are tracked from a delta link", async (api) => {
  const first = await api.retrieveMultiple({ collection: "accounts", select: ["name"], trackChanges: true });
  assert.ok(first.oDataDeltaLink);
  const { ids } = await accounts(api, 2);
  await api.deleteRecord({ collection: "accounts", key: ids[1] });
  const changes = await api.retrieveMultiple({ collection: "accounts", select: ["name"] }, first.oDataDeltaLink);
  assert.deepEqual(changes.value.filter((row) => row.accountid).map((row) => row.accountid), [ids[0]]);
  assert.deepEqual(changes.value.filter((row) => row.reason).map((row) => [row.id, row.reason]), [[ids[1], "deleted"]]);
  assert.ok(changes.oDataDeltaLink);
});

suite.check("a saved query is run", async (api) => {
  const { value } = await api.retrieveMultiple({
    collection: "savedqueries", filter: "name eq 'Active Accounts'", select: ["savedqueryid"],
  });
  assert.equal(value.length, 1);
  await accounts(api, 1);
  const found = await api.retrieveMultiple({ collection: "accounts", queryParams: [`savedQuery=${value[0].savedqueryid}`] });
  assert.ok(found.value.length > 0);
});

suite.check("a wrong column is refused by name", async (api) => {
  const error = await refused(api.retrieveMultiple({ collection: "accounts", select: ["nosuchcolumn"] }));
  assert.equal(error.status, 400);
  assert.match(error.message, /Could not find a property named 'nosuchcolumn' on type 'Microsoft.Dynamics.CRM.account'/);
});
