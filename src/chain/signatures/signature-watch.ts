import { messageOf } from "../../core/errors.ts";
import type { Address, Hex, ProposalId } from "../../core/ids.ts";
import { includesAddress, type Pause, sameAddress } from "../../core/pause-state.ts";
import type { ChainSignatures } from "../../core/signature-chain.ts";
import type { Network } from "../network.ts";
import type { Block } from "../wire.ts";
import { type Approval, type ApprovalLog, findApprovals, readApprovals } from "./approvals.ts";
import { askOwnerContract } from "./contract-signature.ts";

/** Told what is new, resolves with the owners that are counted now. Told again at the next head when it rejects. */
export type OnSignatures = (proposal: ProposalId, news: ChainSignatures) => Promise<readonly Address[]>;

/** What the chain says of the owners' words, as of one head: all of it that an execution may rest on. */
export interface Standing {
  /** Owners whose approval the Safe holds. */
  approved: readonly Address[];
  /** Contract signatures that their owners stand by. */
  contracts: readonly { owner: Address; signature: Hex }[];
}

export interface SignatureWatch {
  /** Looks at this proposal on every head from now on. What its timeline counts already is no news. */
  follow(pause: Pause): void;
  forget(proposal: ProposalId): void;
  /** A contract owner stood by this signature just now. */
  remember(proposal: ProposalId, signed: { owner: Address; signature: Hex }): void;
  /** Looks at one head. Never throws: what could not be read stays as it was last seen. */
  look(head: Block, ownersOf: (pause: Pause) => readonly Address[]): Promise<void>;
  /** As of the last look; undefined before the first. */
  standing(proposal: ProposalId): Standing | undefined;
}

interface Followed {
  pause: Pause;
  /** Owners by address whose approval was told, and not taken back since. */
  told: Map<string, Address>;
  contracts: { owner: Address; signature: Hex }[];
  standing: Standing | undefined;
}

/** A log may come to light some blocks late, in a reorg or from a provider that lags. */
const OVERLAP_BLOCKS = 8n;
/** So often every owner's entry is read, whatever the logs say. */
const READ_ALL_EVERY_BLOCKS = 25n;
/** How far back the transactions of earlier approvals are looked for. Most providers answer so much in one go. */
const LOOK_BACK_BLOCKS = 2_000n;

/**
 * Follows approvals and contract signatures of one chain's proposals. In most blocks it costs one question about logs for
 * all proposals together, and one about each approval or contract signature that is counted: those can go as they came.
 */
