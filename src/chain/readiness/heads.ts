import { messageOf } from "../../core/errors.ts";
import type { Verdict } from "../../core/readiness.ts";
import type { Network } from "../network.ts";
import { Block, Quantity } from "../wire.ts";

/** What one provider said when it was asked which chain it serves and what its newest block is. */
export type ProviderLook = { name: string } & ({ ok: true; chainId: number; head: Block } | { ok: false; why: string });

/** Everybody is waited for, unlike in a pause: whoever is late is what we want to know. */
export async function lookAtProviders({ providers }: Network): Promise<ProviderLook[]> {
  return Promise.all(
    providers.map(async (provider): Promise<ProviderLook> => {
      try {
        const [chainId, head] = await Promise.all([
          provider.request("eth_chainId", []),
          provider.request("eth_getBlockByNumber", ["latest", false]),
        ]);
        return { name: provider.name, ok: true, chainId: Number(Quantity.parse(chainId)), head: Block.parse(head) };
      } catch (error) {
        return { name: provider.name, ok: false, why: messageOf(error) };
      }
    }),
  );
}

/** A provider that is so far behind answers about a past in which nothing is wrong yet. */
const BEHIND_SECONDS_MAX = 60;
/** A head of such an age is no head: all providers hang, or the chain does. */
const HEAD_AGE_SECONDS_MAX = 900;

/**
 * The providers' verdicts, and the block at which everything else is read: the newest that a quorum can know. Without a
 * block nothing else can be looked at.
 */
export function judgeProviders(
  network: Network,
  looks: ProviderLook[],
  now: Date,
): { verdicts: Verdict[]; block?: Block } {
  const { chainId, name, quorum, secondsPerBlock } = network;
  const setting = `RPC_URLS_${chainId}`;
  const stranger = looks.find((look) => look.ok && look.chainId !== chainId);
  if (stranger?.ok) {
    const says = `${stranger.name} serves chain ${stranger.chainId}, and ${name} is chain ${chainId}: nothing can be prepared.`;
    return { verdicts: [red("rpc_wrong_chain", says, `Take it out of ${setting}, and restart.`)] };
  }
  const answered = looks.filter((look) => look.ok);
  const silent = looks.filter((look) => !look.ok);
  const heads = answered.map(({ head }) => head).sort((a, b) => (a.number > b.number ? -1 : 1));
  const block = heads[quorum - 1];
  if (block === undefined) {
    const says = `${answered.length} of ${looks.length} RPC providers of ${name} answer, and ${quorum} must agree. ${whys(silent)}`;
    const remedy = `Mend or replace ${names(silent)} in ${setting}: until then nothing can be prepared or sent.`;
    return { verdicts: [red("rpc_down", says, remedy)] };
  }
  const age = Math.round((now.getTime() - Number(block.timestamp) * 1000) / 1000);
  if (age > Math.max(HEAD_AGE_SECONDS_MAX, secondsPerBlock * 25)) {
    const says = `The newest block of ${name} is ${minutes(age)} old: its providers hang, or the chain does.`;
    return {
      block,
      verdicts: [red("rpc_stale", says, `Compare with a block explorer, and replace what hangs in ${setting}.`)],
    };
  }
  const verdicts: Verdict[] = [];
  if (silent.length > 0) {
    const says = `${answered.length} of ${looks.length} RPC providers of ${name} answer. ${whys(silent)}`;
    verdicts.push(amber("rpc_silent", says, `Mend or replace ${names(silent)} in ${setting}.`));
  }
  const [newest] = heads;
  const far = BigInt(Math.max(3, Math.ceil(BEHIND_SECONDS_MAX / secondsPerBlock)));
  const behind = answered.filter(({ head }) => newest !== undefined && newest.number - head.number > far);
  if (behind.length > 0 && newest !== undefined) {
    const list = behind.map((look) => `${look.name} is ${newest.number - look.head.number} blocks behind`).join(", ");
    verdicts.push(amber("rpc_behind", `${list}, on ${name}.`, `Replace ${names(behind)} in ${setting}.`));
  }
  if (looks.length === 1) {
    const says = `${name} has one RPC provider: what it says can't be compared, and its outage stops the pause.`;
    verdicts.push(amber("rpc_single", says, `Set ${setting} to providers of three different operators.`));
  }
  if (verdicts.length > 0) return { block, verdicts };
  const says = `${answered.length} of ${looks.length} RPC providers of ${name} answer, at block ${block.number}.`;
  return { block, verdicts: [{ rung: "rpc", colour: "green", code: "rpc", says }] };
}

function whys(silent: ProviderLook[]): string {
  return silent.flatMap((look) => (look.ok ? [] : [look.why])).join(" ");
}

function names(looks: ProviderLook[]): string {
  return looks.map(({ name }) => name).join(", ");
}

function minutes(seconds: number): string {
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}

function red(code: string, says: string, remedy: string): Verdict {
  return { rung: "rpc", colour: "red", code, says: says.trim(), remedy };
}

function amber(code: string, says: string, remedy: string): Verdict {
  return { rung: "rpc", colour: "amber", code, says: says.trim(), remedy };
}
