// Associations.

import { strict as assert } from "node:assert";
import { accounts, create, suite, unique } from "./made.mjs";

suite.check("a row joins a collection and leaves it", async (api) => {
  const { ids: [account] } = await accounts(api, 1);
  const task = await create(api, "tasks", { subject: unique() });
  const relation = { collection: "accounts", primaryKey: account, relationshipName: "Account_Tasks" };
  const tasks = async () =>
    (await api.retrieve({ collection: "accounts", key: account, expand: [{ property: "Account_Tasks", select: ["subject"] }] })).Account_Tasks.length;
  await api.associate({ ...relation, relatedCollection: "tasks", relatedKey: task });
  assert.equal(await tasks(), 1);
  await api.disassociate({ ...relation, relatedKey: task });
  assert.equal(await tasks(), 0);
});

suite.check("many rows join many", async (api) => {
  const lead = await create(api, "leads", { subject: unique(), lastname: unique() });
  const { ids: [account] } = await accounts(api, 1);
  const relation = { collection: "accounts", primaryKey: account, relationshipName: "accountleads_association" };
  await api.associate({ ...relation, relatedCollection: "leads", relatedKey: lead });
  const read = await api.retrieve({ collection: "accounts", key: account, expand: [{ property: "accountleads_association", select: ["subject"] }] });
  assert.deepEqual(read.accountleads_association.map((row) => row.leadid), [lead]);
  await api.disassociate({ ...relation, relatedKey: lead });
});

suite.check("a lookup is set and cleared by reference", async (api) => {
  const { ids: [account] } = await accounts(api, 1);
  const contact = await create(api, "contacts", { lastname: unique() });
  const way = { collection: "accounts", primaryKey: account, navigationProperty: "primarycontactid" };
  const value = async () => (await api.retrieve({ collection: "accounts", key: account }))._primarycontactid_value;
  await api.associateSingleValued({ ...way, relatedCollection: "contacts", relatedKey: contact });
  assert.equal(await value(), contact);
  await api.disassociateSingleValued(way);
  assert.equal(await value(), null);
});