export function watchSignatures({
  network,
  onSignatures,
}: {
  network: Network;
  onSignatures?: OnSignatures | undefined;
}): SignatureWatch {
  const followed = new Map<ProposalId, Followed>();
  let last: Block | undefined;
  let readAllAt: bigint | undefined;
  let hadNoLogs = false;
  let looking: Promise<void> | undefined;
  let next: { head: Block; ownersOf: (pause: Pause) => readonly Address[] } | undefined;

  async function look(head: Block, ownersOf: (pause: Pause) => readonly Address[]): Promise<void> {
    const entries = [...followed.values()];
    const isNew = head.hash !== last?.hash || entries.some(({ standing }) => standing === undefined);
    if (entries.length === 0 || !isNew) return;
    const all = readAllAt === undefined || head.number - readAllAt >= READ_ALL_EVERY_BLOCKS || !follows(head, last);
    const fresh = entries.filter(({ standing }) => all || standing === undefined);
    const known = distinct([
      ...fresh.flatMap(({ pause }) => ownersOf(pause).map((owner) => approvalOf(pause, owner))),
      ...entries.flatMap(({ pause, told }) => [...told.values()].map((owner) => approvalOf(pause, owner))),
    ]);
    // In one batch with the logs, and with all else that is read at this head; only what is new is asked about after it.
    const [found, ofKnown] = await Promise.all([
      findLogs(entries, head, fresh.length > 0),
      readApprovals(network, known, head),
    ]);
    const logs = found ?? [];
    const more = found ?? entries.flatMap(({ pause }) => ownersOf(pause).map((owner) => approvalOf(pause, owner)));
    const ofMore = await readApprovals(network, distinct([...known, ...more]).slice(known.length), head);
    const held = [...ofKnown, ...ofMore];
    for (const entry of entries) await settle(entry, head, held, logs);
    last = head;
    if (all) readAllAt = head.number;
  }

  /** One at a time. Of the heads that come meanwhile only the newest is looked at. */
  async function lookOn(): Promise<void> {
    for (let one = next; one !== undefined; one = next) {
      next = undefined;
      try {
        await look(one.head, one.ownersOf);
      } catch (error) {
        network.log?.warn({ chainId: network.chainId, error: messageOf(error) }, "Approvals could not be read.");
      }
    }
    looking = undefined;
  }

  /** Undefined where providers give no logs: then nothing says where to look, and every owner's entry is read. */
  async function findLogs(entries: Followed[], head: Block, backwards: boolean): Promise<ApprovalLog[] | undefined> {
    const reach = backwards || last === undefined ? LOOK_BACK_BLOCKS : head.number - last.number + OVERLAP_BLOCKS;
    const from = head.number > reach ? head.number - reach : 0n;
    const safes = [...new Set(entries.map(({ pause }) => pause.facts.safe.address))];
    const hashes = [...new Set(entries.map(({ pause }) => pause.facts.safeTxHash))];
    try {
      return await findApprovals(network, { safes, hashes }, { from, to: head });
    } catch (error) {
      if (!hadNoLogs) {
        const facts = { chainId: network.chainId, error: messageOf(error) };
        network.log?.warn(facts, "No logs of approvals can be had: each owner's approval is read instead.");
      }
      hadNoLogs = true;
      return undefined;
    }
  }

  async function settle(entry: Followed, head: Block, held: Approval[], logs: (Approval & { transactionHash: Hex })[]) {
    const { pause, told } = entry;
    const approved = held.filter((one) => isOf(one, pause)).map(({ owner }) => owner);
    const asked = [...entry.contracts];
    const verdicts = await Promise.all(asked.map((signed) => askOwnerContract(network, pause, signed, head)));
    const lapsed = [
      ...[...told.values()]
        .filter((owner) => !includesAddress(approved, owner))
        .map((owner) => ({ owner, why: `its approval is not on the chain as of block ${head.number}.` })),
      ...verdicts.flatMap((verdict, index) => {
        const signed = asked[index];
        return verdict.ok || signed === undefined ? [] : [{ owner: signed.owner, why: verdict.why }];
      }),
    ];
    const isGone = (owner: Address) => lapsed.some((one) => sameAddress(one.owner, owner));
    // One may have been remembered while these were asked.
    const contracts = entry.contracts.filter((signed) => !asked.includes(signed) || !isGone(signed.owner));
    entry.standing = { approved, contracts };
    const news = approved
      .filter((owner) => !told.has(owner.toLowerCase()))
      .map((owner) => ({ owner, transactionHash: transactionOf(pause, owner, logs) }));
    if (news.length === 0 && lapsed.length === 0) return;
    const counted = (await onSignatures?.(pause.id, { approved: news, lapsed })) ?? [];
    entry.contracts = contracts;
    for (const { owner } of lapsed) told.delete(owner.toLowerCase());
    for (const { owner } of news) if (includesAddress(counted, owner)) told.set(owner.toLowerCase(), owner);
  }

  return {
    follow(pause) {
      const fresh: Followed = { pause, told: new Map(), contracts: [], standing: undefined };
      const { told, contracts } = followed.get(pause.id) ?? fresh;
      for (const { owner, form, signature } of pause.confirmations) {
        if (form === "approved") told.set(owner.toLowerCase(), owner);
        const isKnown = contracts.some((one) => sameAddress(one.owner, owner));
        if (form === "contract" && !isKnown) contracts.push({ owner, signature });
      }
      if (!followed.has(pause.id)) followed.set(pause.id, fresh);
    },
    forget: (proposal) => void followed.delete(proposal),
    remember(proposal, signed) {
      const entry = followed.get(proposal);
      if (entry === undefined) return;
      const others = entry.contracts.filter(({ owner }) => !sameAddress(owner, signed.owner));
      entry.contracts = [...others, signed];
      entry.standing = { approved: entry.standing?.approved ?? [], contracts: entry.contracts };
    },
    look(head, ownersOf) {
      next = { head, ownersOf };
      looking ??= lookOn();
      return looking;
    },
    standing: (proposal) => followed.get(proposal)?.standing,
  };
}

/** Whether nothing can lie between this head and the last one but blocks that were added. */
function follows(head: Block, last: Block | undefined): boolean {
  if (last === undefined || head.number < last.number) return false;
  if (head.number === last.number) return head.hash === last.hash;
  return head.number > last.number + 1n || head.parentHash === last.hash;
}

function approvalOf({ facts }: Pause, owner: Address): Approval {
  return { safe: facts.safe.address, safeTxHash: facts.safeTxHash, owner };
}

function isOf({ safe, safeTxHash }: Approval, { facts }: Pause): boolean {
  return sameAddress(safe, facts.safe.address) && safeTxHash.toLowerCase() === facts.safeTxHash.toLowerCase();
}

function distinct(approvals: Approval[]): Approval[] {
  const byKey = new Map(
    approvals.map(({ safe, safeTxHash, owner }) => {
      const approval = { safe, safeTxHash, owner };
      return [`${safe}${safeTxHash}${owner}`.toLowerCase(), approval] as const;
    }),
  );
  return [...byKey.values()];
}

function transactionOf(pause: Pause, owner: Address, logs: (Approval & { transactionHash: Hex })[]): Hex | undefined {
  return logs.findLast((log) => isOf(log, pause) && sameAddress(log.owner, owner))?.transactionHash;
}
