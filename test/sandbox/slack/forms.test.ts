import type { BlockAction, ViewClosedAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { describe, expect, test } from "vitest";
import { ANA } from "./people.ts";
import { plain, useStage } from "./stage.ts";

const stage = useStage();

const modal = (fields: Partial<ModalView>): ModalView => ({
  type: "modal",
  title: plain("Form"),
  blocks: [],
  ...fields,
});
const openOnShortcut = (view: ModalView) =>
  stage.app.shortcut("declare", async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
async function openForm(as: string) {
  expect(await stage.act(as, { do: "shortcut", callbackId: "declare" })).toEqual({ ok: true });
  return stage.server.until(() => stage.server.client.state(as).views.at(-1), { what: "the form" });
}

describe("forms", () => {
  test("a form can grow, lead on to others, and close them all", async () => {
    const answers = [
      {
        response_action: "update" as const,
        view: modal({ callback_id: "f", title: plain("Second"), submit: plain("Go") }),
      },
      {
        response_action: "push" as const,
        view: modal({ callback_id: "f", title: plain("Third"), submit: plain("Go") }),
      },
      { response_action: "clear" as const },
    ];
    stage.app.view("f", async ({ ack }) => ack(answers.shift()));
    openOnShortcut(modal({ callback_id: "f", title: plain("First"), submit: plain("Go"), private_metadata: "m" }));
    const first = await openForm(ANA);
    const submit = async () => {
      const viewId = stage.server.client.state(ANA).views.at(-1)?.id ?? "";
      expect(await stage.act(ANA, { do: "submit", viewId, state: {} })).toEqual({ ok: true });
      return stage.server.client.state(ANA).views.map((view) => (view.type === "modal" ? view.title.text : ""));
    };
    expect(await submit()).toEqual(["Second"]);
    const second = stage.server.client.state(ANA).views[0];
    expect(second?.id).toBe(first.id);
    expect(second?.hash).not.toBe(first.hash);
    expect(await submit()).toEqual(["Second", "Third"]);
    expect(await submit()).toEqual([]);
  });

  test("an update by a stale hash loses; a closed form can't be updated", async () => {
    openOnShortcut(modal({}));
    const { id, hash } = await openForm(ANA);
    const update = (with_hash: string) =>
      stage.app.client.views.update({ view_id: id, hash: with_hash, view: modal({ title: plain("New") }) });
    await update(hash);
    await expect(update(hash)).rejects.toMatchObject({ data: { error: "hash_conflict" } });
    await stage.act(ANA, { do: "close", viewId: id });
    await expect(update(hash)).rejects.toMatchObject({ data: { error: "not_found" } });
  });

  test("a press inside a form may put another one on top, three at most; closing is told if asked for", async () => {
    const closed: unknown[] = [];
    const stack = modal({
      callback_id: "stack",
      notify_on_close: true,
      blocks: [
        { type: "actions", block_id: "b", elements: [{ type: "button", action_id: "deeper", text: plain("Deeper") }] },
      ],
    });
    const errors: unknown[] = [];
    stage.app.action("deeper", async ({ ack, client, body }) => {
      await ack();
      const trigger_id = (body as BlockAction).trigger_id;
      await client.views.push({ trigger_id, view: stack }).catch(({ data }) => errors.push(data.error));
    });
    stage.app.view<ViewClosedAction>({ callback_id: "stack", type: "view_closed" }, async ({ ack, body }) => {
      await ack();
      closed.push(body.is_cleared);
    });
    openOnShortcut(stack);
    await openForm(ANA);
    const views = () => stage.server.client.state(ANA).views;
    for (const depth of [2, 3, 4]) {
      await stage.act(ANA, { do: "press_view", viewId: views().at(-1)?.id ?? "", blockId: "b", actionId: "deeper" });
      await stage.server.until(() => views().length === depth || errors.length > 0);
    }
    expect(errors).toEqual(["push_limit_reached"]);
    await stage.act(ANA, { do: "close", viewId: views()[2]?.id ?? "" });
    expect(views()).toHaveLength(2);
    await stage.server.until(() => closed.length === 1);
    expect(closed).toEqual([false]);
  });

  test("errors for what is no input are the bot's mistake, and are shown as trouble", async () => {
    stage.app.view("f", async ({ ack }) => ack({ response_action: "errors", errors: { nowhere: "Wrong" } }));
    openOnShortcut(modal({ callback_id: "f", submit: plain("Go") }));
    const { id } = await openForm(ANA);
    const submitted = await stage.act(ANA, { do: "submit", viewId: id, state: {} });
    expect(submitted).toEqual({ ok: false, error: "We had some trouble connecting. Try again?" });
    expect(stage.server.problems).toMatchObject([{ method: "view_submission ack", error: "invalid_errors" }]);
  });
});
