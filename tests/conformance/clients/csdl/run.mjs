// $metadata, read by OASIS's own CSDL parser in strict mode and by a code generator whose code has to compile and
// then to work against the simulator.

import { suite } from "./checks/index.mjs";
import { description } from "./checks/described.mjs";

const only = process.argv[2] ?? "";
const described = await description();
await suite.run("over TLS", only, described);
const { types, operations } = described.counted;
process.exit((await suite.report(`${types} entity types, ${operations} operations described`, [])) ? 0 : 1);
