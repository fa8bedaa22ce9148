export { suite } from "./suite.mjs";
import "./parsing.mjs";
import "./naming.mjs";
import "./operations.mjs";
import "./generating.mjs";
