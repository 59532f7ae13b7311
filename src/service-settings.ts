import { z } from "zod";
import type { SettingProblem } from "./config.ts";
import { Secret } from "./secret.ts";
import { type Executor, ExecutorKey, type RpcProvider, RpcUrls } from "./settings.ts";

/** The Safe Transaction Service, through which owners may sign in Safe's own interface: all of it optional. */
export interface ServiceConfig {
  /** One service per chain, by chain id. */
  urls: Record<number, RpcProvider>;
  apiKey?: Secret;
  /** A delegate of the owners, who proposes in their Safe's queue. Owns nothing. */
  proposer?: Executor;
}

const ApiKey = z
  .string()
  .regex(/^\S{8,}$/, "is not an API key: one is a single long word")
  .transform((text) => new Secret(text));

export const serviceRemedies = {
  SAFE_SERVICE_API_KEY: "Set it to your key of developer.safe.global, or leave it out for a service of your own.",
  SAFE_PROPOSER_PRIVATE_KEY: "Set it to the key of a fresh account that an owner made a delegate, or leave it out.",
} as const;

type Take = <S extends z.ZodType>(name: keyof typeof serviceRemedies, schema: S) => z.output<S> | undefined;

/** Reads them all. Undefined when one is wrong: each that is stands among the problems. */
export function readService(
  env: NodeJS.ProcessEnv,
  problems: SettingProblem[],
  { take, isSet, executors }: { take: Take; isSet: (name: string) => boolean; executors: (Executor | undefined)[] },
): ServiceConfig | undefined {
  const before = problems.length;
  const apiKey = isSet("SAFE_SERVICE_API_KEY") ? take("SAFE_SERVICE_API_KEY", ApiKey) : undefined;
  const proposer = isSet("SAFE_PROPOSER_PRIVATE_KEY") ? take("SAFE_PROPOSER_PRIVATE_KEY", ExecutorKey) : undefined;
  if (proposer !== undefined && executors.some((one) => one?.address === proposer.address)) {
    problems.push({
      name: "SAFE_PROPOSER_PRIVATE_KEY",
      problem: "is the key of an executor",
      remedy: "Use an account of its own: what one service can do with it must not touch the gas money.",
    });
  }
  const urls = readUrls(env, problems);
  for (const [id, { url }] of Object.entries(urls)) {
    if (apiKey !== undefined || !/api\.(safe\.global|5afe\.dev)/.test(url.reveal())) continue;
    const remedy = "Make one at developer.safe.global, or use a service of your own.";
    problems.push({ name: "SAFE_SERVICE_API_KEY", problem: `is missing, and SAFE_SERVICE_URL_${id} wants it`, remedy });
  }
  if (problems.length > before) return undefined;
  return { urls, ...(apiKey && { apiKey }), ...(proposer && { proposer }) };
}

const PREFIX = "SAFE_SERVICE_URL_";

function readUrls(env: NodeJS.ProcessEnv, problems: SettingProblem[]): Record<number, RpcProvider> {
  const found: Record<number, RpcProvider> = {};
  for (const [name, given] of Object.entries(env)) {
    const text = given?.trim().replace(/\/+$/, "") ?? "";
    if (!name.startsWith(PREFIX) || text === "") continue;
    const id = name.slice(PREFIX.length);
    const remedy = "Set it to the service's address up to /api, such as https://api.safe.global/tx-service/eth/api.";
    if (!/^[1-9]\d{0,14}$/.test(id)) {
      problems.push({ name, problem: "does not end in a chain id", remedy: `Name it ${PREFIX}1 for chain 1.` });
      continue;
    }
    const parsed = RpcUrls.safeParse(text);
    const [service, ...others] = parsed.success ? parsed.data : [];
    if (service === undefined || others.length > 0) {
      const problem = parsed.success ? "holds more than one address" : (parsed.error.issues[0]?.message ?? "is wrong");
      problems.push({ name, problem, remedy });
    } else if (!service.url.reveal().endsWith("/api")) {
      problems.push({ name, problem: "does not end in /api", remedy });
    } else found[Number(id)] = service;
  }
  return found;
}
