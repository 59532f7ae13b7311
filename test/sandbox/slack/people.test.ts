import type { BlockAction } from "@slack/bolt";
import type { KnownBlock } from "@slack/types";
import { describe, expect, test } from "vitest";
import type { ClientEvent } from "../../../src/sandbox/slack/client-api.ts";
import { ANA, BEN } from "./people.ts";
import { GENERAL, plain, useStage } from "./stage.ts";

const stage = useStage();

describe("the workspace as people see it", () => {
  test("the home is published for one person, who can press on it", async () => {
    const pressed: unknown[] = [];
    stage.app.event("app_home_opened", async ({ event, client }) => {
      const blocks: KnownBlock[] = [
        {
          type: "actions",
          block_id: "b",
          elements: [{ type: "button", action_id: "go", text: plain(`Hello ${event.user}`) }],
        },
      ];
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks } });
    });
    stage.app.action("go", async ({ ack, body }) => {
      await ack();
      pressed.push((body as BlockAction).view?.type);
    });
    await stage.act(ANA, { do: "open_home" });
    const home = await stage.server.until(() => stage.server.client.state(ANA).home);
    expect(home.blocks).toMatchObject([{ elements: [{ text: plain(`Hello ${ANA}`) }] }]);
    expect(stage.server.client.state(BEN).home).toBeUndefined();
    expect(await stage.act(ANA, { do: "press_view", viewId: "home", blockId: "b", actionId: "go" })).toEqual({
      ok: true,
    });
    await stage.server.until(() => pressed.length === 1);
    expect(pressed).toEqual(["home"]);
  });

  test("private rooms are out of sight; public ones can be joined", async () => {
    const names = (as: string) => stage.server.client.state(as).channels.map(({ name }) => name);
    expect(names(ANA)).toEqual(["general", "lobby", "secret"]);
    expect(names(BEN)).toEqual(["general", "lobby"]);
    expect(stage.server.client.messages(BEN, { channel: "C0SECRET" })).toEqual([]);
    expect(await stage.act(BEN, { do: "send", channel: "C0LOBBY", text: "hi" })).toEqual({
      ok: false,
      error: "not_in_channel",
    });
    expect(await stage.act(BEN, { do: "join", channel: "C0LOBBY" })).toMatchObject({
      ok: true,
      channel: { members: [ANA, BEN] },
    });
    expect(await stage.act(BEN, { do: "join", channel: "C0SECRET" })).toMatchObject({ ok: false });
    expect(stage.server.client.messages(BEN, { channel: "C0LOBBY" })).toMatchObject([
      { subtype: "channel_join", user: BEN },
    ]);
  });

  test("each client hears what concerns it, and counts what was not read", async () => {
    const heard: Record<string, ClientEvent["type"][]> = { [ANA]: [], [BEN]: [] };
    const ends = [ANA, BEN].map((as) => stage.server.client.subscribe(as, ({ type }) => heard[as]?.push(type)));
    const said = await stage.act(ANA, { do: "send", channel: GENERAL, text: "one" });
    const ts = said.ok ? (said.message?.ts ?? "") : "";
    await stage.act(ANA, { do: "send", channel: "C0SECRET", text: "two" });
    await stage.act(BEN, { do: "react", channel: GENERAL, ts, name: "eyes" });
    expect(heard[BEN]).toEqual(["message", "channel", "message_changed"]);
    expect(heard[ANA]).toEqual(["message", "channel", "message", "channel", "message_changed"]);
    const unread = (as: string) => stage.server.client.state(as).channels[0]?.unread;
    expect([unread(ANA), unread(BEN)]).toEqual([0, 1]);
    await stage.act(BEN, { do: "read", channel: GENERAL });
    expect(unread(BEN)).toBe(0);
    for (const end of ends) end();
    await stage.act(ANA, { do: "send", channel: GENERAL, text: "three" });
    expect(heard[BEN]).toHaveLength(4);
  });

  test("typed text is escaped, and mentions become references", async () => {
    await stage.act(ANA, {
      do: "send",
      channel: GENERAL,
      text: "@Ben Okafor <b> & #lobby: https://x.io/?a=1&b <!channel> @who",
    });
    expect(stage.texts(BEN)).toEqual([
      `<@${BEN}> &lt;b&gt; &amp; <#C0LOBBY|lobby>: <https://x.io/?a=1&amp;b> &lt;!channel&gt; @who`,
    ]);
  });

  test("a thread shows its root, its replies, and what is for one's own eyes", async () => {
    const said = await stage.act(ANA, { do: "send", channel: GENERAL, text: "root" });
    const threadTs = said.ok ? (said.message?.ts ?? "") : "";
    await stage.act(BEN, { do: "send", channel: GENERAL, text: "reply", threadTs });
    await stage.app.client.chat.postEphemeral({ channel: GENERAL, user: BEN, text: "psst", thread_ts: threadTs });
    const thread = (as: string) =>
      stage.server.client.messages(as, { channel: GENERAL, threadTs }).map(({ text }) => text);
    expect(thread(ANA)).toEqual(["root", "reply"]);
    expect(thread(BEN)).toEqual(["root", "reply", "psst"]);
    expect(stage.server.client.messages(ANA, { channel: GENERAL })).toMatchObject([
      { text: "root", replyCount: 1, replyUsers: [BEN] },
    ]);
  });
});
