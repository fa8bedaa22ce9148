// Table definitions.

import { strict as assert } from "node:assert";
import { create, label, suite, unique, withTable } from "./made.mjs";

suite.check("a table is made, holds rows, is changed and deleted", async (api) => {
  await withTable(api, async ({ key, logical, set }) => {
    const row = await create(api, set, { new_title: "A" });
    assert.equal((await api.retrieve({ collection: set, key: row })).new_title, "A");
    const definition = await api.retrieveEntity({ key });
    definition.DisplayName.LocalizedLabels[0].Label = "Mooring";
    await api.updateEntity({ key, data: definition, mergeLabels: true });
    const changed = await api.retrieveEntity({ key: `LogicalName='${logical}'`, select: ["DisplayName"] });
    assert.equal(changed.DisplayName.UserLocalizedLabel.Label, "Mooring");
  });
});

suite.check("tables are listed and read with their columns", async (api) => {
  const { value } = await api.retrieveEntities({
    select: ["LogicalName", "EntitySetName"], filter: "LogicalName eq 'account'",
    expand: [{ property: "Attributes", select: ["LogicalName"], filter: "LogicalName eq 'name'" }],
  });
  assert.deepEqual(value.map((one) => one.EntitySetName), ["accounts"]);
  assert.deepEqual(value[0].Attributes.map((one) => one.LogicalName), ["name"]);
  const all = await api.retrieveEntities({ select: ["LogicalName"] });
  assert.ok(all.value.length > 10);
});

suite.check("table names are accepted for set names", async (api) => {
  const other = api.initializeInstance();
  other.setConfig({ useEntityNames: true });
  const name = unique();
  const key = await other.create({ collection: "opportunity", data: { name } });
  assert.equal((await api.retrieve({ collection: "opportunities", key })).name, name);
  assert.equal(api.Utility.getCollectionName("opportunity"), "opportunities");
});

suite.check("the whole model is described in CSDL", async (api) => {
  const csdl = await api.retrieveCsdlMetadata();
  assert.match(csdl, /<EntityType Name="account"/);
  const annotated = await api.retrieveCsdlMetadata({ addAnnotations: true });
  assert.match(annotated, /Annotation/);
  assert.ok(annotated.length > csdl.length);
  assert.ok(label("x").LocalizedLabels);
});
