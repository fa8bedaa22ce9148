// Rows and definitions that checks make for themselves.

import { randomBytes } from "node:crypto";
import { Suite } from "../../shared/suite.mjs";

export const suite = new Suite("dynamics-web-api");

export const unique = (text = "Harbor") => `${text} ${randomBytes(5).toString("hex")}`;
export const schemaName = (text = "Berth") => `new_${text}${randomBytes(4).toString("hex")}`;

export const label = (text) => ({
  "@odata.type": "Microsoft.Dynamics.CRM.Label",
  LocalizedLabels: [{ "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel", Label: text, LanguageCode: 1033 }],
});

// The id of a new row.
export const create = (api, collection, data) => api.create({ collection, data });

// Accounts with the same unusual city.
export async function accounts(api, count) {
  const city = randomBytes(8).toString("hex");
  const ids = [];
  for (let n = 0; n < count; n += 1) {
    ids.push(await create(api, "accounts", { name: `${city} ${n}`, address1_city: city, numberofemployees: n }));
  }
  return { ids, city, filter: `address1_city eq '${city}'` };
}

// A table of its own, gone afterwards.
export async function withTable(api, use) {
  const SchemaName = schemaName();
  const key = await api.createEntity({
    data: {
      "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
      SchemaName,
      DisplayName: label("Berth"),
      DisplayCollectionName: label("Berths"),
      Description: label("Where a ship lies"),
      OwnershipType: "UserOwned",
      HasActivities: false,
      HasNotes: false,
      IsActivity: false,
      Attributes: [
        {
          "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
          AttributeType: "String",
          AttributeTypeName: { Value: "StringType" },
          SchemaName: "new_Title",
          DisplayName: label("Title"),
          RequiredLevel: { Value: "None", CanBeChanged: true, ManagedPropertyLogicalName: "canmodifyrequirementlevelsettings" },
          IsPrimaryName: true,
          MaxLength: 100,
          FormatName: { Value: "Text" },
        },
      ],
    },
  });
  const definition = await api.retrieveEntity({ key, select: ["LogicalName", "EntitySetName", "SchemaName"] });
  try {
    await use({ key, SchemaName, logical: definition.LogicalName, set: definition.EntitySetName });
  } finally {
    await api.deleteRecord({ collection: "EntityDefinitions", key });
  }
}
