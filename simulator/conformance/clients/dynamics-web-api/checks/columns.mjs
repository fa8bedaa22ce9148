// Column definitions.

import { strict as assert } from "node:assert";
import { create, label, suite, withTable } from "./made.mjs";

const column = (type, SchemaName, more) => ({
  "@odata.type": `Microsoft.Dynamics.CRM.${type}AttributeMetadata`,
  AttributeType: type,
  AttributeTypeName: { Value: `${type}Type` },
  SchemaName,
  DisplayName: label(SchemaName.slice(4)),
  Description: label("A column"),
  RequiredLevel: { Value: "None", CanBeChanged: true, ManagedPropertyLogicalName: "canmodifyrequirementlevelsettings" },
  ...more,
});
const option = (Value, text) => ({ Value, Label: label(text) });

suite.check("columns of every type are made and used", async (api) => {
  await withTable(api, async ({ key, logical, set }) => {
    for (const data of [
      column("String", "new_Code", { MaxLength: 20, FormatName: { Value: "Text" } }),
      column("Memo", "new_Notes", { MaxLength: 500, Format: "TextArea", ImeMode: "Disabled" }),
      column("Integer", "new_Length", { MinValue: 0, MaxValue: 500, Format: "None", SourceTypeMask: 0 }),
      column("Decimal", "new_Draught", { MinValue: 0, MaxValue: 100, Precision: 2, SourceTypeMask: 0 }),
      column("Money", "new_Fee", { PrecisionSource: 2, SourceTypeMask: 0 }),
      column("DateTime", "new_Opened", { Format: "DateOnly" }),
      column("Boolean", "new_Covered", {
        DefaultValue: false,
        OptionSet: { TrueOption: option(1, "Yes"), FalseOption: option(0, "No"), OptionSetType: "Boolean" },
      }),
      column("Picklist", "new_Depth", {
        OptionSet: {
          "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata", IsGlobal: false, OptionSetType: "Picklist",
          Options: [option(1, "Shallow"), option(2, "Deep")],
        },
      }),
    ]) {
      assert.match(await api.createAttribute({ entityKey: key, data }), /^[0-9a-f-]{36}$/);
    }
    const values = {
      new_code: "A1", new_notes: "n", new_length: 120, new_draught: 7.25, new_fee: 12.5, new_opened: "2026-03-25",
      new_covered: true, new_depth: 2,
    };
    const row = await create(api, set, values);
    const read = await api.retrieve({ collection: set, key: row, select: Object.keys(values), includeAnnotations: "*" });
    // The library makes a Date of every time in UTC.
    const opened = read.new_opened instanceof Date ? read.new_opened.toISOString().slice(0, 10) : read.new_opened;
    assert.deepEqual(Object.fromEntries(Object.keys(values).map((name) => [name, read[name]])), { ...values, new_opened: read.new_opened });
    assert.equal(opened, values.new_opened);
    assert.equal(read.new_depth_Formatted, "Deep");
    const known = await api.retrieveAttribute({ entityKey: `LogicalName='${logical}'`, attributeKey: "LogicalName='new_code'" });
    assert.equal(known.MaxLength, 20);
  });
});

suite.check("a column is changed as a whole", async (api) => {
  await withTable(api, async ({ key, set }) => {
    const attributeKey = await api.createAttribute({
      entityKey: key, data: column("String", "new_Code", { MaxLength: 5, FormatName: { Value: "Text" } }),
    });
    const data = await api.retrieveAttribute({ entityKey: key, attributeKey, castType: "Microsoft.Dynamics.CRM.StringAttributeMetadata" });
    data["@odata.type"] = "Microsoft.Dynamics.CRM.StringAttributeMetadata";
    data.MaxLength = 10;
    await api.updateAttribute({ entityKey: key, data, mergeLabels: true });
    const changed = await api.retrieveAttribute({ entityKey: key, attributeKey });
    assert.equal(changed.MaxLength, 10);
    await create(api, set, { new_code: "1234567" });
  });
});

suite.check("columns are listed, by type too", async (api) => {
  const entityKey = "LogicalName='account'";
  const some = await api.retrieveAttributes({ entityKey, select: ["LogicalName"], filter: "LogicalName eq 'name'" });
  assert.deepEqual(some.value.map((one) => one.LogicalName), ["name"]);
  const choices = await api.retrieveAttributes({
    entityKey, castType: "Microsoft.Dynamics.CRM.PicklistAttributeMetadata", select: ["LogicalName"],
    expand: [{ property: "OptionSet", select: ["Options"] }],
  });
  const industry = choices.value.find((one) => one.LogicalName === "industrycode");
  assert.ok(industry.OptionSet.Options.some((one) => one.Label.UserLocalizedLabel.Label === "Consulting"));
});
