import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fileSchemas } from "../src/file-schemas.ts";
import { packageRoot } from "../src/root.ts";
import { EXAMPLE, exampleObject } from "./plan-files.ts";

const kept = {
  "response-plan": "allstop plan schema > docs/schemas/response-plan.schema.json",
  playbook: "allstop playbooks schema > docs/schemas/playbook.schema.json",
} as const;

function validator(name: keyof typeof kept): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false });
  formats.default(ajv);
  return ajv.compile(fileSchemas[name]());
}

const read = (path: string) => parse(readFileSync(path, "utf8"));

describe.each(Object.entries(kept))("the schema of a %s", (name, command) => {
  it("is kept as it is now", () => {
    const text = readFileSync(join(packageRoot, "docs/schemas", `${name}.schema.json`), "utf8");
    const now = `${JSON.stringify(fileSchemas[name as keyof typeof kept](), null, 2)}\n`;
    expect(text === now, `It is stale. Run: npx ${command}`).toBe(true);
  });
});

describe("an editor", () => {
  it("finds nothing in the example, which names its schema", () => {
    const validate = validator("response-plan");
    expect(validate(read(EXAMPLE)) ? [] : validate.errors).toEqual([]);
    const [first] = readFileSync(EXAMPLE, "utf8").split("\n");
    expect(first).toBe("# yaml-language-server: $schema=docs/schemas/response-plan.schema.json");
  });

  const folder = join(packageRoot, "playbooks");
  it.each(readdirSync(folder).filter((file) => file.endsWith(".yaml")))("finds nothing in playbooks/%s", (file) => {
    const validate = validator("playbook");
    expect(validate(read(join(folder, file))) ? [] : validate.errors).toEqual([]);
  });

  it("finds what is misspelt, of another kind, or not there", () => {
    const validate = validator("response-plan");
    const plan = exampleObject();
    plan.severities.critical.page.upTo = 9;
    plan.people.ana.slak = "U0ANA";
    plan.interventions["pause-vault"].execute = "soon";
    delete plan.organisation;
    expect(validate(plan)).toBe(false);
    const places = validate.errors?.map(({ instancePath }) => instancePath) ?? [];
    for (const place of ["", "/severities/critical/page/upTo", "/people/ana"]) expect(places).toContain(place);
    expect(places.some((place) => place.startsWith("/interventions/pause-vault"))).toBe(true);
  });
});
