export { suite } from "./suite.mjs";
import "./parsing.mjs";
import "./generating.mjs";
