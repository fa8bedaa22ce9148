// The library's own settings.

import { strict as assert } from "node:assert";
import { accounts, suite } from "./made.mjs";

suite.check("settings change what is asked for", async (api) => {
  const { filter } = await accounts(api, 3);
  const other = api.initializeInstance();
  other.setConfig({ maxPageSize: 2, includeAnnotations: "*" });
  const page = await other.retrieveMultiple({ collection: "accounts", filter, select: ["statecode"] });
  assert.equal(page.value.length, 2);
  assert.equal(page.value[0].statecode_Formatted, "Active");
  api.setConfig({ timeout: 30000 });
  assert.match(api.Utility.toAbsoluteUrl("accounts"), /\/api\/data\/v9\.2\/accounts$/);
});
