import { messageOf, RetryableError, UserError } from "../core/errors.ts";
import { type BlockRef, type Call, type CallOutcome, callAt, type StateOverrides } from "./calls.ts";
import { doubtAnswers, doubtChain, doubtLag, sayDifferences, textOf } from "./disagreement.ts";
import type { Network } from "./network.ts";
import type { Provider } from "./rpc.ts";
import { Block, Quantity } from "./wire.ts";

/** What every provider said, by name. */
export interface Answers<T> {
  value: T;
  agreed: string[];
  /** Providers that answered otherwise. They are broken, behind, or lying. */
  dissenting: string[];
  /** Providers that did not answer in time. */
  silent: string[];
}

type Said<T> = { provider: string } & ({ ok: true; value: T } | { ok: false; error: unknown });

/** How long the rest may take once enough have answered. A dead provider must not hold up a pause. */
const GRACE_MS = 400;

/**
 * Asks every provider and believes what a quorum says. Resolves when all have answered, or shortly after enough have.
 * Throws `UserError` `providers_disagree`, naming who said what, and `RetryableError` when too few answer.
 */
export async function agree<T>(
  network: Network,
  what: string,
  ask: (provider: Provider) => Promise<T>,
  compared: (value: T) => unknown = (value) => value,
): Promise<Answers<T>> {
  const said = await askAll(network, ask);
  const keyOf = (value: T) => textOf(compared(value));
  const groups = new Map<string, Said<T>[]>();
  for (const one of said) {
    if (one.ok) groups.set(keyOf(one.value), [...(groups.get(keyOf(one.value)) ?? []), one]);
  }
  const [best, second] = [...groups.entries()].sort(([, a], [, b]) => b.length - a.length);
  const winner = best?.[1][0];
  if (best === undefined || winner === undefined || !winner.ok) throw nobodyAnswered(network, what, said);
  const tied = second !== undefined && second[1].length === best[1].length;
  if (best[1].length < network.quorum && groups.size === 1) throw tooFew(network, what, said);
  const sides = sidesOf([...groups.values()]);
  if (best[1].length < network.quorum || tied) {
    doubtAnswers(network, what, sides, undefined);
    throw disagreement(network, what, sides);
  }
  const names = (list: Said<T>[]) => list.map(({ provider }) => provider);
  const dissenting = names(said.filter((one) => one.ok && keyOf(one.value) !== best[0]));
  const agreed = names(best[1]);
  if (dissenting.length > 0) doubtAnswers(network, what, sides, agreed);
  const heard = new Set([...agreed, ...dissenting]);
  const silent = network.providers.map(({ name }) => name).filter((name) => !heard.has(name));
  return { value: winner.value, agreed, dissenting, silent };
}

/** A call's outcome, agreed on. Nodes word the same revert differently: its data is compared, not its message. */
export function agreeOnCall(
  network: Network,
  what: string,
  call: Call,
  block: BlockRef,
  overrides?: StateOverrides,
): Promise<Answers<CallOutcome>> {
  return agree<CallOutcome>(
    network,
    what,
    (provider) => callAt(provider, call, block, overrides),
    ({ ok, data }) => [ok, data],
  );
}

/** Settles when all have answered, or `GRACE_MS` after a quorum has. Who is late by then is left out. */
async function askAll<T>(network: Network, ask: (provider: Provider) => Promise<T>): Promise<Said<T>[]> {
  const said: Said<T>[] = [];
  await new Promise<void>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const heard = (one: Said<T>) => {
      said.push(one);
      if (said.length === network.providers.length) {
        clearTimeout(timer);
        resolve();
      } else if (said.filter(({ ok }) => ok).length >= network.quorum) {
        timer ??= setTimeout(resolve, GRACE_MS);
      }
    };
    for (const provider of network.providers) {
      ask(provider).then(
        (value) => heard({ provider: provider.name, ok: true, value }),
        (error: unknown) => heard({ provider: provider.name, ok: false, error }),
      );
    }
  });
  // In the order in which they are configured: what is said of them reads the same each time.
  const order = network.providers.map(({ name }) => name);
  return [...said].sort((a, b) => order.indexOf(a.provider) - order.indexOf(b.provider));
}

