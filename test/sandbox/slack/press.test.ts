import type { BlockAction } from "@slack/bolt";
import type { KnownBlock } from "@slack/types";
import { describe, expect, test } from "vitest";
import { ANA, BEN } from "./people.ts";
import { plain, useStage } from "./stage.ts";

const stage = useStage();

describe("pressing", () => {
  test("every kind of choice arrives as Slack shapes it", async () => {
    const actions: BlockAction["actions"] = [];
    const states: unknown[] = [];
    stage.app.action(/.*/, async ({ ack, body }) => {
      await ack();
      actions.push(...(body as BlockAction).actions);
      states.push((body as BlockAction).state?.values);
    });
    const at = await stage.post([
      {
        type: "actions",
        block_id: "b",
        elements: [
          { type: "button", action_id: "go", value: "v", text: plain("Go") },
          { type: "overflow", action_id: "more", options: [{ text: plain("Hide"), value: "hide" }] },
          {
            type: "static_select",
            action_id: "one",
            options: ["x", "y"].map((value) => ({ text: plain(value), value })),
          },
          { type: "users_select", action_id: "who", initial_user: BEN },
        ],
      },
    ]);
    const press = (actionId: string, selected?: unknown) =>
      stage.act(ANA, { do: "press", ...at, blockId: "b", actionId, selected });
    expect(await press("go")).toEqual({ ok: true });
    await press("more", "hide");
    await press("one", { selected_option: { text: plain("y"), value: "y" } });
    await press("who", ANA);
    await stage.server.until(() => actions.length === 4);
    expect(actions).toMatchObject([
      { type: "button", value: "v", text: plain("Go"), block_id: "b" },
      { type: "overflow", selected_option: { value: "hide" } },
      { type: "static_select", selected_option: { value: "y", text: plain("y") } },
      { type: "users_select", selected_user: ANA, initial_user: BEN },
    ]);
    // The message's other inputs tell where they stand.
    expect(states[0]).toMatchObject({ b: { one: { selected_option: null }, who: { selected_user: BEN } } });
    expect(await press("one", "z")).toEqual({ ok: false, error: 'one has no option "z".' });
    expect(await press("gone")).toMatchObject({ ok: false, error: "There is nothing to press at b/gone." });
  });

  test("what a press entitles the bot to say: beside it, instead of it, to all; five times in half an hour", async () => {
    let url = "";
    stage.app.action("go", async ({ ack, body }) => {
      await ack();
      url = (body as BlockAction).response_url;
    });
    const blocks: KnownBlock[] = [
      { type: "actions", block_id: "b", elements: [{ type: "button", action_id: "go", text: plain("Go") }] },
    ];
    const at = await stage.post(blocks);
    const press = async () => {
      url = "";
      await stage.act(BEN, { do: "press", ...at, blockId: "b", actionId: "go" });
      await stage.server.until(() => url !== "");
    };
    const answer = async (body: object) => {
      const response = await fetch(url, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
      return response.status === 200 ? "ok" : ((await response.json()) as { error: string }).error;
    };
    await press();
    expect(await answer({ text: "only you" })).toBe("ok");
    expect(await answer({ text: "all of you", response_type: "in_channel" })).toBe("ok");
    expect(await answer({ text: "replaced", replace_original: true })).toBe("ok");
    expect(stage.texts(ANA)).toEqual(["replaced", "all of you"]);
    expect(stage.texts(BEN)).toEqual(["replaced", "only you", "all of you"]);
    expect(await answer({ blocks: [{ type: "section" }] })).toBe("invalid_blocks");
    expect(stage.server.problems).toMatchObject([{ method: "response_url", error: "invalid_blocks" }]);
    expect(await answer({ delete_original: true })).toBe("ok");
    expect(stage.texts(ANA)).toEqual(["all of you"]);
    expect(await answer({ text: "five" })).toBe("ok");
    expect(await answer({ text: "six" })).toBe("used_url");

    Object.assign(at, await stage.post(blocks));
    await press();
    stage.clock.advance(30 * 60_000 + 1);
    expect(await answer({ text: "late" })).toBe("expired_url");
  });

  test("an app that is gone: the person sees that it went wrong", async () => {
    const at = await stage.post([
      { type: "actions", block_id: "b", elements: [{ type: "button", action_id: "go", text: plain("Go") }] },
    ]);
    const bringBack = await stage.withoutBot();
    const pressed = await stage.act(ANA, { do: "press", ...at, blockId: "b", actionId: "go" });
    expect(pressed).toEqual({ ok: false, error: "Oh no, something went wrong. Please try that again." });
    await bringBack();
  });

  test("options of an external select come from the bot while one types", async () => {
    stage.app.options("pick", async ({ ack, payload }) => {
      await ack({ options: [{ text: plain(`Found ${payload.value}`), value: "1" }] });
    });
    const at = await stage.post([
      {
        type: "section",
        block_id: "b",
        text: plain("Which?"),
        accessory: { type: "external_select", action_id: "pick" },
      },
    ]);
    const found = await stage.server.client.options(ANA, { ...at, blockId: "b", actionId: "pick", typed: "vault" });
    expect(found).toEqual([{ text: plain("Found vault"), value: "1" }]);
  });
});
