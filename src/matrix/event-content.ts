export { countIn, fieldsOf, textIn } from "../internal/fields.js";
