// Holds answers of the open directory to the JSON Schemas of HSDS with ajv:
//
//   node hsds.mjs SCHEMAS ANSWERS
//
// SCHEMAS is a folder of NAME.schema.json, ANSWERS a file with a list of { schema, where, value }. Prints { checked,
// absent, faults }: how many answers were held to a schema, which schemas others refer to and are not in the folder,
// and what does not fit. Whether a fault is one is for the caller to say.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const [folder, answersFile] = process.argv.slice(2);
if (answersFile === undefined) {
  process.stderr.write("which schemas, and which answers?\n");
  process.exit(2);
}

// The schemas carry words of a tabular format beside those of JSON Schema.
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);

const schemas = new Map();
for (const file of readdirSync(folder)) {
  const name = /^(.*)\.schema\.json$/.exec(file)?.[1];
  if (name !== undefined) {
    schemas.set(`${name}.json`, JSON.parse(readFileSync(join(folder, file), "utf8")));
  }
}

const referred = new Set();
JSON.stringify([...schemas.values()], (key, value) => {
  if (key === "$ref") {
    referred.add(value);
  }
  return value;
});
const absent = [...referred].filter((name) => !schemas.has(name)).sort();
for (const [name, schema] of schemas) {
  ajv.addSchema(schema, name);
}
// What is not there says nothing about what it would refuse.
for (const name of absent) {
  ajv.addSchema({}, name);
}

const faults = [];
let checked = 0;
for (const { schema, where, value } of JSON.parse(readFileSync(answersFile, "utf8"))) {
  const validate = ajv.getSchema(`${schema}.json`);
  if (validate === undefined) {
    faults.push(`${where}: no schema ${schema}`);
    continue;
  }
  checked += 1;
  if (!validate(value)) {
    faults.push(...validate.errors.map((fault) => `${where}${fault.instancePath}: ${fault.message}`));
  }
}

process.stdout.write(`${JSON.stringify({ checked, absent, faults })}\n`);
