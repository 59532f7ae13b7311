import type { Stage } from "./stage.ts";

/** The main job, as eight people live it: declare, room, playbook, signers, pause, verified, resolve, export. */
export async function story(people: Stage): Promise<string> {
  const { step, say, press, submit, sign, sees, react } = people;

  await step("Declares the incident through the form", "Noor", async () => {
    await say("noor", "general", "/incident declare");
    await submit("noor", {
      severity: "critical",
      title: "Vault-USDC is being drained",
      description: "Shares are redeemed for more than they are worth, since about two minutes.",
    });
  });
  const room = await step("The private room opens", "Allstop", () => people.channelOf("inc-"));
  const id = /^inc-\d+/.exec(room)?.[0].toUpperCase() ?? "";
  await step("The card is in the room, and #security-alerts knows", "Allstop", async () => {
    await sees("noor", room, id);
    await sees("emil", "security-alerts", id);
  });

  await step("Is called, and is on it", "Noor", () => press("noor", room, "I'm on it"));
  await step("Starts the playbook", "Sofia", () => press("sofia", room, "Start the playbook"));
  const found = await step("Says what was found, and pins it to the timeline", "Noor", async () => {
    const message = await say(
      "noor",
      room,
      "The attacker borrows, donates to the vault, and redeems. Three times so far.",
    );
    if (message !== undefined) await react("tomas", room, message.ts, "pushpin");
    return message;
  });
  if (found !== undefined) await sees("noor", room, "Step 1");
  await step("Completes the first step", "Sofia", () => press("sofia", room, "Complete"));
  await step("Proposes the pause that the plan names", "Sofia", async () => {
    await press("sofia", room, "Propose a pause…");
    await submit("sofia", { intervention: "pause-vault", reason: "Money is leaving." });
    await sees("ana", room, "P-0001");
  });

  for (const who of ["ana", "chidi"]) {
    await step("Compares the card and acknowledges", name(who), () => press(who, room, "Acknowledge"));
  }
  for (const who of ["chidi", "ana", "emil"]) {
    await step("Signs on the signing page", name(who), () => sign(who, room));
  }
  await step("Presses Execute", "Sofia", async () => {
    await sees("sofia", room, "READY TO EXECUTE");
    await press("sofia", room, "Execute");
  });
  await step("The pause is in a block, and verified", "Allstop", () => sees("noor", room, "PAUSED, and verified"));
  await step("Says that the bleeding stopped", "Sofia", () => press("sofia", room, "Bleeding stopped"));
  await step("The pause is final", "Allstop", () => sees("noor", room, "PAUSED (final)"));
  await step("Resolves, and the timeline is exported", "Sofia", async () => {
    await press("sofia", room, "Resolve…");
    await submit("sofia", {
      summary: "Deposits were paused before the fourth round. The rounding bug is fixed in review.",
    });
    await people.until("two files are in the room", () => people.files(room).length >= 2);
  });
  return id;
}

function name(who: string): string {
  return who.charAt(0).toUpperCase() + who.slice(1);
}
