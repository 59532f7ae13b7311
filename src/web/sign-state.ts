import { getAddress } from "viem";
import { actWords, isPause } from "../core/act-words.ts";
import type { ContractOwner } from "../core/chain-port.ts";
import type { Address } from "../core/ids.ts";
import {
  includesAddress,
  isCollecting,
  missingFor,
  type Pause,
  type PauseStatus,
  sameAddress,
  statusOf,
  validAcknowledgements,
  validConfirmations,
} from "../core/pause-state.ts";
import { plain } from "./html.ts";
import { contractOf, type NestedState, nestedState, sayNested } from "./nested-state.ts";
import type { WebApp } from "./web-app.ts";

/** What changes on a signing page while people sign. The page shows it first, and asks for it again every two seconds. */
export interface SignState {
  proposal: string;
  status: PauseStatus;
  tone: "info" | "good" | "warning" | "danger";
  /** Three answers for a person in a hurry: what is happening, what do I do now, what happens if I press this. */
  happening: string;
  todo: string;
  /** Absent when there is nothing left to press. */
  effect?: string;
  canSign: boolean;
  /** Counted apart: a promise in chat is worth nothing on-chain. */
  signatures: Count;
  acknowledgements: Count;
  owners: OwnerState[];
  /** Where the transaction can be looked at. */
  transaction?: { hash: string; url?: string };
}

export interface Count {
  have: number;
  need: number;
}

/** What one owner has given. Those who signed and were removed since are listed too, with `isOwner` false. */
export interface OwnerState {
  owner: Address;
  name?: string;
  isOwner: boolean;
  signature: Mark;
  acknowledgement: Mark;
  /** Of an owner that is a contract. */
  nested?: NestedState;
}

export interface Mark {
  state: "yes" | "no" | "waiting";
  text: string;
}

/** @param ownerName asked once per owner. */
export async function signState(
  pause: Pause,
  ownerName: WebApp["ownerName"],
  contracts: readonly ContractOwner[] = [],
): Promise<SignState> {
  const canSign = isCollecting(pause) && !isOvertaken(pause);
  const owners = [...pause.safe.owners, ...formerSigners(pause)];
  return {
    proposal: pause.id,
    status: statusOf(pause),
    ...wordsFor(pause),
    canSign,
    signatures: { have: validConfirmations(pause).length, need: pause.safe.threshold },
    acknowledgements: { have: validAcknowledgements(pause).length, need: pause.facts.acknowledgementsRequired },
    owners: await Promise.all(
      owners.map(async (owner) => {
        const name = await ownerName(owner);
        const contract = contractOf(contracts, owner);
        const nested = contract && nestedState(pause, contract);
        return {
          owner: getAddress(owner),
          name: name === undefined ? undefined : plain(name),
          isOwner: includesAddress(pause.safe.owners, owner),
          signature: signatureMark(pause, owner, canSign, nested),
          acknowledgement: acknowledgementMark(pause, owner, canSign),
          ...(nested && { nested }),
        };
      }),
    ),
    transaction: transactionOf(pause),
  };
}

function signatureMark(
  { confirmations, safe }: Pause,
  owner: Address,
  canSign: boolean,
  nested: NestedState | undefined,
): Mark {
  const signed = confirmations.find((one) => sameAddress(one.owner, owner));
  if (signed === undefined) {
    const missing = nested === undefined ? "signature missing" : sayNested(nested);
    return { state: "waiting", text: canSign ? missing : "did not sign" };
  }
  const how = signed.form === "approved" ? "approved on the chain" : "signed";
  if (includesAddress(safe.owners, owner)) return { state: "yes", text: `${how} ${clockTime(signed.at)}` };
  return { state: "no", text: "signed, but is no longer an owner: does not count" };
}

function acknowledgementMark({ acknowledgements, declines }: Pause, owner: Address, canSign: boolean): Mark {
  const yes = acknowledgements.find((one) => sameAddress(one.owner, owner));
  if (yes) return { state: "yes", text: `acknowledged ${clockTime(yes.at)}` };
  const no = declines.find((one) => sameAddress(one.owner, owner));
  if (no) return { state: "no", text: `declined: ${plain(no.reason)}` };
  return { state: "waiting", text: canSign ? "acknowledgement missing" : "did not acknowledge" };
}

function formerSigners({ confirmations, safe }: Pause): Address[] {
  return confirmations.map(({ owner }) => owner).filter((owner) => !includesAddress(safe.owners, owner));
}

