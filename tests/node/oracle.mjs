// The oracle of the walker: graphql-js, the reference implementation, executing an operation on the SDL over
// data that is there already. A line of JSON in, a line of JSON out:
//
//   in   { sdl, query, variables, operationName, root }    `sdl` stays until another one is sent
//   out  { data, errors }                                  `errors` as sentences, `data` absent if invalid
//
// A field is the property of its name in `root`; arguments are ignored, since the data is what they chose.
// An object of an interface or a union says what it is in `__typename`.

import { createInterface } from "node:readline";
import { buildSchema, execute, parse, validate, validateSchema } from "graphql";

let schema;

function answer({ sdl, query, variables, operationName, root }) {
  if (sdl !== undefined) {
    schema = buildSchema(sdl);
    const faults = validateSchema(schema);
    if (faults.length > 0) {
      schema = undefined;
      return { errors: faults.map(String) };
    }
  }
  if (schema === undefined) {
    return { errors: ["no SDL was sent"] };
  }
  if (query === undefined) {
    return {};
  }
  const document = parse(query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) {
    return { errors: invalid.map(String) };
  }
  // A subscription's event is executed like a query over the event's root.
  const result = execute({ schema, document, rootValue: root, variableValues: variables ?? {}, operationName });
  return { data: result.data, errors: result.errors?.map(String) };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let said;
  try {
    said = answer(JSON.parse(line));
  } catch (fault) {
    said = { errors: [String(fault)] };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
