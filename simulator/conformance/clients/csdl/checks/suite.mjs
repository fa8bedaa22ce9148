import { Suite } from "../../shared/suite.mjs";

export const suite = new Suite("$metadata");
