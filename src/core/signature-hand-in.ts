import type { ContractOwner } from "./chain-port.ts";
import { UserError } from "./errors.ts";
import type { Address, Hex, ProposalId } from "./ids.ts";
import { getPause, mustCollect, onPause } from "./on-pause.ts";
import type { SignatureForm, SignatureVia } from "./pause-shapes.ts";
import { includesAddress, type Pause, sameAddress, validConfirmations } from "./pause-state.ts";
import type { App, Cause } from "./ports.ts";
import { usersOf } from "./roster.ts";
import type { GivenSignature } from "./signature-file.ts";
import { judgeSignature, type OtherProposal, partsOf } from "./signature-judge.ts";
import type { TimelineEvent } from "./timeline.ts";

/** What came of one signature that was handed in. */
export type Outcome =
  | { kind: "counted"; owner: Address }
  /** It was here already: no news, and no fault. */
  | { kind: "known"; owner: Address }
  /** One owner of a nested Safe: `have` of the `need` that this Safe asks for. */
  | { kind: "part"; owner: Address; signer: Address; have: number; need: number }
  | { kind: "refused"; code: string; why: string; remedy: string; owner?: Address };

export interface HandedIn {
  where: string;
  outcome: Outcome;
}

type Way = Exclude<SignatureVia, "chain">;

/**
 * Counts what of these signatures counts. Each is judged for itself: a bad one spoils no good one. All that counts is
 * recorded at once; when that completes what a `when-ready` plan asks for, the execution is requested in the same breath.
 * Throws only where nothing can be said of any: an unknown proposal, a resolved incident, no RPC where one is needed.
 */
export async function handInSignatures(
  app: App,
  cause: Cause,
  { proposal, given, via }: { proposal: ProposalId; given: readonly GivenSignature[]; via: Way },
): Promise<{ pause: Pause; handedIn: HandedIn[] }> {
  const before = await getPause(app, proposal);
  const around = surroundings(app, before);
  const judged: { where: string; candidate: Candidate }[] = [];
  for (const one of given) judged.push({ where: one.where, candidate: await judge(app, before, one, around) });
  const nested = judged.some(({ candidate }) => candidate.kind === "part") ? await around.nested() : [];
  let handedIn: HandedIn[] | undefined;
  const count = (pause: Pause) => {
    const counting = startCounting(pause, nested, via);
    handedIn = judged.map(({ where, candidate }) => ({ where, outcome: counting.add(candidate) }));
    return counting.events;
  };
  const pause = await onPause(app, await creditSigner(app, cause, judged, via), proposal, count);
  // A redelivered act decides nothing: what it brought the first time is known by now.
  if (handedIn === undefined) count(pause);
  return { pause, handedIn: handedIn ?? [] };
}

type Candidate =
  | { kind: "confirmation"; owner: Address; signature: Hex; form?: SignatureForm }
  | { kind: "part"; owner: Address; signer: Address; signature: Hex }
  | Extract<Outcome, { kind: "refused" }>;

interface Surroundings {
  nested: () => Promise<ContractOwner[]>;
  others: () => Promise<OtherProposal[]>;
}

function surroundings(app: App, pause: Pause): Surroundings {
  let nested: Promise<ContractOwner[]> | undefined;
  const isOther = (other: Pause) =>
    other.id !== pause.id && sameAddress(other.facts.safe.address, pause.facts.safe.address);
  return {
    nested: () => {
      nested ??= app.chain.contractOwners(pause);
      return nested;
    },
    others: async () => {
      const all = (await app.journal.incidents()).flatMap(({ pauses }) => pauses);
      return all.filter(isOther).map(({ id, facts }) => ({ id, safeTxHash: facts.safeTxHash }));
    },
  };
}

async function judge(
  app: App,
  pause: Pause,
  { read, claimed }: GivenSignature,
  around: Surroundings,
): Promise<Candidate> {
  switch (read.kind) {
    case "unreadable":
      return refused("malformed_signature", read.why, "Copy it from the wallet again, or sign on the signing page.");
    case "approval":
      return refused(
        "only_a_claim",
        `It says that ${read.owner} approved on the chain. Anybody can write that.`,
        "Approvals are read from the chain itself, and counted there.",
        read.owner,
      );
    case "contract":
      return judgeContract(app, pause, read);
    case "ecdsa":
      return judgeEcdsa(pause, read.signature, claimed, around);
    default:
      return read satisfies never;
  }
}

