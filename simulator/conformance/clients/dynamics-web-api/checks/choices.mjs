// Global choices.

import { strict as assert } from "node:assert";
import { refused } from "../../shared/suite.mjs";
import { label, schemaName, suite } from "./made.mjs";

suite.check("a global choice is made, read, changed and deleted", async (api) => {
  const Name = schemaName("Tide").toLowerCase();
  const key = await api.createGlobalOptionSet({
    data: {
      "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata",
      Name, DisplayName: label("Tide"), Description: label("How the water stands"), OptionSetType: "Picklist", IsGlobal: true,
      Options: [{ Value: 1, Label: label("Ebb") }, { Value: 2, Label: label("Flood") }],
    },
  });
  const castType = "Microsoft.Dynamics.CRM.OptionSetMetadata";
  const made = await api.retrieveGlobalOptionSet({ key: `Name='${Name}'`, castType });
  assert.equal(made.MetadataId, key);
  assert.deepEqual(made.Options.map((one) => one.Label.UserLocalizedLabel.Label), ["Ebb", "Flood"]);
  made.DisplayName.LocalizedLabels[0].Label = "Tides";
  await api.updateGlobalOptionSet({ data: made, castType, mergeLabels: true });
  const changed = await api.retrieveGlobalOptionSet({ key, castType });
  assert.equal(changed.DisplayName.UserLocalizedLabel.Label, "Tides");
  assert.deepEqual(changed.Options.map((one) => one.Value), [1, 2]);
  const all = await api.retrieveGlobalOptionSets({ castType });
  assert.ok(all.value.some((one) => one.Name === Name));
  await api.deleteGlobalOptionSet({ key });
  assert.equal((await refused(api.retrieveGlobalOptionSet({ key }))).status, 404);
});