/** Every answer that came, for what no quorum is needed: a list of estimates, of receipts. */
export async function askEach<T>(
  network: Network,
  ask: (provider: Provider) => Promise<T>,
): Promise<{ provider: string; value: T }[]> {
  const said = await askAll(network, ask);
  return said.flatMap((one) => (one.ok ? [{ provider: one.provider, value: one.value }] : []));
}

/**
 * The newest block that a quorum of providers can know: the second highest head, so that neither one that is ahead of
 * the truth nor one that is stuck decides. Throws `UserError` `wrong_chain`, `RetryableError`.
 */
export async function pinHead(network: Network): Promise<Block> {
  const said = await askAll(network, async (provider) => {
    const [chainId, block] = await Promise.all([
      provider.request("eth_chainId", []),
      provider.request("eth_getBlockByNumber", ["latest", false]),
    ]);
    return { chainId: Number(Quantity.parse(chainId)), block: Block.parse(block) };
  });
  const heads: Block[] = [];
  for (const one of said) {
    if (one.ok && one.value.chainId === network.chainId) heads.push(one.value.block);
  }
  for (const one of said) {
    if (!one.ok || one.value.chainId === network.chainId) continue;
    // Where enough others serve the right chain, one that does not is left out, and named: it must not stop a pause.
    if (heads.length < network.quorum) throw wrongChain(network, one.provider, one.value.chainId);
    doubtChain(network, one.provider, one.value.chainId);
  }
  heads.sort((a, b) => (a.number === b.number ? 0 : a.number > b.number ? -1 : 1));
  const head = newestKnown(heads, network.quorum);
  if (heads.length === 0) throw nobodyAnswered(network, "the newest block", said);
  if (head === undefined) throw tooFew(network, "the newest block", said);
  for (const one of said) {
    const behind = one.ok ? head.number - one.value.block.number : 0n;
    if (one.ok && one.value.chainId === network.chainId && behind >= LAG_BLOCKS) {
      doubtLag(network, one.provider, `is ${behind} blocks behind: at ${one.value.block.number}, not ${head.number}`);
    }
  }
  return head;
}

/** So many blocks behind the others is no hesitation between two polls. */
const LAG_BLOCKS = 3n;

/**
 * Of heads from high to low: the highest that a quorum has as its own, unless so many are above it that a quorum must
 * know a newer one. A single provider's invented block is passed over where two others stand at a true one.
 */
function newestKnown(heads: Block[], quorum: number): Block | undefined {
  const nth = heads[quorum - 1];
  const shared = heads.find(({ hash }) => heads.filter((other) => other.hash === hash).length >= quorum);
  return shared !== undefined && nth !== undefined && shared.number >= nth.number ? shared : nth;
}

function nobodyAnswered<T>(network: Network, what: string, said: Said<T>[]): RetryableError {
  return new RetryableError(`No RPC provider of ${network.name} answered when asked for ${what}: ${reasons(said)}`, {
    cause: said.find((one) => !one.ok)?.error,
  });
}

function tooFew<T>(network: Network, what: string, said: Said<T>[]): RetryableError {
  const answered = said.filter(({ ok }) => ok).map(({ provider }) => provider);
  return new RetryableError(
    `Only ${answered.join(", ")} answered when asked for ${what} on ${network.name}; two must agree. ${reasons(said)}`,
  );
}

function reasons<T>(said: Said<T>[]): string {
  return said.flatMap((one) => (one.ok ? [] : [`${one.provider}: ${messageOf(one.error)}`])).join(" ");
}

interface Side {
  who: string[];
  value: unknown;
}

function sidesOf<T>(groups: Said<T>[][]): Side[] {
  return groups.map((said) => ({
    who: said.map(({ provider }) => provider),
    value: said[0]?.ok ? said[0].value : undefined,
  }));
}

function disagreement(network: Network, what: string, sides: Side[]): UserError {
  return new UserError(
    "providers_disagree",
    `The RPC providers of ${network.name} disagree about ${what}: ${sayDifferences(sides)}.`,
    `Compare with a block explorer, take the wrong one out of RPC_URLS_${network.chainId}, and add a third.`,
    { chainId: network.chainId, what },
  );
}

function wrongChain(network: Network, provider: string, chainId: number): UserError {
  return new UserError(
    "wrong_chain",
    `${provider} serves chain ${chainId}, and the plan says ${network.chainId} (${network.name}).`,
    `Correct RPC_URLS_${network.chainId}: every address in it must serve ${network.name}.`,
    { provider, expected: network.chainId, actual: chainId },
  );
}
