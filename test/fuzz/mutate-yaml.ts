import {
  Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Random } from "../sim/random.ts";
import { word } from "./nasty.ts";

/**
 * A YAML text with one to a few of its nodes gone, doubled, swapped for another's or of another kind: still YAML, so
 * that what is tried is what a file says, not how it is written. `damaged` is for the latter.
 */
export function mutatedYaml(random: Random, text: string): string {
  const document = parseDocument(text);
  for (let times = random.between(1, 4); times > 0; times -= 1) {
    const holders = collections(document.contents);
    if (holders.length === 0) break;
    const scalars = scalarsOf(document.contents);
    const holder = random.pick(holders);
    if (isMap(holder)) changeMap(random, holder, scalars);
    else changeList(random, holder, scalars);
  }
  return document.toString({ lineWidth: 0 });
}

function changeMap(random: Random, map: YAMLMap, scalars: unknown[]): void {
  const at = random.between(0, map.items.length - 1);
  const pair = map.items[at] as Pair<Scalar, unknown>;
  switch (random.pick(["drop", "rename", "double", "replace", "replace", "replace", "borrow"] as const)) {
    case "drop":
      map.items.splice(at, 1);
      return;
    case "rename":
      pair.key = new Scalar(random.chance(0.5) ? word(random, keysOf(map)) : slip(random, String(pair.key?.value)));
      return;
    // Under a name of its own: the same name twice is a mistake of the writing.
    case "double": {
      const copy = pair.clone() as Pair<Scalar, unknown>;
      copy.key = new Scalar(`${String(pair.key?.value)}-2`.slice(0, 60));
      map.items.splice(at, 0, copy);
      return;
    }
    case "replace":
      pair.value = node(anything(random));
      return;
    case "borrow":
      pair.value = new Scalar(random.pick(scalars.length > 0 ? scalars : [""]));
      return;
  }
}

function changeList(random: Random, list: YAMLSeq, scalars: unknown[]): void {
  const at = random.between(0, list.items.length - 1);
  switch (random.pick(["drop", "double", "replace", "borrow", "flood"] as const)) {
    case "drop":
      list.items.splice(at, 1);
      return;
    case "double":
      list.items.splice(at, 0, cloned(list.items[at]));
      return;
    case "replace":
      list.items[at] = node(anything(random));
      return;
    case "borrow":
      list.items[at] = new Scalar(random.pick(scalars.length > 0 ? scalars : [""]));
      return;
    case "flood":
      for (let more = random.between(5, 60); more > 0; more -= 1) list.items.push(cloned(list.items[at]));
      return;
  }
}

/** As YAML holds it, whatever it is. */
function node(value: unknown): unknown {
  return new Document(value).contents;
}

/** A value that a file of people may hold by a slip, or by somebody's wish to break it. */
function anything(random: Random): unknown {
  return random.pick<() => unknown>([
    () => null,
    () => random.chance(0.5),
    () => random.pick([0, -1, 1.5, 1e30, 99, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY]),
    () => word(random),
    () =>
      random.pick(["24:00", "2026-02-30", "2026-03-29T02:30", "9999-12-31", "0000-01-01", "99999d", "0m", "Mars/Base"]),
    () => random.pick(["any", "next", "end", "{organisation}", "{nonsense}", "incident commander", "constructor"]),
    () => `0x${"aB".repeat(20)}`,
    () => [],
    () => ({}),
    () => [[word(random)]],
    () => ({ [slip(random, "title")]: word(random) }),
    () => [null, { a: 1 }, word(random)],
  ])();
}

/** A name with one letter more, less, or another one. */
function slip(random: Random, name: string): string {
  const at = random.between(0, name.length);
  return name.slice(0, at) + random.pick(["", "x", "-", "A", "0"]) + name.slice(at + random.between(0, 1));
}

function collections(node: unknown): (YAMLMap | YAMLSeq)[] {
  const found: (YAMLMap | YAMLSeq)[] = [];
  visitNode(node, (one) => {
    if (isCollection(one) && one.items.length > 0 && (isMap(one) || isSeq(one))) found.push(one);
  });
  return found;
}

function scalarsOf(node: unknown): unknown[] {
  const found: unknown[] = [];
  visitNode(node, (one) => {
    if (isScalar(one)) found.push(one.value);
  });
  return found;
}

function visitNode(node: unknown, look: (node: unknown) => void): void {
  if (isCollection(node)) visit(node, { Node: (_, one) => look(one) });
}

function keysOf(map: YAMLMap): string[] {
  return map.items.map(({ key }) => String(isScalar(key) ? key.value : key));
}

function cloned(item: unknown): unknown {
  return isCollection(item) || isScalar(item) ? item.clone() : item;
}
