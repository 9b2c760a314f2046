// Holds operation files to a schema with graphql-js, the reference implementation:
//
//   node operations.mjs SCHEMA FILE...
//
// Prints { checked, faults }, a fault as { file, message }.

import { readFileSync } from "node:fs";
import process from "node:process";
import { buildSchema, parse, validate } from "graphql";

const [schema, ...files] = process.argv.slice(2);
if (schema === undefined || files.length === 0) {
  process.stderr.write("which schema and which files?\n");
  process.exit(2);
}

const built = buildSchema(readFileSync(schema, "utf8"));
const faults = [];
for (const file of files) {
  for (const { message } of validate(built, parse(readFileSync(file, "utf8")))) {
    faults.push({ file, message });
  }
}
process.stdout.write(JSON.stringify({ checked: files.length, faults }));
