// Search, in both versions of the service.

import { strict as assert } from "node:assert";
import { create, suite } from "./made.mjs";
import { randomBytes } from "node:crypto";

// The library keeps one version at a time.
async function inVersion(api, version, use) {
  api.setConfig({ searchApi: { version } });
  try {
    return await use();
  } finally {
    api.setConfig({ searchApi: { version: "1.0" } });
  }
}

const word = () => `quay${randomBytes(6).toString("hex")}`;

suite.check("a query finds rows in version 1", async (api) => {
  const name = word();
  const key = await create(api, "accounts", { name: `${name} Tools` });
  const query = { search: name, entities: ["account"], returnTotalRecordCount: true, facets: ["@search.entityname,count:10"] };
  const found = await api.search({ query });
  assert.equal(found.totalrecordcount, 1);
  assert.equal(found.value[0]["@search.objectid"], key);
  assert.deepEqual(found.value[0]["@search.highlights"].name, [`{crmhit}${name}{/crmhit} Tools`]);
  assert.equal(found.facets["@search.entityname"][0].Count, 1);
  assert.equal((await api.search(name)).value.length, 1);
});

suite.check("a query finds rows in version 2", async (api) => {
  const name = word();
  const key = await create(api, "accounts", { name: `${name} Tools`, telephone1: "7" });
  const { response } = await inVersion(api, "2.0", () => api.query({
    query: {
      search: name, count: true, top: 5, orderBy: ["createdon desc"], facets: ["entityname,count:10"],
      entities: [{ name: "account", selectColumns: ["name", "telephone1"], searchColumns: ["name"], filter: "statecode eq 0" }],
      options: { searchMode: "all", queryType: "simple" },
    },
  }));
  assert.deepEqual([response.Count, response.Error], [1, null]);
  const [hit] = response.Value;
  assert.deepEqual([hit.Id, hit.EntityName, hit.Attributes.telephone1], [key, "account", "7"]);
  assert.equal(response.Facets.entityname[0].count, 1);
});

suite.check("names are suggested and completed in both versions", async (api) => {
  const name = word();
  await create(api, "accounts", { name: `${name} Tools` });
  const begun = name.slice(0, 9);
  for (const version of ["1.0", "2.0"]) {
    const query = { search: begun, entities: version === "1.0" ? ["account"] : undefined };
    const suggested = await inVersion(api, version, () => api.suggest({ query }));
    const value = suggested.value ?? suggested.response.Value;
    assert.match(value[0].text ?? value[0].Text, new RegExp(`^{crmhit}${begun}{/crmhit}`));
    const completed = await inVersion(api, version, () => api.autocomplete({ query }));
    assert.equal(completed.value ?? completed.response.Value, `{crmhit}${name}{/crmhit}`);
  }
});
