// Holds resources to FHIR R4 with the validator of the package `fhir`, which has the standard's own structures and code lists:
//
//   node fhir.mjs FILE
//
// FILE is a JSON list of resources. Prints { checked, faults }, a fault as { resource, location, message }.

import { readFileSync } from "node:fs";
import process from "node:process";
import fhir from "fhir";

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("which resources?\n");
  process.exit(2);
}

const validator = new fhir.Fhir();
const resources = JSON.parse(readFileSync(file, "utf8"));
const faults = [];
resources.forEach((resource, place) => {
  const told = validator.validate(resource, { errorOnUnexpected: true });
  for (const { severity, location, message } of told.messages) {
    if (severity === "error" || severity === "fatal") {
      faults.push({ resource: place, location, message });
    }
  }
  if (!told.valid && !faults.some((fault) => fault.resource === place)) {
    faults.push({ resource: place, location: "", message: "not valid" });
  }
});
process.stdout.write(JSON.stringify({ checked: resources.length, faults }));
