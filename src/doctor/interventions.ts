import { dialectOf } from "../chain/dialects/index.ts";
import { NotAnswered, type Reader, readerOver } from "../chain/dialects/reader.ts";
import { probesOf } from "../core/intervention.ts";
import type { Intervention, LoadedPlan, Probe } from "../core/plan.ts";
import { encodeProbe } from "../core/probe-call.ts";
import type { RpcProvider } from "../settings.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { NoAnswer } from "./http.ts";
import { askAny, ethCall, RpcRefused } from "./rpc.ts";

const { ok, warning, problem } = findingsIn("Safes");

/**
 * Would each intervention work now? The pause is simulated as the Safe, so neither a key nor a signature is needed; the
 * probes are called as they would be afterwards. A guard on the Safe is not part of this simulation.
 */
export async function checkInterventions(plan: LoadedPlan, usable: Record<number, RpcProvider[]>): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(plan.interventions).map(async ([key, intervention]) => {
      const safe = plan.safes[intervention.safe];
      const providers = safe === undefined ? [] : (usable[safe.chain] ?? []);
      // With no provider the chain's own finding says all there is to say.
      if (safe === undefined || providers.length === 0) return [];
      return checkIntervention({ key, intervention, from: safe.address, providers });
    }),
  );
  return findings.flat();
}

async function checkIntervention(at: {
  key: string;
  intervention: Intervention;
  from: `0x${string}`;
  providers: RpcProvider[];
}): Promise<Finding[]> {
  const { key, intervention, providers } = at;
  const { targetLabel } = intervention;
  const dialect = dialectOf(intervention);
  const { does, done, toBegin } = wordsOf[dialect.kind];
  const reader = readLatest(providers);
  try {
    const state = await dialect.state(reader);
    if (state.done) {
      const detail = `${targetLabel} is ${done} now, so neither the call nor its probes can be tried.`;
      return [warning(key, detail, `Run this again once ${toBegin}.`)];
    }
    if (state.obstacle !== undefined) return [problem(key, state.obstacle.why, state.obstacle.remedy)];
    const left = await dialect.rePauseAvailable(reader);
    if (left.yes === false) return [problem(key, left.why, "Have it renewed, or plan another intervention.")];
    const { to, data, signature } = dialect.call;
    const authority = await attempt(providers, { to, from: at.from, data });
    const probes = Object.entries(probesOf(intervention) ?? {});
    return [
      authority === undefined
        ? ok(key, `${intervention.safe} can ${does} ${targetLabel} (simulated).`)
        : problem(
            key,
            `${intervention.safe} can't ${does} ${targetLabel}: ${authority}.`,
            `Give ${intervention.safe} the right to call ${signature} of ${to}.`,
          ),
      ...(await Promise.all(
        probes.map(([name, probe]) => checkProbe(at, name === "effectProbe" ? "effect probe" : "exit probe", probe)),
      )),
    ];
  } catch (error) {
    if (error instanceof NoAnswer) {
      return [problem(key, `It could not be tried. ${error.message}`, "See the chain's providers above.")];
    }
    if (!(error instanceof NotAnswered)) throw error;
    const detail = `${error.label} of ${targetLabel} (${error.address}) can't be read: it does not answer as it should.`;
    const remedy = `Is it the right contract, and does it speak ${intervention.dialect}? Correct interventions.${key}.`;
    return [problem(key, detail, remedy)];
  }
}

const wordsOf = {
  pause: { does: "pause", done: "paused", toBegin: "it is resumed" },
  revoke: { does: "take the role at", done: "without this role", toBegin: "the role is granted" },
  withdraw: { does: "withdraw from", done: "empty", toBegin: "it has money" },
} as const;

/** Contracts at the newest block, from the first provider that answers. */
function readLatest(providers: RpcProvider[]): Reader {
  return readerOver({
    async ask(to, _label, data) {
      try {
        return await askAny(providers, (provider) => ethCall(provider, { to, data }));
      } catch (error) {
        if (error instanceof RpcRefused) return undefined;
        throw error;
      }
    },
    agreed: () => [],
  });
}

async function checkProbe(
  { key, intervention, providers }: { key: string; intervention: Intervention; providers: RpcProvider[] },
  name: string,
  probe: Probe,
): Promise<Finding> {
  const to = probe.target ?? intervention.target;
  const failed = await attempt(providers, { to, from: probe.from, data: encodeProbe(probe) });
  if (failed === undefined) return ok(`${key}: ${name}`, `${probe.label} works now, as it should.`);
  const detail = `${probe.label} from ${probe.from} does not work even now: ${failed}. It would prove nothing.`;
  return problem(
    `${key}: ${name}`,
    detail,
    "Choose an account for which it works: with balance, allowance or a deposit.",
  );
}

/** Why a simulated call fails; undefined when it succeeds. */
async function attempt(providers: RpcProvider[], call: Parameters<typeof ethCall>[1]): Promise<string | undefined> {
  try {
    await askAny(providers, (provider) => ethCall(provider, call));
    return undefined;
  } catch (error) {
    if (!(error instanceof RpcRefused)) throw error;
    return error.data === undefined || error.data === "0x"
      ? error.message
      : `${error.message} (${error.data.slice(0, 10)})`;
  }
}
