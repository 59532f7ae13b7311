/**
 * Makes `blocks.json`, the schema that outgoing Block Kit is checked against, from the types of `@slack/types`.
 *
 * The types carry most of Slack's limits in their comments ("Maximum length for this field is 75 characters"); these
 * sentences become `maxLength` and `maxItems`, so that a new version of the types brings its limits along.
 *
 * Run `npx tsx src/sandbox/slack/schemas/generate.ts` after an update of `@slack/types`; a test fails when it is due.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

type Node = Record<string, unknown>;

/** The schema as text, the way it is kept. Takes a second or so: the types are compiled. */
export function generateBlockSchema(): string {
  const path = fileURLToPath(import.meta.resolve("@slack/types")).replace(/\.js$/, ".d.ts");
  const schema: unknown = createGenerator({ path, type: "KnownBlock", skipTypeCheck: true }).createSchema("KnownBlock");
  const definitions = isNode(schema) && isNode(schema.definitions) ? schema.definitions : {};
  const tidy = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, rewrite(definition, definitions)]),
  );
  return `${JSON.stringify({ $id: "blocks", definitions: tidy }, undefined, 1)}\n`;
}

function rewrite(node: unknown, definitions: Node): unknown {
  if (Array.isArray(node)) return node.map((item) => rewrite(item, definitions));
  if (!isNode(node)) return node;
  const { description, ...rest } = node;
  const limited = typeof description === "string" ? withLimits(rest, description.replace(/\s+/g, " ")) : rest;
  const members = unionMembers(limited, definitions);
  const shaped = members && members.size > 1 ? branching(limited, members) : limited;
  return Object.fromEntries(
    Object.entries(shaped).map(([key, value]) => [
      key,
      // Properties may themselves be called "description", so their map is not a node.
      key === "properties" && isNode(value)
        ? Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, rewrite(sub, definitions)]))
        : rewrite(value, definitions),
    ]),
  );
}

function withLimits(node: Node, words: string): Node {
  const length = /(?:maximum length|max length)[^.]*?(\d[\d,]*) ?(?:characters|\.|$)/i.exec(words)?.[1];
  const max = length === undefined ? undefined : Number(length.replace(",", ""));
  if (node.type === "string") return { ...node, ...(max && { maxLength: max }), ...minimumOf(words) };
  if (node.type === "array") {
    const items = /maximum (?:number of (?:items|options)[^.]*? is|of) (\d+)|array of up to (\d+)/i.exec(words);
    const most = items?.[1] ?? items?.[2];
    return {
      ...node,
      ...(most && { maxItems: Number(most) }),
      ...(max && /in each item/.test(words) && { items: textAtMost(node.items, max) }),
    };
  }
  if (max && ("$ref" in node || "anyOf" in node)) return textAtMost(node, max);
  return node;
}

function minimumOf(words: string): Node {
  return /minimum length is 1/i.test(words) ? { minLength: 1 } : {};
}

function textAtMost(node: unknown, max: number): Node {
  return { allOf: [node, { properties: { text: { maxLength: max } } }] };
}

/**
 * The members of a union by their constant `type`, nested unions opened up; undefined when a member has none. Two
 * members of one type (an image by URL or by file) stay alternatives of each other.
 */
function unionMembers(node: Node, definitions: Node): Map<string, Node[]> | undefined {
  if (!Array.isArray(node.anyOf)) return undefined;
  const byType = new Map<string, Node[]>();
  for (const member of node.anyOf) {
    if (!isNode(member)) return undefined;
    const target = typeof member.$ref === "string" ? definitions[member.$ref.replace("#/definitions/", "")] : member;
    if (!isNode(target)) return undefined;
    const nested = unionMembers(target, definitions);
    const type = typeOf(target);
    if (!nested && type === undefined) return undefined;
    const entries: [string, Node[]][] = nested ? [...nested] : [[type ?? "", [member]]];
    for (const [name, members] of entries) byType.set(name, [...(byType.get(name) ?? []), ...members]);
  }
  return byType;
}

function typeOf(definition: Node): string | undefined {
  if (!isNode(definition.properties) || !isNode(definition.properties.type)) return undefined;
  const type = definition.properties.type.const;
  return typeof type === "string" ? type : undefined;
}

/** Errors of a union that branches by type name the member's own mistake, not "matches none of twenty". */
function branching(node: Node, members: Map<string, Node[]>): Node {
  const { anyOf: _replaced, ...rest } = node;
  return {
    ...rest,
    type: "object",
    required: ["type"],
    properties: { type: { enum: [...members.keys()] } },
    allOf: [...members].map(([type, alternatives]) => ({
      if: { properties: { type: { const: type } }, required: ["type"] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
      then: alternatives.length === 1 ? alternatives[0] : { anyOf: alternatives },
    })),
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("./blocks.json", import.meta.url), generateBlockSchema());
}
