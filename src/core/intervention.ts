import { z } from "zod";
import { Duration } from "./duration.ts";
import { Address, Hex } from "./ids.ts";
import { Submission } from "./pause-shapes.ts";
import { Role, Severity } from "./severity.ts";

/**
 * What the plan can do on a chain, one shape for each family of contracts ("dialect"). Every argument of every call
 * stands here: chat names an intervention and never adds a value to it.
 */
export const Key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Use lowercase letters, digits and hyphens, 40 at most, such as pause-vault.");

export const Sentence = z.string().trim().min(1).max(300);

const FunctionSignature = z
  .string()
  .regex(/^[A-Za-z_]\w*\([^)]*\)$/, "Write the function's signature, such as deposit(uint256,address).");

/** A read-only call used to prove an effect: `deposit(uint256,address)` from somebody who could do it before. */
export const Probe = z.strictObject({
  label: Sentence.describe("What people call it, such as deposit()"),
  target: Address.optional().describe("Contract to call; the intervention's target if left out"),
  from: Address.describe("An account for which the call works in peace time"),
  call: FunctionSignature.describe("Function signature"),
  arguments: z.array(z.union([z.string(), z.number(), z.boolean()])).default([]),
});
export type Probe = z.output<typeof Probe>;

/** A bytes32, such as a topic or a role: 0x and 64 hex digits. */
const Bytes32 = Hex.refine((value) => value.length === 66, "Write 0x and 64 hex digits.");

/** The largest number that a uint256 holds. Some contracts read it as "all", and others as itself. */
const UINT256_MAX = 2n ** 256n - 1n;

const Amount = z
  .string()
  .regex(/^[1-9]\d{0,77}$/, "Write a whole number above zero, in quotes, in the token's smallest units.")
  .refine(
    (value) => BigInt(value) < UINT256_MAX,
    "Write the amount itself: whether the largest number means all of it differs from contract to contract.",
  );

/** People or rotations of the plan, or roles in the incident. */
const Authorities = z
  .array(z.union([Role, Key]))
  .min(1)
  .max(20);

const common = {
  title: Sentence.describe("What people read, such as Pause Vault-USDC"),
  safe: Key.describe("The Safe that holds the authority"),
  target: Address.describe("The contract that is stopped"),
  targetLabel: Sentence,
  scope: z.enum(["module", "contract", "protocol"]).default("contract"),
  stillWorks: z.array(Sentence).min(1).describe("What users can still do afterwards"),
  trigger: Sentence.optional().describe("The evidence that justifies it"),
  limits: z
    .strictObject({
      longestPause: Duration.optional().describe("How long it may last before it is extended or lifted"),
      severityAtLeast: Severity.optional().describe("It is proposed at this severity, or a worse one"),
      legalReview: z.enum(["none", "before", "after"]).default("none").describe("Whether legal looks at it, and when"),
    })
    .optional()
    .describe("How far it may go"),
  who: z
    .strictObject({
      initiate: Authorities.optional().describe("Who may propose it; any responder if left out"),
      extend: Authorities.optional().describe("Who decides that it goes on"),
      resume: Authorities.optional().describe("Who decides that it ends"),
    })
    .optional()
    .describe("Who decides. Signatures are the owners' all the same"),
  submission: Submission.optional().describe("Where the transaction goes first; everywhere at once if left out"),
  finalCheck: z
    .enum(["beside", "before"])
    .optional()
    .describe("Whether the final check runs beside the sending, as speed comes first, or before it"),
};

const RevertsWith = z
  .array(Sentence)
  .describe("How a stopped call reverts: a custom error such as EnforcedPause(), or the reason as a text");

const probes = {
  effectProbe: Probe.describe("Works today, must revert once it took effect"),
  exitProbe: Probe.describe("Works today, must still work afterwards"),
};

const pause = {
  ...common,
  ...probes,
  revertsWith: RevertsWith.default([]),
  acknowledgements: z.number().int().min(0).max(50).default(1),
  execute: z.enum(["by-press", "when-ready"]).default("by-press"),
};

