// What a code generator makes of the document.

import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { suite } from "./suite.mjs";

const installed = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules");
// Tables that point to one another nest the compiler's types deeper than its usual stack.
const stack = "--stack-size=7000";
// Not the synchronous form: a process that stands still does not see that idle connections were closed.
const node = (folder, script, ...inputs) =>
  promisify(execFile)(process.execPath, [stack, join(installed, script), ...inputs], { cwd: folder, maxBuffer: 1 << 24 });
// Where the client of each document is.
const folders = new Map();
process.on("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

suite.check("the generated client compiles in strict mode", async ({ api, document }) => {
  const folder = mkdtempSync(join(installed, "..", "generated-"));
  folders.set(api, folder);
  symlinkSync(installed, join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
  writeFileSync(join(folder, "metadata.xml"), document.body);
  const compilerOptions = { strict: true, module: "commonjs", moduleResolution: "node", target: "es2022", skipLibCheck: true, outDir: "compiled" };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["client"] }));
  await node(folder, "@odata2ts/odata2ts/lib/run-cli.js", "-s", "metadata.xml", "-o", "client", "-m", "all", "-e", "ts", "-name", "dataverse");
  try {
    await node(folder, "typescript/bin/tsc", "-p", ".");
  } catch (error) {
    assert.fail(`${error.stdout}${error.stderr}`.split("\n").slice(0, 10).join("\n"));
  }
  assert.ok(existsSync(join(folder, "compiled", "dataverseService.js")));
});

suite.check("the generated client reads and writes rows", async ({ api, headers }) => {
  const require = createRequire(join(folders.get(api), "compiled", "index.js"));
  const { dataverseService } = require("./dataverseService.js");
  const { FetchClient } = require("@odata2ts/http-client-fetch");
  const service = new dataverseService(new FetchClient({ headers }), api);
  const name = `Harbor ${Date.now()}`;
  const made = await service.accounts().create({ name, numberofemployees: 3 }, { headers: { Prefer: "return=representation" } });
  assert.equal(made.status, 201);
  const { accountid } = made.data;
  await service.accounts(accountid).patch({ telephone1: "5" });
  const found = await service.accounts().query((build, account) =>
    build
      .select("name", "telephone1")
      .filter(account.name.eq(name).and(account.numberofemployees.gt(2)))
      .expand("createdby")
      .orderBy(account.name.asc())
      .count()
      .top(5),
  );
  assert.equal(found.data.value.length, 1);
  assert.equal(found.data.value[0].telephone1, "5");
  assert.ok(found.data.value[0].createdby.fullname);
  assert.equal(found.data["@odata.count"], 1);
  const me = await service.WhoAmI();
  assert.match(me.data.UserId, /^[0-9a-f-]{36}$/);
  await service.accounts(accountid).delete();
  const gone = await service.accounts().query((build, account) => build.filter(account.name.eq(name)));
  assert.equal(gone.data.value.length, 0);
});
