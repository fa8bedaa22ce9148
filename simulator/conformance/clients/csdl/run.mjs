// $metadata, read by OASIS's own CSDL parser in strict mode and by a code generator whose code has to compile and
// then to work against the simulator: that of a new organisation over TLS, and over plain HTTP that of an organisation
// whose tables, activities and operations came from a document.

import { suite } from "./checks/index.mjs";
import { description } from "./checks/described.mjs";

const only = process.argv[2] ?? "";
const described = await description("");
await suite.run("over TLS", only, described);
const imported = await description("PLAIN_");
await suite.run("of a document", only, imported);
const { types, operations } = imported.counted;
process.exit((await suite.report(`${types} entity types, ${operations} operations described`, [])) ? 0 : 1);
