// Relationship definitions.

import { strict as assert } from "node:assert";
import { refused } from "../../shared/suite.mjs";
import { accounts, create, label, suite, withTable } from "./made.mjs";

const menu = { Behavior: "UseCollectionName", Group: "Details", Label: label("Berths"), Order: 10000 };

suite.check("a one-to-many relationship is made with its lookup, changed and deleted", async (api) => {
  await withTable(api, async ({ SchemaName, logical, set }) => {
    const key = await api.createRelationship({
      data: {
        "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
        SchemaName: `${SchemaName}_account`,
        ReferencedEntity: "account", ReferencedAttribute: "accountid", ReferencingEntity: logical,
        AssociatedMenuConfiguration: menu,
        CascadeConfiguration: { Assign: "NoCascade", Delete: "RemoveLink", Merge: "NoCascade", Reparent: "NoCascade", Share: "NoCascade", Unshare: "NoCascade" },
        Lookup: {
          "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata",
          AttributeType: "Lookup", AttributeTypeName: { Value: "LookupType" }, SchemaName: "new_OperatorId",
          DisplayName: label("Operator"), Description: label("Who runs it"),
          RequiredLevel: { Value: "None", CanBeChanged: true, ManagedPropertyLogicalName: "canmodifyrequirementlevelsettings" },
        },
      },
    });
    const { ids: [account] } = await accounts(api, 1);
    const row = await create(api, set, { new_title: "A", "new_OperatorId@odata.bind": `/accounts(${account})` });
    assert.equal((await api.retrieve({ collection: set, key: row }))._new_operatorid_value, account);
    const castType = "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata";
    const data = await api.retrieveRelationship({ key, castType });
    assert.equal(data.ReferencingEntityNavigationPropertyName, "new_OperatorId");
    data.CascadeConfiguration.Delete = "Restrict";
    await api.updateRelationship({ data, castType, mergeLabels: true });
    assert.equal((await refused(api.deleteRecord({ collection: "accounts", key: account }))).code, "0x80040227");
    await api.deleteRelationship({ key });
    assert.equal((await refused(api.retrieveRelationship({ key }))).status, 404);
  });
});

suite.check("a many-to-many relationship joins rows", async (api) => {
  await withTable(api, async ({ SchemaName, logical, set }) => {
    const schema = `${SchemaName}_accounts`;
    const key = await api.createRelationship({
      data: {
        "@odata.type": "Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata",
        SchemaName: schema, IntersectEntityName: schema.toLowerCase(),
        Entity1LogicalName: logical, Entity2LogicalName: "account",
        Entity1AssociatedMenuConfiguration: menu, Entity2AssociatedMenuConfiguration: menu,
      },
    });
    const { ids: [account] } = await accounts(api, 1);
    const row = await create(api, set, { new_title: "A" });
    await api.associate({ collection: set, primaryKey: row, relationshipName: schema, relatedCollection: "accounts", relatedKey: account });
    const read = await api.retrieve({ collection: set, key: row, expand: [{ property: schema, select: ["name"] }] });
    assert.deepEqual(read[schema].map((one) => one.accountid), [account]);
    await api.deleteRelationship({ key });
  });
});

suite.check("relationships are listed", async (api) => {
  const { value } = await api.retrieveRelationships({
    castType: "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", select: ["SchemaName"],
    filter: "ReferencedEntity eq 'account' and ReferencingEntity eq 'task'",
  });
  assert.ok(value.some((one) => one.SchemaName === "Account_Tasks"));
  const one = await api.retrieveRelationship({ key: "SchemaName='Account_Tasks'" });
  assert.equal(one.SchemaName, "Account_Tasks");
});
