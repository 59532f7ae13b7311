import type { Network } from "./network.ts";

const SHOWN_LENGTH_MAX = 160;

/** JSON with bigints: equal answers have equal texts. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? item.toString() : item)) ?? "undefined";
}

/**
 * What each side says, where it differs from the others: of a whole Safe only `standing.threshold = 1`. Values are
 * shortened, as they are for reading and not for comparing.
 */
export function sayDifferences(sides: { who: string[]; value: unknown }[]): string {
  const flat = sides.map(({ value }) => flatten(value));
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const differing = paths.filter((path) => new Set(flat.map((one) => one.get(path))).size > 1);
  return sides
    .map(({ who }, index) => {
      const said = differing.map((path) => {
        const text = shorten(flat[index]?.get(path) ?? "nothing");
        return path === "" ? text : `${path} = ${text}`;
      });
      return `${who.join(", ")} ${who.length === 1 ? "says" : "say"} ${said.join(", ")}`;
    })
    .join("; ");
}

function flatten(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map([[path, textOf(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, item]) => [...flatten(item, path === "" ? key : `${path}.${key}`)]),
  );
}

function shorten(text: string): string {
  if (text.length <= SHOWN_LENGTH_MAX) return text;
  return `${text.slice(0, SHOWN_LENGTH_MAX)}… (${text.length} characters)`;
}

/** Providers of one block that do not say what a quorum says: one and the same question, about one and the same block. */
export function doubtAnswers(
  network: Network,
  what: string,
  sides: { who: string[]; value: unknown }[],
  believed: string[] | undefined,
): void {
  const heard = sides.flatMap(({ who }) => who);
  const providers = network.providers
    .map(({ name }) => name)
    .filter((name) => heard.includes(name) && !believed?.includes(name));
  const verdict =
    believed === undefined
      ? "None of them is believed: two must agree."
      : `${providers.join(", ")} is not believed; ${believed.join(", ")} ${believed.length === 1 ? "is" : "are"}.`;
  const detail = `Asked for ${what} at one and the same block: ${sayDifferences(sides)}. ${verdict}`;
  network.log?.warn({ chainId: network.chainId, what, providers }, `${providers.join(", ")} disagrees about ${what}.`);
  network.doubt?.({ chainId: network.chainId, providers, fault: "differs", detail });
}

/** A provider that does not have the block yet says nothing wrong: it is left out until it has caught up. */
export function doubtLag(network: Network, provider: string, why: string): void {
  const detail = `${provider} ${why}. It does not lie, it lags; it is left out until it has caught up.`;
  network.log?.warn({ chainId: network.chainId, provider }, detail);
  network.doubt?.({ chainId: network.chainId, providers: [provider], fault: "behind", detail });
}

/** A provider of another chain, by mistake or by malice: nothing that it says is about ours. */
export function doubtChain(network: Network, provider: string, chainId: number): void {
  const detail = `${provider} serves chain ${chainId}, and not ${network.name} (${network.chainId}). It is not believed.`;
  network.log?.warn({ chainId: network.chainId, provider }, detail);
  network.doubt?.({ chainId: network.chainId, providers: [provider], fault: "differs", detail });
}
