import { toHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import type { ContractOwner } from "../../src/core/chain-port.ts";
import { UserError } from "../../src/core/errors.ts";
import type { Address } from "../../src/core/ids.ts";
import { recoverLink } from "../../src/core/link-challenge.ts";
import { beginPause, foldPause, includesAddress, type Pause } from "../../src/core/pause-state.ts";
import { buildSafeTx, canonicalSignature, hashSafeTx, recoverOwner } from "../../src/core/safe-tx.ts";
import type { GivenSignature } from "../../src/core/signature-file.ts";
import type { HandedIn, Outcome } from "../../src/core/signature-hand-in.ts";
import { judgeSignature, partsOf } from "../../src/core/signature-judge.ts";
import { type EventOf, GENESIS_HASH, type StoredEvent, type TimelineEvent } from "../../src/core/timeline.ts";
import { createLinks } from "../../src/web/links.ts";
import { startWeb, type WebApp } from "../../src/web/server.ts";

export const SAFE = "0x1111111111111111111111111111111111111111";
export const VAULT = "0x2222222222222222222222222222222222222222";
export const NAMES = ["Ada", "Bashir", "Chioma", "Dmitri", "Esperanza"];
export const STARTED = new Date("2026-03-01T03:04:05.000Z");

/** Five keys that own the Safe, and the sixth that doesn't. */
export const accounts: PrivateKeyAccount[] = [1, 2, 3, 4, 5, 6].map((n) => privateKeyToAccount(toHex(n, { size: 32 })));
export const owners: Address[] = accounts.slice(0, 5).map(({ address }) => address);
export const stranger = accounts[5]!;

export function proposed(changes: Partial<EventOf<"pause.proposed">> = {}): EventOf<"pause.proposed"> {
  const chain = changes.chain ?? { id: 31337, name: "Sandbox" };
  const safeTx = changes.safeTx ?? buildSafeTx({ to: VAULT, data: "0x8456cb59", nonce: 7n });
  return {
    kind: "pause.proposed",
    proposal: "P-0007",
    intervention: "pause-vault",
    title: "Pause Vault-USDC",
    reason: "Shares are minted without deposits",
    planHash: "9f3a5d0c41b27e8890aa6f4be1d35c7720e4b8f6a1c93d5e7f0812b4c6d8e0fa",
    chain,
    safe: { address: SAFE, label: "ops-pause", version: "1.4.1", owners, threshold: 3 },
    target: { address: VAULT, label: "Vault-USDC" },
    call: { signature: "pause()", selector: "0x8456cb59" },
    safeTx,
    ...hashSafeTx(chain.id, SAFE, safeTx),
    simulation: { ok: true, detail: "after: paused() = true, deposit() reverts", providers: 3, of: 3 },
    observed: { blockNumber: "23456789", blockHash: `0x${"ab".repeat(32)}`, nonce: "7" },
    acknowledgementsRequired: 1,
    execute: "by-press",
    stillWorks: ["withdraw()", "redeem()"],
    ...changes,
  };
}

type PauseEvent = Parameters<typeof foldPause>[2];

/** The proposal after these facts. */
export function pauseAfter(events: PauseEvent[] = [], changes: Partial<EventOf<"pause.proposed">> = {}): Pause {
  const facts = proposed(changes);
  let pause = beginPause("INC-0042", stored(facts, 1), facts);
  events.forEach((event, index) => {
    pause = foldPause(pause, stored(event, index + 2), event);
  });
  return pause;
}

export function stored(event: TimelineEvent, seq: number): StoredEvent {
  const at = new Date(STARTED.getTime() + seq * 1000).toISOString();
  const by = "slack:U1";
  return {
    stream: "incident/INC-0042",
    seq,
    at,
    recordedAt: at,
    by,
    byName: "Ada",
    event,
    previousHash: GENESIS_HASH,
    hash: GENESIS_HASH,
  };
}

export const TRANSACTION = `0x${"cd".repeat(32)}` as const;

export const sent: PauseEvent[] = [
  { kind: "pause.execution_requested", proposal: "P-0007", cause: "press" },
  {
    kind: "pause.signed",
    proposal: "P-0007",
    attempt: 1,
    transactionHash: TRANSACTION,
    raw: "0x02",
    executor: stranger.address,
    nonce: 0,
    gas: "200000",
    maxFeePerGas: "1",
    maxPriorityFeePerGas: "1",
  },
  { kind: "pause.broadcast", proposal: "P-0007", transactionHash: TRANSACTION, routes: [] },
];

const block = { blockNumber: "23456800", blockHash: `0x${"ef".repeat(32)}` } as const;

export const included: PauseEvent = {
  kind: "pause.included",
  proposal: "P-0007",
  transactionHash: TRANSACTION,
  ...block,
  blockTime: "2026-03-01T03:09:00.000Z",
  gasUsed: "120000",
};

export const verified: PauseEvent = {
  kind: "pause.verified",
  proposal: "P-0007",
  transactionHash: TRANSACTION,
  ...block,
  checks: [{ name: "state", ok: true, detail: "paused() = true" }],
};

export function confirmed(owner: Address): PauseEvent {
  return { kind: "pause.confirmed", proposal: "P-0007", owner, signature: `0x${"11".repeat(64)}1b`, via: "page" };
}

export function acknowledged(owner: Address): PauseEvent {
  return { kind: "pause.acknowledged", proposal: "P-0007", owner };
}

export interface TestWeb {
  url: string;
  app: WebApp;
  /** The proposal as it stands; set it to change what the pages show. */
  pause: Pause;
  linked: { user: string; owner: Address }[];
  logged: string[];
  /** Owners of the Safe that are contracts, as the chain would say. */
  contracts: ContractOwner[];
  /** Moves the app's clock. */
  wait(ms: number): void;
  close(): Promise<void>;
}

/** What the bot itself would say of one signature. */
async function counted(pause: Pause, read: GivenSignature["read"], contracts: ContractOwner[]): Promise<Outcome> {
  const remedy = "Sign again with an owner's account.";
  if (read.kind !== "ecdsa") {
    const why = read.kind === "unreadable" ? read.why : "It can't be counted here.";
    return { kind: "refused", code: "malformed_signature", why, remedy };
  }
  const around = { nested: async () => contracts, others: async () => [] };
  const judged = await judgeSignature(pause, read.signature, around);
  if (judged.kind === "part") {
    const contract = contracts.find((one) => one.owner === judged.owner);
    const have = contract === undefined ? 0 : partsOf(pause, contract).length + 1;
    return { ...judged, have, need: contract?.safe?.threshold ?? 0 };
  }
  const owner = await recoverOwner(pause.facts.safeTxHash, canonicalSignature(read.signature));
  if (judged.kind === "stranger") {
    const why = `This signature is by ${owner}, which is not an owner of ops-pause, or it is over something else.`;
    return { kind: "refused", code: "not_an_owner", why, remedy, owner };
  }
  return {
    kind: includesAddress(
      pause.confirmations.map((one) => one.owner),
      owner,
    )
      ? "known"
      : "counted",
    owner,
  };
}

/** The real server over a small app that keeps one proposal in memory and counts only what recovers to an owner. */
export async function startTestWeb({ title = "Vault is draining" }: { title?: string } = {}): Promise<TestWeb> {
  let now = STARTED.getTime();
  let url = "http://127.0.0.1";
  let seq = 100;
  const links = createLinks({ publicUrl: () => url, secret: Buffer.alloc(32, 7), now: () => new Date(now) });
  const web: TestWeb = {
    url,
    pause: pauseAfter(),
    linked: [],
    contracts: [],
    logged: [],
    wait: (ms) => {
      now += ms;
    },
    app: {
      links,
      now: () => new Date(now),
      pause: async (proposal) => (proposal === web.pause.id ? web.pause : undefined),
      incidentTitle: async () => title,
      ownerName: async (owner) => NAMES[owners.indexOf(owner)],
      async handIn({ proposal, given, via }) {
        const handedIn: HandedIn[] = [];
        for (const { where, read } of given) {
          const outcome = await counted(web.pause, read, web.contracts);
          handedIn.push({ where, outcome });
          if (read.kind !== "ecdsa") continue;
          if (outcome.kind === "part") {
            const { owner, signer } = outcome;
            const { signature } = read;
            const part = { kind: "pause.part_signed", proposal, owner, signer, signature, via } as const;
            web.pause = foldPause(web.pause, stored(part, seq++), part);
          }
          if (outcome.kind !== "counted") continue;
          const { owner } = outcome;
          const event = { kind: "pause.confirmed", proposal, owner, signature: read.signature, via } as const;
          web.pause = foldPause(web.pause, stored(event, seq++), event);
        }
        return { pause: web.pause, handedIn };
      },
      contractOwners: async () => web.contracts,
      async link({ challenge, signature }) {
        const owner = await recoverLink(challenge, signature);
        if (!includesAddress(owners, owner)) {
          throw new UserError("not_an_owner", `${owner} owns no Safe in the plan.`, "Sign with your owner key.", {
            owner,
          });
        }
        web.linked.push({ user: challenge.user, owner });
        return { owner };
      },
    },
    close: async () => undefined,
  };
  const log = {
    info: () => undefined,
    error: (_facts: object, message: string) => {
      web.logged.push(message);
    },
  };
  const server = await startWeb({ port: 0, app: web.app, log });
  url = server.url;
  web.url = url;
  web.close = server.close;
  return web;
}

/** Path of a link, without the server's origin. */
export function tokenOf(link: string): string {
  return link.slice(link.lastIndexOf("/") + 1);
}

const Failure = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    remedy: z.string(),
    facts: z.record(z.string(), z.unknown()),
  }),
});

/** What the server says went wrong. */
export async function errorOf(answer: Response): Promise<z.output<typeof Failure>["error"]> {
  return Failure.parse(await answer.json()).error;
}
