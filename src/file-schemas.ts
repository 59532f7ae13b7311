import { z } from "zod";
import { ResponsePlan } from "./core/plan.ts";
import { PlaybookFile } from "./core/playbook-file.ts";

/**
 * The files that people write, as JSON Schema, for editors that complete and check while one types. What needs the whole
 * file to be seen, `allstop plan check` and `allstop playbooks check` know.
 */
export const fileSchemas = {
  "response-plan": () => schemaOf(ResponsePlan, "Response plan of Allstop"),
  playbook: () => schemaOf(PlaybookFile, "Playbook of Allstop"),
} as const;

function schemaOf(schema: z.ZodType, title: string): object {
  // Draft 7 is what editors' YAML servers read in full.
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-7", reused: "ref" });
  return { $schema, title, ...rest };
}
