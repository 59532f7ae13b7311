import { privateKeyToAccount } from "viem/accounts";
import { expect, it } from "vitest";
import { exportIncident } from "../../src/core/export.ts";
import type { Address, Hex } from "../../src/core/ids.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import { startTestChain } from "../../src/sandbox/chain/index.ts";
import { startLocalService } from "../chain/signatures/local-service.ts";
import { newSafe, pausingSafe } from "../chain/signatures/matrix.ts";
import { approveByKey } from "../chain/signatures/nested.ts";
import { openWorld, type World } from "./world.ts";

const DELEGATE = `0x${"77".repeat(32)}` as const;

it("pauses with a signature of every kind, each by its own way, and says which can be checked where", async () => {
  const base = await startTestChain();
  const [ana, bao, chidi, dara, emil] = base.owners as readonly [Address, Address, Address, Address, Address];
  const child = await newSafe(base, { owners: [dara, emil], threshold: 2 });
  const safe = await pausingSafe(base, { owners: [ana, bao, chidi, child], threshold: 4 });
  const chain = { ...base, safe, owners: [ana, bao, chidi, child] };
  const delegates = [privateKeyToAccount(DELEGATE).address];
  const service = await startLocalService({ chainId: chain.chainId, delegates });
  const safeService = { urls: { [chain.chainId]: service.url }, proposerPrivateKey: DELEGATE, pollMs: 100 };
  const world = await openWorld(chain, { change: { acknowledgements: 0 }, safeService });
  try {
    const { people, bot } = world;
    const room = await world.declare();
    await world.propose(room);
    const pause = async () => (await world.incident()).pauses[0]!;
    const { facts } = await pause();

    // Ana signs in Safe's own interface, where the delegate has put the proposal.
    await expect.poll(() => service.rows.has(facts.safeTxHash), { timeout: 15_000 }).toBe(true);
    const byAna = await people.signatureBy("ana", room);
    service.confirm(facts.safeTxHash, ana, byAna);
    // Bao's comes from an offline tool, in a file that also holds Ana's.
    await people.must("noor", {
      do: "send",
      channel: people.roomId("noor", room),
      text: `/pause confirm P-0001 ${byAna} ${await people.signatureBy("bao", room)}`,
    });
    // Chidi approves on the chain.
    await approveByKey(chain, await pause(), chidi);
    // The fourth owner is a Safe itself: two of its own owners sign for it on the page.
    for (const who of ["dara", "emil"]) await signFor(world, child, who);

    await people.sees("sofia", room, "READY TO EXECUTE");
    const ways = (await pause()).confirmations.map(({ owner, form = "ecdsa", via }) => [owner, form, via]);
    expect(ways).toContainEqual([chidi, "approved", "chain"]);
    expect(ways).toContainEqual([child, "contract", "page"]);
    expect(ways).toHaveLength(4);
    await people.press("sofia", room, "Execute");
    await people.sees("noor", room, "PAUSED, and verified");

    const { json } = await exportIncident(bot.app, "INC-0001", async (user) => user);
    const verdict = await verifyTimeline(json.content);
    expect(verdict).toMatchObject({ ok: true, signatures: 6 });
    const rests = verdict.ok ? verdict.onChain.map((one) => one.rests) : [];
    expect(rests).toHaveLength(4);
    expect(rests.join("\n")).toContain(`${chidi} approved P-0001 on the chain, in 0x`);
    world.expectHealthy();
  } finally {
    await world.close();
    await service.close();
    await base.close();
  }
});

/** What the page does for an account that owns a Safe which is an owner. */
async function signFor({ bot, people, chain }: World, child: Address, who: string): Promise<void> {
  const page = new URL(bot.app.links.sign("P-0001"));
  const api = new URL(`/api${page.pathname}`, page.origin);
  const typedData = await (await fetch(`${api}/nested/${child}/typed-data.json`)).json();
  const signature: Hex = await chain.wallet.signTypedData(people.idOf(who), typedData as never);
  const answer = await fetch(api, {
    method: "POST",
    headers: { "content-type": "application/json", origin: page.origin },
    body: JSON.stringify({ signature }),
  });
  expect(answer.status).toBe(200);
}
