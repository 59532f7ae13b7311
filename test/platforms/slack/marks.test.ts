import { describe, expect, it } from "vitest";
import { decodeInvoke } from "../../../src/chat/invoke.ts";
import { ANA, BEN, done, GENERAL, type Rig, startRig, view } from "./rig.ts";

const HOSTILE = "drained <!channel> *x* & http://a.example/b?c=1";

async function thread({ server }: Rig): Promise<{ root: string; reply: string }> {
  const root = await server.client.act(ANA, { do: "send", channel: GENERAL, text: "Something is off" });
  if (!root.ok || root.message === undefined) throw new Error("The root was not sent.");
  const reply = await server.client.act(BEN, {
    do: "send",
    channel: GENERAL,
    threadTs: root.message.ts,
    text: HOSTILE,
  });
  if (!reply.ok || reply.message === undefined) throw new Error("The reply was not sent.");
  return { root: root.message.ts, reply: reply.message.ts };
}

describe("a press", () => {
  it("comes with its command, its input and the message that bears it, and is answered to the person alone", async () => {
    const rig = await startRig();
    const { server, slack, door } = rig;
    const message = await slack.post(
      `${slack.home}/${GENERAL}`,
      view("Pause the vault?", {
        buttons: [
          { label: "Acknowledge", command: "pause acknowledge", input: { proposal: "P-0007" }, style: "primary" },
          { label: "Sign", url: "https://allstop.example/sign" },
        ],
      }),
      { key: "card/P-0007" },
    );
    const ts = message.split("/")[2] ?? "";
    door.opens = () => done(view("Counted"));
    const press = (actionId: string) =>
      server.client.act(ANA, { do: "press", channel: GENERAL, ts, blockId: "actions:1", actionId });

    expect(await press("pause acknowledge?proposal=P-0007")).toEqual({ ok: true });
    await server.until(() =>
      server.client.messages(ANA, { channel: GENERAL }).some(({ text }) => /Counted/.test(text)),
    );
    expect(server.client.messages(BEN, { channel: GENERAL }).some(({ text }) => /Counted/.test(text))).toBe(false);
    expect(door.came).toMatchObject([
      {
        user: "slack:U0ANA",
        where: message,
        said: { kind: "press", command: "pause acknowledge", input: { proposal: "P-0007" } },
      },
    ]);

    // A link opens in the browser; Slack tells us all the same, and wants to be answered.
    expect(await press("link:2")).toEqual({ ok: true });
    expect(door.came).toHaveLength(1);
    expect(server.problems).toEqual([]);
  });

  it("counts once when it is delivered twice", async () => {
    const rig = await startRig();
    const { server, slack, door } = rig;
    const message = await slack.post(
      `${slack.home}/${GENERAL}`,
      view("Card", {
        buttons: [{ label: "Old", command: "retired command", input: {} }],
      }),
      { key: "k" },
    );
    const ts = message.split("/")[2] ?? "";
    await server.client.act(ANA, {
      do: "press",
      channel: GENERAL,
      ts,
      blockId: "actions:1",
      actionId: "retired command",
    });
    expect(await server.redeliver()).toMatchObject({ kind: "acked" });
    expect(door.came.map(({ said }) => said)).toEqual([{ kind: "press", ...decodeInvoke("retired command") }]);
  });
});

describe("a message put on the timeline", () => {
  it("by 📌 on a thread's reply is read word for word, at its own time", async () => {
    const rig = await startRig();
    const { server, slack, door } = rig;
    const { reply } = await thread(rig);
    await server.client.act(ANA, { do: "react", channel: GENERAL, ts: reply, name: "pushpin" });
    await server.client.act(ANA, { do: "react", channel: GENERAL, ts: reply, name: "eyes" });
    await server.client.act(ANA, { do: "unreact", channel: GENERAL, ts: reply, name: "pushpin" });
    await server.until(() => door.pins.length === 2);
    const message = `${slack.home}/${GENERAL}/${reply}`;
    expect(door.pins).toMatchObject([
      { user: "slack:U0ANA", userName: "Ana Lima", message, on: true },
      { user: "slack:U0ANA", message, on: false },
    ]);

    const read = await slack.read(message);
    expect(read).toMatchObject({ message, author: "slack:U0BEN", text: HOSTILE });
    expect(read.permalink).toContain(`/archives/${GENERAL}/p${reply.replace(".", "")}?thread_ts=`);
    expect(Date.parse(read.at)).toBe(Math.floor(Number(reply) * 1000));
    expect(server.problems).toEqual([]);
  });

  it("that is not there any more is known by its link only", async () => {
    const { slack } = await startRig();
    const message = `${slack.home}/${GENERAL}/1700000000.000100`;
    const read = slack.read(message);
    // Slack answers thread_not_found: nothing can be seen.
    await expect(read).rejects.toMatchObject({ code: "gone" });
  });

  it("by the shortcut brings its own words, even where the bot may not read", async () => {
    const rig = await startRig({ server: { scopes: ["chat:write", "commands", "users:read"] } });
    const { server, slack, door } = rig;
    const { root, reply } = await thread(rig);
    await server.client.act(ANA, { do: "shortcut", callbackId: "message capture", channel: GENERAL, ts: reply });
    await server.until(() => door.came.length === 1);
    const message = `${slack.home}/${GENERAL}/${reply}`;
    expect(door.came[0]).toMatchObject({
      where: message,
      said: {
        kind: "press",
        command: "message capture",
        input: {
          message,
          author: "slack:U0BEN",
          text: HOSTILE,
          permalink: expect.stringContaining(`thread_ts=${root}`),
        },
      },
    });
  });
});

describe("an event", () => {
  it("that comes four times happens once", async () => {
    const rig = await startRig();
    const { root } = await thread(rig);
    await rig.server.client.act(ANA, { do: "react", channel: GENERAL, ts: root, name: "pushpin" });
    await rig.server.until(() => rig.inbox.finished.size === 1);
    for (let times = 0; times < 3; times += 1) {
      const outcome = await rig.server.redeliver(({ payload }) => payload.type === "event_callback");
      expect(outcome).toMatchObject({ kind: "acked" });
    }
    expect(rig.door.pins).toHaveLength(1);
  });

  it("that can't be written down is not acknowledged, and is done when Slack brings it again", async () => {
    const rig = await startRig();
    rig.inbox.broken = true;
    const event = rig.server.sendEvent({
      type: "reaction_added",
      user: ANA,
      reaction: "pushpin",
      item: { type: "message", channel: GENERAL, ts: "1700000000.000100" },
      item_user: BEN,
      event_ts: "1700000001.000000",
    });
    await rig.server.until(() => rig.logged.some(({ message }) => message.includes("The disk is full")));
    expect(rig.door.pins).toEqual([]);
    rig.inbox.broken = false;
    expect(await event).not.toMatchObject({ kind: "acked" });
    expect(await rig.server.redeliver()).toMatchObject({ kind: "acked" });
    await rig.server.until(() => rig.door.pins.length === 1);
  });
});
