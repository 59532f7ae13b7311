import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { exportIncident, type TimelineFile } from "../../src/core/export.ts";
import type { Address, Hex } from "../../src/core/ids.ts";
import type { Pause } from "../../src/core/pause-state.ts";
import { hashSafeMessage, messageForOwner } from "../../src/core/signature-message.ts";
import { packSignatures } from "../../src/core/signature-pack.ts";
import type { TimelineEvent } from "../../src/core/timeline.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import { openStory, owners } from "../story.ts";

async function exported(): Promise<{ file: TimelineFile; markdown: string }> {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is <!channel> *draining* [x](http://evil)");
  await story.type("U0NOOR", "playbook start active-exploit");
  await story.type("U0NOOR", "playbook complete");
  await story.type("U0NOOR", "pause propose pause-vault");
  for (const index of [0, 1, 2]) await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(index)}`);
  await story.type("U0NOOR", "incident note check the bridge --action");
  const files = await exportIncident(story.app, "INC-0001", async (user) => user);
  return { file: JSON.parse(files.json.content), markdown: files.markdown.content };
}
const check = (file: TimelineFile) => verifyTimeline(JSON.stringify(file));

/** An incident with these further facts on it, exported. */
async function exportedWith(add: (pause: Pause) => Promise<TimelineEvent[]>): Promise<TimelineFile> {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "pause propose pause-vault");
  const events = await add((await story.incident()).pauses[0]!);
  await story.journal.record("incident/INC-0001", { by: "chain:31337" }, () => ({ events, effects: [] }));
  return JSON.parse((await exportIncident(story.app, "INC-0001", async (user) => user)).json.content);
}

describe("a confirmation that is no key's", () => {
  const nested = owners[4]!.address;
  const keys = [privateKeyToAccount(`0x${"21".repeat(32)}`), privateKeyToAccount(`0x${"22".repeat(32)}`)];
  const approved = {
    kind: "pause.confirmed",
    proposal: "P-0001",
    owner: nested,
    form: "approved",
    via: "chain",
  } as const;

  async function parts(pause: Pause) {
    const { safeMessageHash: hash } = hashSafeMessage(31337, nested, messageForOwner("1.4.1", pause.facts));
    return Promise.all(
      keys.map(async (key) => ({
        kind: "pause.part_signed" as const,
        proposal: "P-0001",
        owner: nested,
        signer: key.address,
        signature: await key.sign({ hash }),
        via: "page" as const,
      })),
    );
  }
  const packed = (signed: { signer: Address; signature: Hex }[]) => ({
    kind: "pause.confirmed" as const,
    proposal: "P-0001",
    owner: nested,
    form: "contract" as const,
    signature: packSignatures(
      signed.map(({ signer, signature }) => ({ owner: signer, signature })),
      signed.length,
    ),
    via: "page" as const,
  });

  it("is said to rest on the chain where an owner approved there", async () => {
    const transactionHash = `0x${"cd".repeat(32)}` as const;
    const file = await exportedWith(async () => [{ ...approved, signature: "0x", transactionHash }]);
    expect(await check(file)).toMatchObject({
      ok: true,
      signatures: 0,
      onChain: [{ rests: expect.stringContaining(`in ${transactionHash}: look for the Safe's ApproveHash`) }],
    });
    const stuffed = await exportedWith(async () => [{ ...approved, signature: "0x12", transactionHash }]);
    expect(await check(stuffed)).toMatchObject({ ok: false, why: expect.stringContaining("and has a signature") });
  });

  it("is checked down to the keys where a nested Safe's owners signed", async () => {
    const file = await exportedWith(async (pause) => {
      const signed = await parts(pause);
      return [...signed, packed(signed)];
    });
    const verdict = await check(file);
    expect(verdict).toMatchObject({ ok: true, signatures: 4 });
    expect(verdict.ok && verdict.onChain.map(({ rests }) => rests)).toEqual([
      expect.stringContaining(`${keys[0]!.address} signed P-0001 for the Safe ${nested}`),
      expect.stringContaining(`${keys[1]!.address} signed P-0001 for the Safe ${nested}`),
      expect.stringContaining("that they owned it then, and were enough"),
    ]);
  });

  it("does not verify with a part of another key, or with a key that signed no part", async () => {
    const swapped = await exportedWith(async (pause) => {
      const [one, two] = await parts(pause);
      return [{ ...one!, signature: two!.signature }];
    });
    expect(await check(swapped)).toMatchObject({ ok: false, kind: "pause.part_signed" });
    const foreign = await exportedWith(async (pause) => {
      const [one, two] = await parts(pause);
      return [one!, packed([one!, two!])];
    });
    expect(await check(foreign)).toMatchObject({ ok: false, why: expect.stringContaining(keys[1]!.address) });
  });
});

describe("an exported timeline", () => {
  it("verifies, with every signature", async () => {
    const { file } = await exported();
    expect(await check(file)).toMatchObject({ ok: true, events: file.events.length, signatures: 3 });
  });

  it("names the event that was changed", async () => {
    const { file } = await exported();
    const event = file.events[0]!.event;
    if (event.kind === "incident.declared") event.title = "Nothing happened";
    expect(await check(file)).toMatchObject({ ok: false, seq: 1, kind: "incident.declared" });
  });

  it("names the event that was removed, and where two were swapped", async () => {
    const { file } = await exported();
    const removed = structuredClone(file);
    removed.events.splice(3, 1);
    expect(await check(removed)).toMatchObject({
      ok: false,
      seq: 4,
      why: expect.stringContaining("Event 4 is missing"),
    });
    const swapped = structuredClone(file);
    [swapped.events[2], swapped.events[3]] = [swapped.events[3]!, swapped.events[2]!];
    expect(await check(swapped)).toMatchObject({ ok: false, seq: 3 });
    const cut = structuredClone(file);
    cut.events.pop();
    expect(await check(cut)).toMatchObject({ ok: false, seq: file.events.length });
  });

  it("answers what is no timeline at all", async () => {
    expect(await verifyTimeline("nonsense")).toMatchObject({ ok: false, why: expect.stringContaining("not JSON") });
    expect(await verifyTimeline("{}")).toMatchObject({ ok: false, why: expect.stringContaining("not a timeline") });
  });

  it("prints what people wrote as they wrote it, formatting nothing", async () => {
    const { markdown } = await exported();
    expect(markdown).toContain("\\<\\!channel\\> \\*draining\\* \\[x\\](http\\://evil)");
    expect(markdown).toContain("- [ ] check the bridge");
    expect(markdown).toContain("### P-0001: Pause Vault-USDC (collecting)");
  });
});
