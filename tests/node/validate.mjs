// Holds an SDL, and operations against it, to the specification with graphql-js:
//
//   node validate.mjs SCHEMA.graphql [OPERATIONS.graphql …]
//
// Prints { types, fields, faults, undescribed } and ends with 1 when there is a fault. `undescribed` lists
// every type, field, argument and enum value without a sentence, as `Type.field(argument)`; whether that is
// a fault is for the caller to say.

import { readFileSync } from "node:fs";
import process from "node:process";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  validate,
  validateSchema,
} from "graphql";

const [sdlFile, ...operationFiles] = process.argv.slice(2);
if (sdlFile === undefined) {
  process.stderr.write("which SDL?\n");
  process.exit(2);
}

const faults = [];
const undescribed = [];
let types = 0;
let fields = 0;

function looked(name, thing) {
  if (!thing.description?.trim()) {
    undescribed.push(name);
  }
}

function read(schema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) {
      continue;
    }
    types += 1;
    looked(type.name, type);
    if (isEnumType(type)) {
      type.getValues().forEach((value) => looked(`${type.name}.${value.name}`, value));
    }
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        fields += 1;
        looked(`${type.name}.${field.name}`, field);
        (field.args ?? []).forEach((argument) => looked(`${type.name}.${field.name}(${argument.name})`, argument));
      }
    }
  }
}

try {
  const schema = buildSchema(readFileSync(sdlFile, "utf8"));
  faults.push(...validateSchema(schema).map(String));
  read(schema);
  for (const file of operationFiles) {
    const document = parse(readFileSync(file, "utf8"));
    faults.push(...validate(schema, document).map((fault) => `${file}: ${fault}`));
  }
} catch (fault) {
  faults.push(String(fault));
}

process.stdout.write(`${JSON.stringify({ types, fields, faults, undescribed })}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
