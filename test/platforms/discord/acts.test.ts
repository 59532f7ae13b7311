import { describe, expect, it } from "vitest";
import { buttonsIn, wordsOf } from "../../../src/rehearsal/discord-stage.ts";
import { channelTypes } from "../../../src/sandbox/discord/index.ts";
import { ANA, BEN, done, GENERAL, startRig, view } from "./rig.ts";

const CALLBACK = "POST /interactions/:id/:token/callback";
describe("Commands, forms and buttons", () => {
  it("typed options come as input; people by id; incidents are offered while one types", async () => {
    const { server, came } = await startRig();
    await server.client.act(ANA, {
      do: "slash",
      channel: GENERAL,
      command: "incident assign",
      options: { incident: "INC-0001", role: "scribe", user: BEN },
    });
    expect(came[0]).toMatchObject({
      user: `discord:${ANA}`,
      said: {
        kind: "press",
        command: "incident assign",
        input: { incident: "INC-0001", role: "scribe", user: `discord:${BEN}` },
      },
    });
    const offered = await server.client.act(ANA, {
      do: "complete",
      channel: GENERAL,
      command: "pause status",
      options: { proposal: "p-" },
      focused: "proposal",
    });
    expect(offered).toEqual({ ok: true, choices: [{ name: "proposal p-", value: "INC-0001" }] });
  });

  it("a button that asks first asks, also after a restart; only the second press counts", async () => {
    const { server, came, discord, general } = await startRig();
    const confirm = { title: "Execute the pause?", text: "It is sent now.", yes: "Execute" };
    const button = { label: "Execute", command: "pause execute", input: { proposal: "P-0001" }, confirm };
    const place = await discord.post(general, view("Card", { buttons: [button] }), { key: "card" });
    const message = place.split("/").at(-1) ?? "";
    const customId = "ask:pause execute?proposal=P-0001";
    await server.client.act(ANA, { do: "press", channel: GENERAL, message, customId });
    expect(came).toEqual([]);
    const asked = server.client.messages(ANA, GENERAL).find(({ ephemeralTo }) => ephemeralTo === ANA);
    expect(wordsOf(asked ?? { content: "", components: [] })).toContain("It is sent now.");
    await server.client.act(ANA, {
      do: "press",
      channel: GENERAL,
      message: asked?.id ?? "",
      customId: customId.slice(4),
    });
    expect(came[0]?.said).toEqual({ kind: "press", command: "pause execute", input: { proposal: "P-0001" } });
  });

  it("two buttons that do the same are both there, and do the same", async () => {
    const { server, came, discord, general } = await startRig();
    const same = { command: "incident claim", input: { role: "scribe" } };
    const bare = { command: "incident list", input: {} };
    const buttons = [same, same, bare, bare].map((one, index) => ({ ...one, label: `${index}` }));
    const place = await discord.post(general, view("Card", { buttons }), { key: "card" });
    const message = place.split("/").at(-1) ?? "";
    const shown = server.client.messages(ANA, GENERAL).find(({ id }) => id === message);
    for (const { custom_id: customId = "" } of buttonsIn(shown ?? { components: [] })) {
      await server.client.act(ANA, { do: "press", channel: GENERAL, message, customId });
    }
    expect(came.map(({ said }) => said)).toEqual([same, same, bare, bare].map((one) => ({ kind: "press", ...one })));
    expect(server.problems).toEqual([]);
  });

  it("a form with a mistake comes back with what was written", async () => {
    const { server, script } = await startRig();
    const field = { name: "title", label: "What is happening", required: true, widget: { kind: "line" as const } };
    const form = { command: "incident declare", title: "Declare", submit: "Declare", fields: [field], carried: {} };
    script.opens = ({ said }) =>
      said.kind === "submit" ? { kind: "mistakes", mistakes: { title: "Too long." } } : { kind: "form", form };
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident declare" });
    await server.client.act(ANA, { do: "submit", values: { "field:title": "A title" } });
    const told = server.client.messages(ANA, GENERAL).at(-1);
    expect(wordsOf(told ?? { content: "", components: [] })).toContain("Too long.");
    await server.client.act(ANA, {
      do: "press",
      channel: GENERAL,
      message: told?.id ?? "",
      customId: "incident declare",
    });
    expect(JSON.stringify(server.client.modal(ANA))).toContain('"value":"A title"');
    expect(server.problems).toEqual([]);
  });

  it("an act from before a crash is done, and its outcome goes to the person directly", async () => {
    const { server, discord, script, came } = await startRig();
    script.opens = () => done(view("It is done"));
    const said = { kind: "press", command: "incident list", input: {} };
    await discord.replay("discord:1", {
      kind: "said",
      inbound: { id: "discord:1", user: `discord:${ANA}`, userName: "Ana", said },
    });
    expect(came).toHaveLength(1);
    const direct = server.client.channels(ANA).find(({ type }) => type === channelTypes.dm);
    expect(
      server.client
        .messages(ANA, direct?.id ?? "")
        .map(wordsOf)
        .join(),
    ).toContain("It is done");
  });

  const toldTo = (server: Awaited<ReturnType<typeof startRig>>["server"], person: string) =>
    server.client
      .channels(person)
      .filter(({ type }) => type === channelTypes.dm)
      .flatMap(({ id }) => server.client.messages(person, id).map(wordsOf));

  it("what can't be answered in time is done, and its outcome goes to the person directly", async () => {
    const { server, script, came } = await startRig();
    script.opens = () => done(view("It is done"));
    server.faults.add({ route: CALLBACK, kind: "error", status: 404, code: 10062 });
    const acting = server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
    await server.until(() => toldTo(server, ANA).length > 0);
    expect(came).toHaveLength(1);
    expect(toldTo(server, ANA).join()).toContain("It is done");
    expect(await acting).toMatchObject({ ok: false });
  });

  it("an answer for which a quarter of an hour was too short goes to the person directly", async () => {
    let now = Date.now();
    const { server, script } = await startRig({ server: { now: () => now } });
    const late = { kind: "run" as const, run: async () => ({ view: view("At last") }) };
    script.opens = () => ({
      ...late,
      async run() {
        now += 16 * 60_000;
        return late.run();
      },
    });
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
    await server.until(() => toldTo(server, ANA).length > 0);
    expect(toldTo(server, ANA)).toEqual([expect.stringContaining("At last")]);
  });

  it("a pin is heard with the message's place, in a thread too, and its taking away", async () => {
    const { server, discord, pins, said, general } = await startRig();
    const message = await said("look here");
    await server.client.act(ANA, { do: "react", channel: GENERAL, message: message.id, emoji: "📌" });
    await server.client.act(ANA, { do: "react", channel: GENERAL, message: message.id, emoji: "👍" });
    await server.until(() => pins.length === 1);
    await server.client.act(ANA, { do: "unreact", channel: GENERAL, message: message.id, emoji: "📌" });
    await server.until(() => pins.length === 2);
    expect(pins.map(({ on, message: place }) => [on, place])).toEqual([
      [true, `${general}/${message.id}`],
      [false, `${general}/${message.id}`],
    ]);
    const root = await discord.post(general, view("Card"), { key: "card" });
    const reply = await discord.post(root, view("In the thread"), { key: "reply" });
    const [thread = "", id = ""] = reply.split("/").at(-1)?.split(".") ?? [];
    await server.client.act(ANA, { do: "react", channel: thread, message: id, emoji: "📌" });
    await server.until(() => pins.length === 3);
    expect(pins[2]?.message).toBe(reply);
  });
});
