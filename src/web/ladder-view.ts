import { getAddress } from "viem";
import type { Address } from "../core/ids.ts";
import { isReady, livingRungs, type Rung, type RungSet, validSignatures } from "../core/ladder-state.ts";
import { includesAddress, sameAddress } from "../core/pause-state.ts";
import { plain } from "./html.ts";
import type { WebApp } from "./web-app.ts";

/** What changes on a page of rungs while owners sign. The page shows it first, and asks for it again. */
export interface LadderView {
  tone: "info" | "good" | "warning";
  happening: string;
  todo: string;
  canSign: boolean;
  rungs: RungView[];
  owners: { owner: Address; name?: string }[];
}

export interface RungView {
  nonce: string;
  /** `open` takes signatures still, `ready` has enough and takes more, `used` can never run. */
  state: "open" | "ready" | "used";
  count: string;
  /** Who has signed it, of those who own the Safe now. */
  signed: Address[];
  /** The same, in words. */
  who: string;
}

/** @param ownerName asked once per owner. */
export async function ladderView(set: RungSet, ownerName: WebApp["ownerName"]): Promise<LadderView> {
  const owners = await Promise.all(
    set.safe.owners.map(async (owner) => {
      const name = await ownerName(owner);
      return { owner: getAddress(owner), ...(name !== undefined && { name: plain(name) }) };
    }),
  );
  const living = livingRungs(set);
  return {
    ...words(set),
    canSign: living.length > 0 && set.invalid === undefined,
    rungs: set.rungs.map((rung) => rungView(set, rung, owners)),
    owners,
  };
}

function rungView(set: RungSet, rung: Rung, owners: LadderView["owners"]): RungView {
  const signed = validSignatures(set, rung).map(({ owner }) => getAddress(owner));
  const state = !livingRungs(set).includes(rung) ? "used" : isReady(set, rung) ? "ready" : "open";
  const nameOf = (owner: Address) => owners.find((one) => sameAddress(one.owner, owner))?.name ?? owner;
  const missing = set.safe.owners.filter((owner) => !includesAddress(signed, owner));
  return {
    nonce: rung.nonce,
    state,
    count: `${signed.length} of ${set.safe.threshold} signatures`,
    signed,
    who:
      state === "used"
        ? "The Safe has used this nonce: it can never run."
        : signed.length === 0
          ? "Nobody has signed yet."
          : `Signed: ${signed.map(nameOf).join(", ")}.${missing.length > 0 ? ` Not yet: ${missing.map(nameOf).join(", ")}.` : ""}`,
  };
}

function words(set: RungSet): Pick<LadderView, "tone" | "happening" | "todo"> {
  const living = livingRungs(set);
  if (living.length === 0) {
    return {
      tone: "warning",
      happening: "The Safe has used all of these nonces.",
      todo: "Nothing is left to sign here. Ask in chat for new ones: /ladder collect.",
    };
  }
  if (set.invalid !== undefined) {
    return {
      tone: "warning",
      happening: `Do not sign these now. ${plain(set.invalid.why)}`,
      todo: plain(set.invalid.remedy),
    };
  }
  const open = living.filter((rung) => !isReady(set, rung));
  if (open.length === 0) {
    return {
      tone: "good",
      happening: `All ${living.length} have enough signatures.`,
      todo: "Nothing is needed. One more owner's signatures are a reserve, should somebody leave the Safe.",
    };
  }
  return {
    tone: "info",
    happening: `${open.length} of ${living.length} wait for more owners.`,
    todo: "Compare the check words with chat. Then sign one after another; compare the hashes on your wallet's screen each time. You can stop and go on later.",
  };
}
