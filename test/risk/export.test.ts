import { describe, expect, it } from "vitest";
import type { Platform } from "../../src/chat/platform.ts";
import { RefusedError } from "../../src/core/errors.ts";
import { seedRisks } from "../../src/core/risk.ts";
import { exportRisks } from "../../src/core/risk-export.ts";
import { verifyRisks } from "../../src/core/risk-verify.ts";
import { createChatDelivery } from "../../src/outbox/chat-effects.ts";
import { memoryChat } from "../memory-chat.ts";
import { openRiskStory, riskPlan, seeds } from "./world.ts";

const GENERAL = "slack:T1/C0GENERAL";

async function withRisks() {
  const story = openRiskStory({ plan: riskPlan({ risks: seeds }) });
  await seedRisks(story.app);
  await story.type("U0NOOR", "risk add high high The | bridge <b>halts</b> --owner sofia --mitigation '*Pause* it'");
  await story.type("U0SOFIA", "risk update RISK-0001 mitigated Two oracles since <!channel>");
  return story;
}

/** The story's workspace, and what it was given. `refuses` is the channel that takes no files. */
async function deliverAll(story: Awaited<ReturnType<typeof withRisks>>, refuses?: string) {
  const chat = memoryChat("slack");
  const platform: Platform = chat.make(() => undefined);
  const { upload } = platform;
  platform.upload = async (at, file) => {
    if (at === refuses) throw new RefusedError("not_in_channel", "Allstop is not in that channel.", "Invite it.");
    return upload(at, file);
  };
  const deliver = createChatDelivery(story.app, new Map([["slack", platform]]));
  for (const owed of story.owed.due("chat/slack", story.app.clock.now().getTime())) {
    await deliver(owed, new AbortController().signal);
  }
  return chat;
}

describe("An export of the register", () => {
  it("is two files, where it was asked for", async () => {
    const story = await withRisks();
    await story.press("U0NOOR", "risk export", {}, { where: `${GENERAL}/1700000000.000100` });
    const { files } = await deliverAll(story);
    expect(files.map(({ at, name }) => [at, name])).toEqual([
      [GENERAL, "risks.md"],
      [GENERAL, "risks.json"],
    ]);
    expect(files[0]?.content).toMatchInlineSnapshot(`
      "# Risk register

      3 risks, 2 of them open, as of 2026-11-21 03:00:00 UTC. What weighs most comes first.

      | Risk | What can go wrong | Likelihood | Impact | Status | Owner | Incidents |
      | --- | --- | --- | --- | --- | --- | --- |
      | RISK-0003 | The \\| bridge \\<b\\>halts\\</b\\> it' | high | high | open | Sofia | – |
      | RISK-0002 | A signer loses the key | low | high | open | nobody | – |
      | RISK-0001 | The oracle stalls | medium | high | mitigated | Noor | – |

      ## RISK-0003: The \\| bridge \\<b\\>halts\\</b\\> it'

      Added 2026-11-21 03:00:00; last changed 2026-11-21 03:00:00 UTC.

      > '\\*Pause\\*

      ## RISK-0002: A signer loses the key

      Added 2026-11-21 03:00:00, from the response plan (\`keys\`); last changed 2026-11-21 03:00:00 UTC.

      > Five owners, three needed.

      ## RISK-0001: The oracle stalls

      Added 2026-11-21 03:00:00, from the response plan (\`oracle\`); last changed 2026-11-21 03:00:00 UTC.

      Nothing is done about it so far.

      Last note, 2026-11-21 03:00:00, Sofia:

      > Two oracles since \\<\\!channel\\>

      ## History

      | # | When (UTC) | What |
      | --- | --- | --- |
      | 1 | 2026-11-21 03:00:00 | Allstop added RISK-0001: The oracle stalls (likelihood medium, impact high, open) |
      | 2 | 2026-11-21 03:00:00 | Allstop added RISK-0002: A signer loses the key (likelihood low, impact high, open) |
      | 3 | 2026-11-21 03:00:00 | Noor added RISK-0003: The \\| bridge \\<b\\>halts\\</b\\> it' (likelihood high, impact high, open) |
      | 4 | 2026-11-21 03:00:00 | Sofia updated RISK-0001 (status: mitigated): Two oracles since \\<\\!channel\\> |

      ---
      Head of the hash chain: event 4, \`58c86cd98259236edcc6590e19f64a4854d2d661c628d07505a95357784da88c\`. Check the JSON export with \`allstop verify\`.
      "
    `);
  });

  it("goes to whoever asked, directly, where Allstop may not write", async () => {
    const story = await withRisks();
    await story.press("U0NOOR", "risk export", {}, { where: GENERAL });
    const { files, words } = await deliverAll(story, GENERAL);
    expect(files.map(({ at }) => at)).toEqual(["slack:W1/D-U0NOOR", "slack:W1/D-U0NOOR"]);
    expect(words("D-U0NOOR").join()).toContain("not_in_channel");
  });

  it("can be checked by whoever holds it, and shows what was changed, cut off or made up", async () => {
    const story = await withRisks();
    const { json } = await exportRisks(story.app);
    const file = JSON.parse(json.content);
    expect(verifyRisks(file)).toEqual({ ok: true, events: 4, risks: 3, head: file.head.hash });
    const lies: [(copy: typeof file) => unknown, number | undefined][] = [
      [({ events }) => Object.assign(events[2].event, { impact: "low" }), 3],
      [({ events }) => events.splice(1, 1), 2],
      [({ events }) => events.pop(), 4],
      [({ risks }) => Object.assign(risks[0], { status: "closed" }), undefined],
      [({ risks }) => Object.assign(risks[0], { seen: true }), undefined],
      [({ risks }) => risks.pop(), undefined],
      [(copy) => Object.assign(copy, { format: "allstop-risks/9" }), undefined],
    ];
    for (const [lie, seq] of lies) {
      const copy = structuredClone(file);
      lie(copy);
      expect(verifyRisks(copy)).toMatchObject({ ok: false, ...(seq && { seq }) });
    }
  });
});
