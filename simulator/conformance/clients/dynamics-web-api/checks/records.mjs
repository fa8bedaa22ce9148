// Single rows.

import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { refused } from "../../shared/suite.mjs";
import { create, suite, unique } from "./made.mjs";

const GUID = /^[0-9a-f-]{36}$/i;

suite.check("a row lives its life", async (api) => {
  const name = unique();
  const key = await create(api, "accounts", { name, telephone1: "1" });
  assert.match(key, GUID);
  const read = await api.retrieve({ collection: "accounts", key, select: ["name", "telephone1"] });
  assert.deepEqual([read.name, read.telephone1, read.accountid], [name, "1", key]);
  assert.match(read["@odata.etag"], /^W\/"\d+"$/);
  assert.equal(await api.update({ collection: "accounts", key, data: { telephone1: "2" } }), true);
  assert.equal((await api.retrieve({ collection: "accounts", key })).telephone1, "2");
  assert.equal(await api.deleteRecord({ collection: "accounts", key }), true);
  assert.equal((await refused(api.retrieve({ collection: "accounts", key }))).status, 404);
});

suite.check("a created row is returned when asked for", async (api) => {
  const data = { name: unique(), industrycode: 7 };
  const made = await api.create({
    collection: "accounts", data, returnRepresentation: true, select: ["name", "industrycode"],
    includeAnnotations: "OData.Community.Display.V1.FormattedValue",
  });
  assert.equal(made.name, data.name);
  assert.ok(made.industrycode_Formatted, JSON.stringify(made));
  assert.match(made.accountid, GUID);
  assert.equal(made.telephone1, undefined);
});

suite.check("a changed row is returned when asked for", async (api) => {
  const key = await create(api, "accounts", { name: unique() });
  const changed = await api.update({
    collection: "accounts", key, data: { telephone1: "3" }, returnRepresentation: true, select: ["telephone1"],
  });
  assert.deepEqual([changed.telephone1, changed.accountid], ["3", key]);
});

suite.check("an update needs its row", async (api) => {
  const error = await refused(api.update({ collection: "accounts", key: randomUUID(), data: { name: "x" } }));
  assert.equal(error.status, 404);
  assert.equal(error.code, "0x80040217");
  assert.match(error.message, /Does Not Exist/);
});

suite.check("an etag that is out of date is refused", async (api) => {
  const key = await create(api, "accounts", { name: unique() });
  const { "@odata.etag": ifmatch } = await api.retrieve({ collection: "accounts", key, select: ["name"] });
  assert.equal(await api.update({ collection: "accounts", key, ifmatch, data: { name: "a" } }), true);
  assert.equal(await api.update({ collection: "accounts", key, ifmatch, data: { name: "b" } }), false);
  assert.equal(await api.deleteRecord({ collection: "accounts", key, ifmatch }), false);
  assert.equal((await api.retrieve({ collection: "accounts", key })).name, "a");
});

suite.check("a row that has not changed is not sent again", async (api) => {
  const key = await create(api, "accounts", { name: unique() });
  const { "@odata.etag": ifnonematch } = await api.retrieve({ collection: "accounts", key, select: ["name"] });
  assert.equal(await api.retrieve({ collection: "accounts", key, select: ["name"], ifnonematch }), undefined);
});

suite.check("an upsert creates, then updates, and can be held to either", async (api) => {
  const key = randomUUID();
  const put = (data, more = {}) => api.upsert({ collection: "accounts", key, data: { name: unique(), ...data }, ...more });
  assert.equal(await put({}, { ifmatch: "*" }), null);
  await put({ telephone1: "1" });
  assert.equal(await put({ telephone1: "2" }, { ifnonematch: "*" }), null);
  assert.equal((await api.retrieve({ collection: "accounts", key })).telephone1, "1");
  const updated = await put({ telephone1: "3" }, { returnRepresentation: true, select: ["telephone1"] });
  assert.equal(updated.telephone1, "3");
});

suite.check("a single column is changed and cleared", async (api) => {
  const key = await create(api, "accounts", { name: unique(), fax: "1" });
  await api.updateSingleProperty({ collection: "accounts", key, fieldValuePair: { fax: "2" } });
  assert.equal((await api.retrieve({ collection: "accounts", key })).fax, "2");
  await api.deleteRecord({ collection: "accounts", key, property: "fax" });
  assert.equal((await api.retrieve({ collection: "accounts", key })).fax, null);
});

suite.check("rows are created together with related ones", async (api) => {
  const lastname = unique();
  const key = await create(api, "accounts", {
    name: unique(),
    primarycontactid: { firstname: "Lena", lastname },
    Account_Tasks: [{ subject: "Call" }, { subject: "Write" }],
  });
  const read = await api.retrieve({
    collection: "accounts", key, select: ["name"],
    expand: [{ property: "primarycontactid", select: ["lastname"] }, { property: "Account_Tasks", select: ["subject"] }],
  });
  assert.equal(read.primarycontactid.lastname, lastname);
  assert.deepEqual(read.Account_Tasks.map((task) => task.subject).sort(), ["Call", "Write"]);
});

suite.check("another user's name stands on the row of an impersonated call", async (api) => {
  const { value: [ada] } = await api.retrieveMultiple({
    collection: "systemusers", filter: "domainname eq 'ada.park@contoso.example'", select: ["azureactivedirectoryobjectid"],
  });
  for (const who of [{ impersonate: ada.systemuserid }, { impersonateAAD: ada.azureactivedirectoryobjectid }]) {
    const key = await api.create({ collection: "accounts", data: { name: unique() }, ...who });
    const read = await api.retrieve({ collection: "accounts", key, select: ["_createdby_value", "_createdonbehalfby_value"] });
    assert.equal(read._createdby_value, ada.systemuserid);
    assert.notEqual(read._createdonbehalfby_value, null);
  }
});

suite.check("a duplicate is found only when looked for", async (api) => {
  const emailaddress1 = `${unique("x").replace(" ", "")}@duplicates.example`;
  const data = { lastname: unique(), emailaddress1 };
  await create(api, "contacts", data);
  await create(api, "contacts", data);
  const error = await refused(api.create({ collection: "contacts", data, duplicateDetection: true }));
  assert.deepEqual([error.status, error.code], [412, "0x80040333"]);
});

suite.check("plug-ins are bypassed without complaint", async (api) => {
  const key = await api.create({ collection: "accounts", data: { name: unique() }, bypassCustomPluginExecution: true });
  assert.match(key, GUID);
});
