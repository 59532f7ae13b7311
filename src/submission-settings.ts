import { z } from "zod";
import type { SettingProblem } from "./config.ts";
import { type Executor, ExecutorKey, type RpcProvider, RpcUrls } from "./settings.ts";

/** How transactions leave, beside the providers: all of it optional. */
export interface SubmissionConfig {
  /** One private relay per chain, by chain id. */
  privateRpc: Record<number, RpcProvider>;
  /** The second executor. */
  hedge?: Executor;
  /** The most that a pause may pay per gas. */
  maxFeeGwei: number;
}

export const MAX_FEE_GWEI_DEFAULT = "5000";

export const MaxFeeGwei = z
  .string()
  .regex(/^\d{1,7}$/, "is not a whole number of gwei")
  .transform(Number)
  .refine((gwei) => gwei >= 1, "must be 1 or more: with 0 nothing could ever be sent");

export const submissionRemedies = {
  EXECUTOR_PRIVATE_KEY_2: "Set it to the key of a second fresh account that holds only gas money, or leave it out.",
  MAX_FEE_GWEI: `Set it to a whole number of gwei, or leave it out for ${MAX_FEE_GWEI_DEFAULT}.`,
} as const;

type Take = <S extends z.ZodType>(
  name: keyof typeof submissionRemedies,
  schema: S,
  fallback?: string,
) => z.output<S> | undefined;

/** Reads them all. Undefined when one is wrong: each that is stands among the problems. */
export function readSubmission(
  env: NodeJS.ProcessEnv,
  problems: SettingProblem[],
  { take, isSet, executor }: { take: Take; isSet: (name: string) => boolean; executor: Executor | undefined },
): SubmissionConfig | undefined {
  const before = problems.length;
  const hedge = isSet("EXECUTOR_PRIVATE_KEY_2") ? take("EXECUTOR_PRIVATE_KEY_2", ExecutorKey) : undefined;
  if (hedge !== undefined && hedge.address === executor?.address) {
    problems.push({
      name: "EXECUTOR_PRIVATE_KEY_2",
      problem: "is the key of EXECUTOR_PRIVATE_KEY",
      remedy: "Use a second account, or leave it out: one account can't stand in for itself.",
    });
  }
  const maxFeeGwei = take("MAX_FEE_GWEI", MaxFeeGwei, MAX_FEE_GWEI_DEFAULT);
  const privateRpc = readPrivateRpc(env, problems);
  if (problems.length > before || maxFeeGwei === undefined) return undefined;
  return { privateRpc, maxFeeGwei, ...(hedge && { hedge }) };
}

const PREFIX = "PRIVATE_RPC_URL_";

function readPrivateRpc(env: NodeJS.ProcessEnv, problems: SettingProblem[]): Record<number, RpcProvider> {
  const found: Record<number, RpcProvider> = {};
  for (const [name, given] of Object.entries(env)) {
    const text = given?.trim() ?? "";
    if (!name.startsWith(PREFIX) || text === "") continue;
    const id = name.slice(PREFIX.length);
    const remedy = "Set it to one relay's address, such as https://rpc.flashbots.net/fast for chain 1.";
    if (!/^[1-9]\d{0,14}$/.test(id)) {
      problems.push({ name, problem: "does not end in a chain id", remedy: `Name it ${PREFIX}1 for chain 1.` });
      continue;
    }
    const parsed = RpcUrls.safeParse(text);
    const [relay, ...others] = parsed.success ? parsed.data : [];
    if (relay === undefined || others.length > 0) {
      const problem = parsed.success ? "holds more than one address" : (parsed.error.issues[0]?.message ?? "is wrong");
      problems.push({ name, problem, remedy });
    } else found[Number(id)] = relay;
  }
  return found;
}
