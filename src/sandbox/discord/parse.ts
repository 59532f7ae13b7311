import type { z } from "zod";
import { errorTree, fail } from "./errors.ts";

/** Parses by a schema, or answers 50035 with a tree of what is wrong, in Discord's own codes. */
export function parseBody<S extends z.ZodType>(schema: S, json: unknown): z.output<S> {
  const parsed = schema.safeParse(json, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw fail.invalid(errorTree(parsed.error.issues.flatMap((issue) => mistakes(issue))));
}

export interface Mistake {
  path: PropertyKey[];
  code: string;
  message: string;
}

function mistakes(issue: z.core.$ZodIssue, base: PropertyKey[] = []): Mistake[] {
  const path = [...base, ...issue.path];
  if (issue.code === "invalid_union") {
    // Unions hide what is wrong in the branch that was meant: that is the one whose mistake lies deepest.
    const branches = issue.errors.map((branch) => branch.flatMap((one) => mistakes(one, path)));
    const depth = (found: Mistake[]) => Math.min(...found.map((one) => one.path.length));
    const [meant] = branches.sort((a, b) => depth(b) - depth(a));
    return meant ?? [{ path, code: "UNION_TYPE_CHOICES", message: "Value must be one of the allowed types." }];
  }
  return [{ path, ...worded(issue) }];
}

/** What Discord says of the same mistake. */
function worded(issue: z.core.$ZodIssue): { code: string; message: string } {
  switch (issue.code) {
    case "too_big":
    case "too_small":
      return lengthOrValue(issue);
    case "invalid_type":
      if (issue.input === undefined) return { code: "BASE_TYPE_REQUIRED", message: "This field is required" };
      return { code: "BASE_TYPE_BAD_TYPE", message: `This has to be of the type ${issue.expected}.` };
    case "invalid_value":
      return { code: "BASE_TYPE_CHOICES", message: `Value must be one of {${issue.values.map(String).join(", ")}}.` };
    case "invalid_format":
      return { code: "STRING_TYPE_REGEX", message: "String value did not match validation regex." };
    case "unrecognized_keys":
      return { code: "BASE_TYPE_UNKNOWN_FIELD", message: `There is no such field: ${issue.keys.join(", ")}.` };
    case "custom":
      return { code: codeOf(issue.params), message: issue.message };
    default:
      return { code: "BASE_TYPE_INVALID", message: issue.message };
  }
}

function lengthOrValue(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): { code: string; message: string } {
  const most = issue.code === "too_big";
  const limit = most ? issue.maximum : issue.minimum;
  const bound = `${limit} or ${most ? "fewer" : "more"}`;
  if (issue.origin !== "string" && issue.origin !== "array") {
    const code = most ? "NUMBER_TYPE_MAX" : "NUMBER_TYPE_MIN";
    return { code, message: `Value should be ${most ? "less" : "greater"} than or equal to ${limit}.` };
  }
  if (!most && limit === 1) return { code: "BASE_TYPE_REQUIRED", message: "This field is required" };
  return {
    code: most ? "BASE_TYPE_MAX_LENGTH" : "BASE_TYPE_BAD_LENGTH",
    message: `Must be ${bound} in length.`,
  };
}

function codeOf(params: Record<string, unknown> | undefined): string {
  return typeof params?.code === "string" ? params.code : "BASE_TYPE_INVALID";
}