/** The Safe has used the nonce for something else; nothing signed here can run any more. */
function isOvertaken({ safe, facts }: Pause): boolean {
  return BigInt(safe.nonce) > BigInt(facts.safeTx.nonce);
}

type Words = Pick<SignState, "tone" | "happening" | "todo" | "effect">;

function wordsFor(pause: Pause): Words {
  const { facts, id } = pause;
  const target = facts.target.label;
  const status = statusOf(pause);
  switch (status) {
    case "collecting":
    case "ready":
      return isOvertaken(pause) ? overtaken(pause) : collecting(pause, status);
    case "requested":
    case "signed":
    case "broadcast":
      if (pause.blocked !== undefined) {
        return {
          tone: "warning",
          happening: `Not sent yet. ${plain(pause.blocked.why)}`,
          todo: plain(pause.blocked.remedy),
        };
      }
      return {
        tone: "info",
        happening: `Enough owners have signed, and the ${actWords(facts.act).noun} is being sent.`,
        todo: "Nothing is left to sign. Follow it in the incident's room.",
      };
    case "included":
      return {
        tone: "info",
        happening: `The transaction is in block ${pause.included?.blockNumber}. ${isPause(pause) ? `Whether ${target} is paused` : "Its effect"} is being checked.`,
        todo: "Nothing is left to sign. Wait for the check.",
      };
    case "verified":
    case "safe":
    case "final":
      return {
        tone: "good",
        happening: isPause(pause)
          ? `PAUSED. ${target} is paused since block ${pause.verified?.blockNumber}${finality(status)}.`
          : `${actWords(facts.act).done}, and proven in block ${pause.verified?.blockNumber}${finality(status)}.`,
        todo: "Nothing is left to sign.",
      };
    case "failed":
      return {
        tone: "danger",
        happening: `${id} ${isPause(pause) ? `did not pause ${target}` : "did not work"}. ${plain(pause.failed?.why ?? "")}`,
        todo: `Do not sign it. ${plain(pause.failed?.remedy ?? "")}`,
      };
    case "withdrawn":
      return {
        tone: "warning",
        happening: `${id} was withdrawn: ${plain(pause.withdrawn?.reason ?? "")}`,
        todo: "Do not sign it. If another proposal took its place, the incident's room links to it.",
      };
    default:
      return status satisfies never;
  }
}

function collecting(pause: Pause, status: "collecting" | "ready"): Words {
  const atOnce = pause.facts.execute === "when-ready";
  const costs = "It counts your signature. It sends no transaction and costs no gas.";
  const reserve = `${costs} Yours is kept in reserve, should another owner's stop counting.`;
  if (status === "ready") {
    return {
      tone: "good",
      happening: "Ready. All signatures and acknowledgements are there.",
      todo: atOnce
        ? `Nothing: the ${actWords(pause.facts.act).noun} is being sent.`
        : "Somebody in the incident's room presses Execute.",
      effect: reserve,
    };
  }
  const happening = `Waiting for ${missingFor(pause).join(" and ")}.`;
  if (validConfirmations(pause).length >= pause.safe.threshold) {
    return {
      tone: "info",
      happening: `Enough owners have signed. ${happening}`,
      todo: "Acknowledge in chat, if you haven't. A signature is not an acknowledgement.",
      effect: reserve,
    };
  }
  return {
    tone: "info",
    happening,
    todo: "Compare the check words with chat. Sign with an owner's wallet, and compare the hashes on its screen.",
    effect: `${costs} ${atOnce ? "With the last one it is sent at once." : "It is sent when somebody presses Execute in chat."}`,
  };
}

function overtaken({ id, facts, safe }: Pause): Words {
  return {
    tone: "danger",
    happening: `${id} can no longer run: it needs nonce ${facts.safeTx.nonce}, and the Safe has moved on to ${safe.nonce}.`,
    todo: "Do not sign it. Propose the pause again in the incident's room.",
  };
}

function finality(status: "verified" | "safe" | "final"): string {
  return status === "verified" ? "" : status === "safe" ? ", and the block is safe" : ", and the block is final";
}

function transactionOf({ included, attempts, facts, failed }: Pause): SignState["transaction"] {
  const sent = attempts.filter((attempt) => attempt.broadcastAt !== undefined).at(-1);
  const hash = included?.transactionHash ?? failed?.transactionHash ?? sent?.transactionHash;
  if (hash === undefined) return undefined;
  const explorer = facts.chain.explorer?.replace(/\/+$/, "");
  return { hash, url: explorer === undefined ? undefined : `${explorer}/tx/${hash}` };
}

function clockTime(at: string): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
