import { z } from "zod";
import type { SettingProblem } from "./config.ts";
import { Secret } from "./secret.ts";
import { isLoopback, webAddress } from "./settings.ts";

/** A pager outside, in the form of PagerDuty's Events API v2: all of it optional. */
export interface PagerConfig {
  url: string;
  /** The integration's key: whoever has it can page your people. */
  routingKey?: Secret;
}

export const PAGER_URL_DEFAULT = "https://events.pagerduty.com/v2/enqueue";

export const RoutingKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,255}$/, "is not a routing key: one is a single long word of letters and digits")
  .transform((text) => new Secret(text));

export const PagerUrl = webAddress(PAGER_URL_DEFAULT).refine(
  (text) => text.startsWith("https:") || isLoopback(text),
  "must begin with https:// (http:// only on this machine): the key travels with each event",
);

export const pagerRemedies = {
  PAGER_ROUTING_KEY: "Set it to the integration key of an Events API v2 integration, or leave it out.",
  PAGER_URL: `Leave it out for ${PAGER_URL_DEFAULT}, or set it to a compatible service's address.`,
} as const;

type Take = <S extends z.ZodType>(
  name: keyof typeof pagerRemedies,
  schema: S,
  fallback?: string,
) => z.output<S> | undefined;

/** Reads both. Undefined when one is wrong: each that is stands among the problems. */
export function readPager(
  problems: SettingProblem[],
  { take, isSet }: { take: Take; isSet: (name: string) => boolean },
): PagerConfig | undefined {
  const before = problems.length;
  const url = take("PAGER_URL", PagerUrl, PAGER_URL_DEFAULT);
  const routingKey = isSet("PAGER_ROUTING_KEY") ? take("PAGER_ROUTING_KEY", RoutingKey) : undefined;
  if (isSet("PAGER_URL") && !isSet("PAGER_ROUTING_KEY")) {
    const problem = "is missing, and PAGER_URL is set";
    problems.push({ name: "PAGER_ROUTING_KEY", problem, remedy: pagerRemedies.PAGER_ROUTING_KEY });
  }
  if (problems.length > before || url === undefined) return undefined;
  return { url, ...(routingKey && { routingKey }) };
}
