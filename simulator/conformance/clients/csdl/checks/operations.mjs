// What can be called: by the rules of OData for overloads, bindings and imports.

import { strict as assert } from "node:assert";
import { container, local } from "./model.mjs";
import { suite } from "./suite.mjs";

const operations = (model) => Object.entries(model).filter(([, one]) => Array.isArray(one));
const shape = (parameter) => `${parameter.$Collection ? "*" : ""}${parameter.$Type ?? "Edm.String"}`;

suite.check("functions answer, what is bound has a parameter to be bound to, and overloads can be told apart", async ({ model }) => {
  for (const [name, overloads] of operations(model)) {
    assert.equal(new Set(overloads.map((one) => one.$Kind)).size, 1, `${name} is a function and an action`);
    const seen = new Set();
    for (const one of overloads) {
      const parameters = one.$Parameter ?? [];
      if (one.$Kind === "Function") assert.ok(one.$ReturnType, `${name} gives nothing`);
      if (one.$IsBound) assert.ok(parameters.length > 0, `${name} is bound to nothing`);
      const names = parameters.map((parameter) => parameter.$Name);
      assert.equal(new Set(names).size, names.length, `${name}: ${names}`);
      const bound = one.$IsBound ? shape(parameters[0]) : "";
      const told = one.$Kind === "Action" ? bound : [bound, ...names.slice(one.$IsBound ? 1 : 0).sort()].join();
      assert.ok(!seen.has(told), `${name}: two overloads ${told}`);
      seen.add(told);
    }
  }
});

suite.check("imports call what is not bound, and everything that is not bound is imported", async ({ model }) => {
  const called = new Set();
  for (const [name, one] of Object.entries(container(model))) {
    const kind = one?.$Function ? "Function" : one?.$Action ? "Action" : undefined;
    if (!kind) continue;
    const target = local(one[`$${kind}`]);
    const free = (model[target] ?? []).filter((overload) => overload.$Kind === kind && !overload.$IsBound);
    assert.ok(free.length > 0, `${name} calls ${target}`);
    if (one.$EntitySet) assert.ok(container(model)[one.$EntitySet], `${name} gives rows of ${one.$EntitySet}`);
    called.add(target);
  }
  for (const [name, overloads] of operations(model)) {
    if (overloads.some((one) => !one.$IsBound)) assert.ok(called.has(name), `${name} is not imported`);
  }
});