async function judgeEcdsa(
  pause: Pause,
  signature: Hex,
  claimed: Address | undefined,
  around: Surroundings,
): Promise<Candidate> {
  try {
    const judged = await judgeSignature(pause, signature, around);
    if (judged.kind === "owner") return { ...judged, kind: "confirmation" };
    if (judged.kind === "part") return judged;
    const said =
      claimed === undefined || sameAddress(claimed, judged.signer) ? "" : ` The file says that it is ${claimed}'s.`;
    return refused("not_an_owner", judged.why + said, judged.remedy, judged.signer);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return refused(error.code, error.message, error.remedy);
  }
}

async function judgeContract(
  app: App,
  pause: Pause,
  { owner, signature }: { owner: Address; signature: Hex },
): Promise<Candidate> {
  if (includesAddress(pause.safe.owners, owner)) {
    const answer = await app.chain.checkContractSignature(pause, { owner, signature });
    if (answer.ok) return { kind: "confirmation", owner, signature, form: "contract" };
    const remedy = "Have it sign again for this proposal, or let it call approveHash on the chain.";
    return refused("contract_refuses", `The contract ${owner} does not stand by it: ${answer.why}`, remedy, owner);
  }
  const why = `It is a contract's, ${owner}, which is not an owner of ${pause.facts.safe.label}.`;
  return refused("not_an_owner", why, "Compare the Safe on the card with the one that was signed for.", owner);
}

function refused(code: string, why: string, remedy: string, owner?: Address): Extract<Outcome, { kind: "refused" }> {
  return { kind: "refused", code, why, remedy, ...(owner && { owner }) };
}

/** Decides over one candidate after the other, each with those before it counted. Pure. */
function startCounting(pause: Pause, nested: ContractOwner[], via: Way) {
  const events: TimelineEvent[] = [];
  const owners = pause.confirmations.map(({ owner }) => owner);
  const proposal = pause.id;
  const over = refusalOf(pause);
  /** An owner contract by address, with those of its own owners whose signatures are in. */
  const signersFor = new Map<string, Address[]>();

  function addPart({ owner, signer, signature }: Extract<Candidate, { kind: "part" }>): Outcome {
    const contract = nested.find((one) => sameAddress(one.owner, owner));
    if (contract?.safe === undefined) throw new Error(`${owner} is no nested Safe of ${proposal}.`);
    const signers = signersFor.get(owner) ?? partsOf(pause, contract).map((part) => part.signer);
    signersFor.set(owner, signers);
    if (includesAddress(owners, owner) || includesAddress(signers, signer)) return { kind: "known", owner: signer };
    if (over !== undefined) return over;
    events.push({ kind: "pause.part_signed", proposal, owner, signer, signature, via });
    signers.push(signer);
    return { kind: "part", owner, signer, have: signers.length, need: contract.safe.threshold };
  }

  function addConfirmation({ owner, signature, form }: Extract<Candidate, { kind: "confirmation" }>): Outcome {
    if (includesAddress(owners, owner)) return { kind: "known", owner };
    if (over !== undefined) return over;
    const known = pause.safe.owners.find((one) => sameAddress(one, owner));
    if (known === undefined) {
      const why = `This signature over ${proposal} is ${owner}'s, which is no longer an owner of ${pause.facts.safe.label}.`;
      return refused("not_an_owner", why, "Another owner has to sign.", owner);
    }
    events.push({ kind: "pause.confirmed", proposal, owner: known, signature, ...(form && { form }), via });
    owners.push(known);
    return { kind: "counted", owner: known };
  }

  function add(candidate: Candidate): Outcome {
    switch (candidate.kind) {
      case "refused":
        return candidate;
      case "part":
        return addPart(candidate);
      case "confirmation":
        return addConfirmation(candidate);
      default:
        return candidate satisfies never;
    }
  }
  return { events, add };
}

/** Why nothing is collected any more, if so. */
function refusalOf(pause: Pause): Extract<Outcome, { kind: "refused" }> | undefined {
  try {
    mustCollect(pause);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return refused(error.code, error.message, error.remedy);
  }
}

/** On the page nobody says who they are: a signature is credited to whoever speaks for its owner in chat. */
async function creditSigner(app: App, cause: Cause, judged: { candidate: Candidate }[], via: Way): Promise<Cause> {
  const [only] = judged;
  if (via !== "page" || judged.length !== 1 || only?.candidate.kind !== "confirmation") return cause;
  const [user] = usersOf(await app.journal.state("roster"), only.candidate.owner);
  return { ...cause, by: user ?? cause.by };
}

/** `3 of 5` as a proposal now stands. */
export function haveOf(pause: Pause): string {
  return `${validConfirmations(pause).length} of ${pause.safe.threshold}`;
}
