import { describe, expect, it } from "vitest";
import { newestOf } from "./notes.ts";
import { sitDown, startBot, tempFolder, until } from "./rig.ts";

const ROOM = "terminal:local/INC-0001";

/** A bot with one incident, declared from a console that has left again. */
async function declared(folder = tempFolder()) {
  const bot = await startBot(folder);
  const first = sitDown({ socketPath: bot.socketPath, piped: true });
  first.input.end("incident declare critical Vault is draining\n");
  expect(await first.status).toBe(0);
  return bot;
}

describe("a person at the console", () => {
  it("declares, fills forms, presses buttons and follows what happens, without any chat", async () => {
    const bot = await startBot(tempFolder());
    const noor = sitDown({ socketPath: bot.socketPath });
    const banner = await noor.sees("No open incidents");
    expect(banner).toContain("You are Noor (noor).");
    expect(banner).toContain("the file's permission is all the authority there is");

    await noor.asks("allstop noor> ");
    noor.type("incident declare");
    await noor.sees("Declare an incident");
    expect(await noor.sees("4) Low")).toContain("1) Critical");
    noor.type("1");
    await noor.sees("What is happening");
    noor.type("");
    await noor.sees("This is needed.");
    noor.type("Vault is draining");
    await noor.sees("Several lines; an empty one ends it.");
    noor.type("Three withdrawals so far,");
    noor.type("all by one account.");
    noor.type("");
    await noor.asks("drill [y/N]: ");
    noor.type("");
    await noor.sees("INC-0001 is declared");
    const card = await noor.sees("[!!] INC-0001 Vault is draining");
    expect(card).toMatch(/ {2}\| Three withdrawals so far,\n {2}\| all by one account\./);
    expect(card).toContain("Commander  @Sofia");
    expect(await bot.incident()).toMatchObject({ declaredBy: "terminal:noor", severity: "critical", drill: false });
    await noor.asks("INC-0001 noor> ");

    // A second person sees what the first does, and the other way round.
    const sofia = sitDown({ socketPath: bot.socketPath, as: "sofia" });
    await sofia.sees("[!!] INC-0001 Vault is draining");
    noor.type("/incident note the attacker is back");
    await noor.sees("Done.");
    expect(await sofia.sees("the attacker is back")).toMatch(/#\d+ \d\d:\d\d Note\n {2}@Noor: the attacker is back/);
    sofia.type(sofia.button("Start the playbook"));
    await sofia.sees("R-0001");
    await noor.sees("Confirm that it is real");
    sofia.type("say I phone the owners");
    expect(await noor.sees("I phone the owners")).toMatch(/#\d+ \d\d:\d\d Sofia: I phone the owners/);
    sofia.type("quit");
    expect(await sofia.status).toBe(0);
  });

  it("puts what others say on the timeline, with its own words and time", async () => {
    const bot = await declared();
    const noor = sitDown({ socketPath: bot.socketPath });
    const sofia = sitDown({ socketPath: bot.socketPath, as: "sofia" });
    await noor.sees("Type help");
    await sofia.sees("Type help");
    sofia.type("say It began at 03:12, with 0xabc");
    const number = /#(\d+) .*It began at 03:12/.exec(await noor.sees("It began at"))?.[1];
    noor.type(`pin ${number}`);
    await noor.sees("Done.");
    await noor.sees("On the timeline");
    expect(await newestOf(bot, "message.captured")).toMatchObject({
      by: "terminal:noor",
      event: { author: "terminal:sofia", authorName: "Sofia", text: "It began at 03:12, with 0xabc", via: "reaction" },
    });
    noor.type(`unpin ${number}`);
    await noor.sees("Off the timeline");
    noor.type("pin 999");
    await noor.sees("There is no message #999.");
    noor.type(`reply ${number} Thank you`);
    await sofia.sees(`Noor (under #`);
  });

  it("is asked again for what was wrong, under its field, and keeps the rest; Ctrl-C breaks a form off", async () => {
    const bot = await declared();
    const noor = sitDown({ socketPath: bot.socketPath });
    await noor.sees("Type help");
    noor.type("incident assign");
    await noor.asks("role: ");
    noor.type("s");
    expect(await noor.sees("could be one of")).toContain("“s” could be one of");
    noor.type("scri");
    await noor.sees("2) Sofia (sofia)");
    noor.type("nobody");
    await noor.sees("There is no “nobody” here.");
    noor.type("@noor");
    await noor.sees("New scribe");
    expect((await bot.incident()).roles.scribe).toBe("terminal:noor");

    noor.type(noor.button("Note…"));
    await noor.asks("text: ");
    noor.key("half a thought\u0003");
    await noor.sees("The form was broken off. Nothing was sent.");
    noor.type("");
    await noor.asks("INC-0001 noor> ");
  });

  it("is told the door's own mistakes under the field, and asked for that field alone", async () => {
    const bot = await declared();
    await bot.type("terminal:noor", "pause propose pause-vault", { where: ROOM });
    const noor = sitDown({ socketPath: bot.socketPath });
    await noor.sees("Type help");
    noor.type("pause confirm");
    await noor.asks("signature: ");
    noor.type("0xnonsense");
    noor.type("");
    expect(await noor.sees(/^ {2}\S.*(hex|signature)/i)).toContain("signature");
    noor.key("\u0003");
    await noor.sees("The form was broken off.");
  });

  it("confirms what asks for it, and nothing else counts as yes", async () => {
    const bot = await declared();
    const card = {
      tone: "info" as const,
      title: "A card that asks first",
      body: [],
      buttons: [
        {
          label: "Mitigate",
          command: "incident status",
          input: { incident: "INC-0001", status: "mitigated" },
          confirm: { title: "Sure?", text: "This tells everybody.", yes: "Mitigate" },
        },
      ],
    };
    const noor = sitDown({ socketPath: bot.socketPath });
    await noor.sees("Type help");
    await bot.terminalPlatform().post(ROOM, card, { key: "asks" });
    await noor.sees("A card that asks first");
    noor.type(noor.button("Mitigate"));
    await noor.sees("Sure? This tells everybody.");
    noor.type("y");
    await noor.sees("It was not done.");
    expect((await bot.incident()).status).toBe("active");
    noor.type(noor.button("Mitigate"));
    await noor.sees("Sure?");
    noor.type("yes");
    await noor.sees("MITIGATED");
    expect((await bot.incident()).status).toBe("mitigated");
  });

  it("presses only what is still offered: a number never means another button", async () => {
    const bot = await declared();
    const noor = sitDown({ socketPath: bot.socketPath });
    await noor.sees("Type help");
    const stopped = noor.button("Bleeding stopped");
    noor.type(stopped);
    await noor.sees("Has the bleeding stopped?");
    noor.type("yes");
    // The answer and the changed card come in either order.
    await noor.sees(/MITIGATED.*changed|changed.*MITIGATED/s);
    noor.type(stopped);
    await noor.sees(`Button ${stopped} is no longer offered.`);
    noor.type("4711");
    await noor.sees("There is no button 4711.");
    noor.type("cards");
    const cards = await noor.sees("INC-0001 Vault is draining");
    expect(cards).not.toContain(`[${stopped}]`);
    expect(noor.button("Resolve…")).toMatch(/^\d+$/);
  });

  it("is never shown a control of somebody's words, and no number cut in two", async () => {
    const bot = await declared();
    const noor = sitDown({ socketPath: bot.socketPath, columns: 40, colour: true });
    await noor.sees("Type help");
    const hash = `0x${"ab".repeat(32)}`;
    await bot.type("terminal:sofia", `incident note \u001b[2J\u001b]0;owned\u0007 ${hash} \u202eevil`, { where: ROOM });
    const shown = await noor.sees("owned");
    expect(shown).toContain("[U+001B][2J[U+001B]]0;owned[U+0007]");
    expect(shown).toContain(hash);
    expect(shown).toContain("[U+202E]evil");
    expect(noor.raw()).not.toContain("\u001b]0;owned");
    expect(noor.raw()).not.toContain("\u001b[2J");
    expect(shown).toContain("\u001b[1m");
  });

  it("goes on by itself when the bot was restarted, and is shown the room anew", async () => {
    const folder = tempFolder();
    const bot = await declared(folder);
    const noor = sitDown({ socketPath: bot.socketPath, giveUpMs: 60_000 });
    await noor.sees("Type help");
    await bot.close();
    await noor.sees("The bot is gone.");
    noor.type("incident note said while nobody listened");
    const next = await startBot(folder);
    await noor.sees("The bot is back.");
    await noor.sees("said while nobody listened");
    expect(await newestOf(next, "note.added")).toMatchObject({ event: { text: "said while nobody listened" } });
    expect((await next.kinds()).filter((kind) => kind === "note.added")).toHaveLength(1);
    // The card of the earlier life is not known to this one: it is posted again.
    const cards = () => noor.text().match(/\[!!\] INC-0001 Vault is draining$/gm)?.length;
    await until("the card once more", () => cards() === 2 || undefined);
    const { card } = (await next.incident()).chats.terminal ?? {};
    expect(card).toMatch(/^terminal:local\/INC-0001\//);
  });

  it("changes rooms, and hears in one line what happens in the others", async () => {
    const bot = await declared();
    const noor = sitDown({ socketPath: bot.socketPath, incident: "inc-1" });
    await noor.sees("Type help");
    noor.type("incident declare low A second thing");
    await noor.sees("A room was opened. To see it: join INC-0002");
    await noor.sees("INC-0002: INC-0002 A second thing (join INC-0002)");
    noor.type("INC-2");
    await noor.sees("INC-0002 A second thing");
    await noor.asks("INC-0002 noor> ");
    noor.type("join INC-0009");
    await noor.sees("There is no room INC-0009 here. Rooms: INC-0001, INC-0002.");
    noor.type("rooms");
    await noor.sees("INC-0001 Vault is draining");
    noor.type("frobnicate");
    await noor.sees("“frobnicate” is no command.");
    noor.type("help");
    await noor.sees("press button 3");
    await noor.sees("What you can say");
    noor.key("\u0003");
    await noor.sees("Ctrl-C once more");
    noor.key("\u0003");
    expect(await noor.status).toBe(0);
  });
});

describe("a script at the console", () => {
  const run = async (bot: { socketPath: string }, lines: string[], more: { as?: string; incident?: string } = {}) => {
    const script = sitDown({ socketPath: bot.socketPath, piped: true, ...more });
    script.input.end(lines.map((line) => `${line}\n`).join(""));
    return { status: await script.status, text: script.text() };
  };

  it("says one command per line and ends with 0 when all were done", async () => {
    const bot = await declared();
    const { status, text } = await run(
      bot,
      ["/incident note one", "", "pause propose pause-vault now", "pause status"],
      {
        incident: "INC-0001",
      },
    );
    expect(text).toContain("P-0001 COLLECTING");
    expect(status).toBe(0);
    expect(await bot.kinds()).toEqual(expect.arrayContaining(["note.added", "pause.proposed"]));
  });

  it.each([
    ["is not the person's to run", "signer", "pause acknowledge P-0001", "your account is not linked"],
    ["does not exist", "noor", "pause frobnicate", "There is no command /pause frobnicate."],
    ["is none", "noor", "rm -rf", "“rm” is no command."],
    ["lacks something", "noor", "incident severity", "Write it so: incident severity --incident INC-0001 --severity …"],
    ["names what is not there", "noor", "pause status P-0099", "There is no pause proposal P-0099."],
    ["presses nothing", "noor", "99", "There is no button 99."],
  ])("ends with 1 when a command %s, and says why", async (_, as, line, why) => {
    const bot = await declared();
    await bot.type("terminal:noor", "pause propose pause-vault", { where: ROOM });
    const { status, text } = await run(bot, [line, "incident list"], { as: as === "signer" ? "sofia" : as });
    expect(text.replace(/\s+/g, " ")).toContain(why);
    expect(text).toContain("1 open incident");
    expect(status).toBe(1);
  });

  it("ends with 1 when its incident is not there, and when the bot does not come back", async () => {
    const bot = await declared();
    const lost = sitDown({ socketPath: bot.socketPath, piped: true, giveUpMs: 0 });
    await lost.sees("INC-0001 Vault is draining");
    await bot.close();
    expect(await lost.status).toBe(1);
    expect(lost.text()).toContain("It does not come back");
  });

  it("is told who there is when it names nobody of the plan", async () => {
    const bot = await declared();
    const mallory = sitDown({ socketPath: bot.socketPath, piped: true, as: "mallory" });
    await expect(mallory.status).rejects.toMatchObject({
      name: "NotLetIn",
      code: "unknown_person",
      people: [
        { key: "noor", name: "Noor" },
        { key: "sofia", name: "Sofia" },
      ],
    });
  });
});
