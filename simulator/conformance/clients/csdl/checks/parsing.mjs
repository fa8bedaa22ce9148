// What the parser understands.

import { strict as assert } from "node:assert";
import { parsed } from "./described.mjs";
import { container, entityTypes, line, local, properties, ways } from "./model.mjs";
import { suite } from "./suite.mjs";

suite.check("the document is strictly valid CSDL", async ({ document }) => {
  assert.equal(document.status, 200);
  assert.match(document.type, /^application\/xml/);
  const { json, messages } = parsed(document.body);
  assert.deepEqual(messages, []);
  assert.equal(json.$Version, "4.0");
});

suite.check("annotations are valid CSDL too and mark tracked tables", async ({ text }) => {
  const { messages, model } = parsed((await text("$metadata?annotations=true")).body);
  assert.deepEqual(messages, []);
  assert.ok(JSON.stringify(model).includes("Org.OData.Capabilities.V1.ChangeTracking"));
});

suite.check("every type that is named is defined", async ({ model }) => {
  const missing = new Set();
  const look = (value) => {
    if (Array.isArray(value)) value.forEach(look);
    else if (value && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) {
        if (["$Type", "$BaseType", "$UnderlyingType"].includes(name) && typeof inner === "string" && !inner.startsWith("Edm.")) {
          if (!(local(inner) in model)) missing.add(inner);
        } else look(inner);
      }
    }
  };
  look(model);
  assert.deepEqual([...missing], []);
});

suite.check("every set has a type with a key", async ({ model }) => {
  const sets = Object.entries(container(model)).filter(([, one]) => one?.$Collection);
  assert.ok(sets.length > 10);
  for (const [set, { $Type }] of sets) {
    assert.ok(properties(model, local($Type)).$Key?.length, `${set} has no key`);
  }
});

suite.check("every way leads to a type, and constraints name real columns", async ({ model }) => {
  for (const [name, type] of entityTypes(model)) {
    const all = properties(model, name);
    for (const [way, one] of ways(type)) {
      const far = local(one.$Type);
      assert.ok(model[far], `${name}/${way}`);
      const target = properties(model, far);
      for (const [from, to] of Object.entries(one.$ReferentialConstraint ?? {})) {
        if (from.startsWith("@")) continue;
        assert.ok(all[from], `${name}/${way} constrains ${from}`);
        assert.ok(target[to], `${name}/${way} refers to ${to}`);
      }
    }
  }
});

suite.check("partners are there, lead back to the type or one that it descends from, and name one another", async ({ model }) => {
  for (const [name, type] of entityTypes(model)) {
    for (const [way, one] of ways(type).filter(([, one]) => one.$Partner)) {
      const back = properties(model, local(one.$Type))[one.$Partner];
      assert.equal(back?.$Kind, "NavigationProperty", `${name}/${way} has the partner ${one.$Partner}`);
      assert.ok(line(model, name).includes(local(back.$Type)), `${name}/${way}: ${one.$Partner} leads to ${back.$Type}`);
      if (back.$Partner) assert.equal(back.$Partner, way, `${name}/${way}: the partner of ${one.$Partner}`);
    }
  }
});

suite.check("sets are bound once for each way that there is, to sets of the type that it leads to", async ({ model }) => {
  const sets = container(model);
  for (const [set, one] of Object.entries(sets).filter(([, one]) => one?.$NavigationPropertyBinding)) {
    const all = properties(model, local(one.$Type));
    for (const [way, target] of Object.entries(one.$NavigationPropertyBinding)) {
      assert.equal(all[way]?.$Kind, "NavigationProperty", `${set}/${way} is bound and is no way`);
      const bound = sets[target.split("/").pop()];
      assert.ok(bound?.$Collection, `${set}/${way} is bound to ${target}`);
      assert.ok(line(model, local(bound.$Type)).includes(local(all[way].$Type)), `${set}/${way} is bound to ${target}`);
    }
  }
});

suite.check("documents of rows have only columns that are described, with the types that are described", async ({ model, json }) => {
  const fits = {
    "Edm.String": (value) => typeof value === "string",
    "Edm.Guid": (value) => /^[0-9a-f-]{36}$/.test(value),
    "Edm.Int32": Number.isInteger,
    "Edm.Int64": Number.isInteger,
    "Edm.Decimal": (value) => typeof value === "number",
    "Edm.Double": (value) => typeof value === "number",
    "Edm.Boolean": (value) => typeof value === "boolean",
    "Edm.Date": (value) => /^\d{4}-\d\d-\d\d$/.test(value),
    "Edm.DateTimeOffset": (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value),
  };
  for (const [set, type] of [["accounts", "account"], ["contacts", "contact"], ["leads", "lead"], ["opportunities", "opportunity"], ["tasks", "task"], ["systemusers", "systemuser"], ["teams", "team"]]) {
    const { value } = await json(`${set}?$top=5`);
    assert.ok(value.length > 0, set);
    const known = properties(model, type);
    for (const row of value) {
      for (const [name, content] of Object.entries(row).filter(([name]) => !name.includes("@"))) {
        assert.ok(known[name], `${type}.${name} is not described`);
        const kind = known[name].$Type ?? "Edm.String";
        if (content !== null && fits[kind]) assert.ok(fits[kind](content), `${type}.${name} (${kind}) is ${content}`);
      }
    }
  }
});

suite.check("functions and actions that the reference names are described", async ({ model }) => {
  for (const name of ["WhoAmI", "RetrieveVersion", "RetrieveCurrentOrganization", "RetrieveTotalRecordCount", "RetrievePrincipalAccess", "InitializeFrom", "RetrieveMetadataChanges"]) {
    assert.equal(model[name]?.[0]?.$Kind, "Function", name);
  }
  for (const name of ["WinOpportunity", "LoseOpportunity", "CloseIncident", "QualifyLead", "Merge", "AddMembersTeam", "AddMemberList", "GrantAccess", "BulkDelete"]) {
    assert.equal(model[name]?.[0]?.$Kind, "Action", name);
  }
});
