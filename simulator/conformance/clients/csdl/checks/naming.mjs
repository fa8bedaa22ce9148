// What has to be unique. The parser keeps the last of two members with one name, so the text itself is looked at.

import { strict as assert } from "node:assert";
import { entityTypes, line } from "./model.mjs";
import { suite } from "./suite.mjs";

const attribute = (tag, name) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];

// The elements of these names, each with its own attributes and what is inside.
function* elements(text, names) {
  for (const [, name, attributes, , inside] of text.matchAll(new RegExp(`<(${names})\\b([^>]*?)(/>|>([\\s\\S]*?)</\\1>)`, "g"))) {
    yield { element: name, name: attribute(attributes, "Name") ?? attribute(attributes, "Path"), inside: inside ?? "" };
  }
}

function twice(names) {
  const seen = new Set();
  return names.filter((name) => seen.has(name) || !seen.add(name));
}

suite.check("no two members of a type or its base types have one name", async ({ document, model }) => {
  const own = new Map();
  for (const { name, inside } of elements(document.body, "EntityType|ComplexType|EnumType")) {
    own.set(name, [...elements(inside, "Property|NavigationProperty|Member")].map((member) => member.name));
  }
  for (const name of own.keys()) {
    const all = line(model, name).flatMap((one) => own.get(one) ?? []);
    assert.deepEqual(twice(all), [], name);
  }
  assert.ok(own.size >= entityTypes(model).length);
});

suite.check("no two types have one name, and no operation that of a type", async ({ document }) => {
  const types = [...elements(document.body, "EntityType|ComplexType|EnumType")].map((one) => one.name);
  const operations = new Set([...elements(document.body, "Function|Action")].map((one) => one.name));
  assert.deepEqual(twice([...types, ...operations]), []);
});

suite.check("no two sets and imports have one name, and no way is bound twice", async ({ document }) => {
  const [{ inside }] = elements(document.body, "EntityContainer");
  const children = [...elements(inside, "EntitySet|FunctionImport|ActionImport")];
  assert.deepEqual(twice(children.map((one) => one.name)), []);
  for (const set of children) {
    const bound = [...elements(set.inside, "NavigationPropertyBinding")].map((one) => one.name);
    assert.deepEqual(twice(bound), [], set.name);
  }
});