export const Intervention = z.discriminatedUnion("dialect", [
  z.strictObject({ dialect: z.literal("openzeppelin-pausable"), ...pause }),
  z.strictObject({
    dialect: z.literal("set-paused"),
    ...pause,
    getter: FunctionSignature.default("paused()").describe("Says whether it is paused, as a bool"),
    revertsWith: RevertsWith.min(1),
  }),
  z.strictObject({
    dialect: z.literal("pause-topic"),
    ...pause,
    topic: Bytes32.describe("What pause(bytes32) is given"),
    getter: FunctionSignature.default("paused(bytes32)").describe("Says of a topic whether it is paused, as a bool"),
    revertsWith: RevertsWith.min(1),
  }),
  z.strictObject({
    dialect: z.literal("access-manager"),
    ...pause,
    manager: Address.describe("The AccessManager that closes the target"),
  }),
  z.strictObject({
    dialect: z.literal("optimism-superchain-config"),
    ...pause,
    identifier: Address.describe("What pause(address) is given; the zero address pauses the whole superchain"),
  }),
  z.strictObject({
    dialect: z.literal("lido-pausable-until"),
    ...pause,
    duration: z
      .number()
      .int()
      .min(1)
      .max(31_536_000)
      .describe("For how many seconds, after which it resumes by itself"),
  }),
  z.strictObject({
    dialect: z.literal("lido-gate-seal"),
    ...pause,
    gateSeal: Address.describe("The GateSeal that pauses the target; it works once"),
    also: z.array(Address).max(7).default([]).describe("Further contracts that the same seal pauses"),
  }),
  z.strictObject({
    dialect: z.literal("aave-v3-pool"),
    ...pause,
    configurator: Address.describe("The PoolConfigurator of the pool"),
  }),
  z.strictObject({
    dialect: z.literal("aave-v3-reserve"),
    ...pause,
    configurator: Address.describe("The PoolConfigurator of the pool"),
    reserve: Address.describe("The asset whose reserve is paused"),
  }),
  z.strictObject({
    dialect: z.literal("compound-v2-market"),
    ...pause,
    action: z.enum(["mint", "borrow"]),
    cToken: Address.describe("The market that is stopped"),
  }),
  z.strictObject({
    dialect: z.literal("compound-v2-comptroller"),
    ...pause,
    action: z.enum(["transfer", "seize"]),
  }),
  z.strictObject({
    dialect: z.literal("comet"),
    ...pause,
    supply: z.boolean(),
    transfer: z.boolean(),
    withdraw: z.boolean(),
    absorb: z.boolean(),
    buy: z.boolean(),
  }),
  /** Takes a right away from an account. Not a pause: nothing is stopped for anybody else. */
  z.strictObject({
    dialect: z.literal("revoke-role"),
    ...pause,
    role: Bytes32.describe("The role as bytes32"),
    roleLabel: Sentence.optional().describe("What people call the role, such as MINTER_ROLE"),
    account: Address.describe("Who loses the role"),
  }),
  /** Moves money, so it is not fail-safe: never signed ahead of time, never sent without a press. */
  z.strictObject({
    dialect: z.literal("emergency-withdraw"),
    ...common,
    token: Address.describe("The ERC-20 token that is moved"),
    tokenLabel: Sentence.optional().describe("What people call the token, such as USDC"),
    recipient: Address.describe("Where it goes"),
    recipientLabel: Sentence.optional().describe("Whose address that is, such as treasury Safe"),
    amount: Amount.describe("How much, in the token's smallest units"),
    minimumReceived: Amount.optional().describe("The least that must arrive, where the token takes a fee"),
    acknowledgements: z.number().int().min(1).max(50).default(2),
    execute: z.literal("by-press").default("by-press"),
  }),
]);
export type Intervention = z.output<typeof Intervention>;

export type DialectName = Intervention["dialect"];

/** The plan's intervention of one dialect. */
export type Planned<D extends DialectName> = Extract<Intervention, { dialect: D }>;

/** What kind of act it is. Only a pause fails safe, so only a pause may be signed ahead of time. */
export const interventionKinds = ["pause", "withdraw", "revoke"] as const;
export type InterventionKind = (typeof interventionKinds)[number];

export function kindOf({ dialect }: Pick<Intervention, "dialect">): InterventionKind {
  if (dialect === "emergency-withdraw") return "withdraw";
  return dialect === "revoke-role" ? "revoke" : "pause";
}

/**
 * Why a signature over this must not be gathered before it is needed; undefined when it may be. A call that could undo
 * another pause by the time it is sent does not fail safe, although it is a pause.
 */
export function whyNotSignedAhead(intervention: Intervention): string | undefined {
  switch (intervention.dialect) {
    case "emergency-withdraw":
      return "It moves money.";
    case "revoke-role":
      return "It takes a role away.";
    case "comet": {
      const { supply, transfer, withdraw, absorb, buy } = intervention;
      if (supply && transfer && withdraw && absorb && buy) return undefined;
      return "It sets all five flags of Comet, so sent later it could lift a pause that was set meanwhile.";
    }
    default:
      return undefined;
  }
}

/** The plan's probes; a withdrawal has none, for its proof is in the balances. */
export function probesOf(intervention: Intervention): { effectProbe: Probe; exitProbe: Probe } | undefined {
  if (intervention.dialect === "emergency-withdraw") return undefined;
  const { effectProbe, exitProbe } = intervention;
  return { effectProbe, exitProbe };
}

/** Every address that stands in an intervention, with where it stands. */
export function addressesOf(intervention: Intervention): { path: (string | number)[]; address: Address }[] {
  const own = Object.entries(intervention).flatMap(([name, value]) => {
    if (name === "also" && Array.isArray(value)) {
      return value.flatMap((item, index) => (isAddress(item) ? [{ path: [name, index], address: item }] : []));
    }
    return isAddress(value) ? [{ path: [name], address: value }] : [];
  });
  const found = probesOf(intervention);
  if (found === undefined) return own;
  const ofProbes = Object.entries(found).flatMap(([name, { target, from }]) => [
    ...(target === undefined ? [] : [{ path: [name, "target"], address: target }]),
    { path: [name, "from"], address: from },
  ]);
  return [...own, ...ofProbes];
}

function isAddress(value: unknown): value is Address {
  return typeof value === "string" && /^0x[0-9a-fA-F]{40}$/.test(value);
}
