import { hashTypedData, hexToBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { signHash } from "../../src/core/curve.ts";
import type { Address, Hex } from "../../src/core/ids.ts";
import { linkTypedData } from "../../src/core/link-challenge.ts";
import { type LoadedPlan, ResponsePlan } from "../../src/core/plan.ts";

/** The plan that every seeded story lives under: two Safes of one executor, three owners, two contracts. */
export const CHAIN = 31337;
export const THRESHOLD = 2;

const keys: Hex[] = [1, 2, 3].map((n): Hex => `0x${String(n).padStart(64, "0")}`);
export const ownerAddresses: Address[] = keys.map((key) => privateKeyToAccount(key).address);

export interface Intervention {
  key: string;
  safeKey: string;
  safe: Address;
  target: Address;
}
const address = (digit: string): Address => `0x${digit.repeat(40)}`;
/** Two on one Safe, so that one nonce is wanted twice; one on another, so that the executor's nonces are. */
export const interventions: Intervention[] = [
  { key: "pause-vault", safeKey: "ops", safe: address("1"), target: address("a") },
  { key: "pause-router", safeKey: "ops", safe: address("1"), target: address("b") },
  { key: "pause-oracle", safeKey: "treasury", safe: address("2"), target: address("c") },
];

/** Signer `n` holds owner key `n`, and has an account in both chats. */
export const signers = ["ana", "emil", "chidi"];
export const people = ["noor", "sofia", ...signers];
export const accountOf = (who: string, chat: string) => `${chat}:U0${who.toUpperCase()}`;

export function worldPlan(execute: "by-press" | "when-ready"): LoadedPlan {
  const person = (name: string) => ({ name, slack: `U0${name.toUpperCase()}`, discord: discordId(name) });
  const planned = interventions.map(({ key, safeKey, target }) => [
    key,
    {
      title: `Pause ${key}`,
      safe: safeKey,
      target,
      targetLabel: key,
      dialect: "openzeppelin-pausable",
      effectProbe: { label: "deposit()", from: target, call: "deposit(uint256)", arguments: ["1"] },
      exitProbe: { label: "withdraw()", from: target, call: "withdraw(uint256)", arguments: ["1"] },
      stillWorks: ["withdraw()"],
      acknowledgements: 1,
      execute,
    },
  ]);
  return {
    hash: "9f3a".repeat(16),
    ...ResponsePlan.parse({
      version: 1,
      organisation: "Example",
      reviewed: "2026-11-01",
      channels: { alerts: { slack: "C0ALERTS", discord: "900" } },
      people: {
        noor: { ...person("noor") },
        sofia: { ...person("sofia"), roles: ["incident commander"] },
        ...Object.fromEntries(signers.map((name) => [name, person(name)])),
        ana: { ...person("ana"), roles: ["decision maker"] },
      },
      onCall: ["noor"],
      chains: { [CHAIN]: { name: "Model" } },
      safes: {
        ops: { chain: CHAIN, address: address("1") },
        treasury: { chain: CHAIN, address: address("2") },
      },
      interventions: Object.fromEntries(planned),
      playbooks: { critical: "active-exploit" },
      // Short enough that calls go up while it is killed, and long enough that people come first now and then.
      escalation: [
        { who: ["noor", "ana"], answerWithin: "20s" },
        { who: ["sofia"], answerWithin: "30s" },
        { who: ["emil"], answerWithin: "25s" },
      ],
      severities: {
        critical: {
          page: { upTo: 3 },
          updateEvery: "4m",
          roles: ["incident commander", "scribe", "communications lead"],
        },
        high: { page: { upTo: 2, answerWithin: "15s" }, updateEvery: "9m", roles: ["operations"] },
      },
      closing: "afterwards",
      risks: {
        oracle: { title: "The oracle stalls", likelihood: "low", impact: "high" },
        bridge: { title: "The bridge is late", likelihood: "medium", impact: "low" },
      },
    }),
  };
}

/** The account that a person of the plan has in a chat. */
export function userOn(chat: string, who: string): string {
  return chat === "discord" ? `discord:${discordId(who)}` : `slack:U0${who.toUpperCase()}`;
}

/** Whose account this is, in either chat. */
export function personAt(user: string): string | undefined {
  return people.find((who) => ["slack", "discord"].some((chat) => userOn(chat, who) === user));
}

function discordId(name: string): string {
  return `1${[...name].map((letter) => String(letter.charCodeAt(0)).padStart(3, "0")).join("")}`.padEnd(18, "0");
}

const signed = new Map<string, Hex>();

/** What an owner's wallet signs; made once per process, since every story asks for the same few. */
export async function signatureOf(owner: number, hash: Hex): Promise<Hex> {
  const known = signed.get(`${owner}/${hash}`);
  if (known !== undefined) return known;
  const { r, s, yParity } = await signHash(hash, hexToBytes(keys[owner] ?? "0x"));
  const signature: Hex = `${r}${s.slice(2) as Hex}${yParity === 0 ? "1b" : "1c"}`;
  signed.set(`${owner}/${hash}`, signature);
  return signature;
}

export async function linkOf(owner: number, user: string) {
  const challenge = { user, name: user, nonce: String(owner).repeat(32), expires: "2036-01-01T00:00:00.000Z" };
  return { challenge, signature: await signatureOf(owner, hashTypedData(linkTypedData(challenge))) };
}
