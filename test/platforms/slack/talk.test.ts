import { describe, expect, it } from "vitest";
import type { Form } from "../../../src/chat/view.ts";
import type { ViewState } from "../../../src/sandbox/slack/client-api.ts";
import { ANA, BEN, done, GENERAL, type Rig, startRig, view } from "./rig.ts";

const form: Form = {
  command: "incident declare",
  title: "Declare an incident and open its room",
  submit: "Declare",
  intro: "This opens a private channel.",
  carried: { source: "slash" },
  fields: [
    {
      name: "title",
      label: "What happens?",
      required: true,
      widget: { kind: "line", placeholder: "Vault is draining" },
    },
    {
      name: "severity",
      label: "Severity",
      required: true,
      value: "high",
      widget: {
        kind: "choice",
        options: [
          { value: "critical", label: "Critical" },
          { value: "high", label: "High" },
        ],
      },
    },
    { name: "commander", label: "Commander", required: false, widget: { kind: "person" } },
    { name: "details", label: "Details", required: false, widget: { kind: "paragraph" } },
    { name: "drill", label: "Drill", required: false, widget: { kind: "toggle", label: "This is a drill" } },
  ],
};

const filled: ViewState = {
  title: { "field:title": { value: "Vault is draining" } },
  commander: { "field:commander": { selected_user: BEN } },
  drill: { "field:drill": { selected_options: [{ value: "true" }] } },
};

const say = ({ server }: Rig, text: string, channel = GENERAL, as = ANA) =>
  server.client.act(as, { do: "send", channel, text });
const openView = ({ server }: Rig, as = ANA) => server.until(() => server.client.state(as).views.at(-1));
const whisperTo = ({ server }: Rig, as: string, channel = GENERAL) =>
  server.until(() => server.client.messages(as, { channel }).find(({ ephemeralTo }) => ephemeralTo === as));

describe("what people say on Slack", () => {
  it("is answered at once where the work takes long, and not where it is quick", async () => {
    const rig = await startRig();
    const { server, door } = rig;
    const soon = view("A moment…");
    let finish: (answer: { view: typeof soon }) => void = () => undefined;
    door.opens = ({ said }) =>
      said.kind === "line" && said.line.endsWith("quick")
        ? { kind: "run", soon, run: async () => ({ view: view("Done quickly") }) }
        : { kind: "run", soon, run: () => new Promise((resolve) => (finish = resolve)) };
    const seen = () => server.client.messages(ANA, { channel: GENERAL }).map(({ text }) => text);

    await say(rig, "/incident quick");
    await server.until(() => seen().some((text) => text.includes("Done quickly")) || undefined);
    await say(rig, "/incident slow");
    await server.until(() => seen().some((text) => text.includes("A moment…")) || undefined, {
      what: "word meanwhile",
    });
    finish({ view: view("Done at last") });
    await server.until(() => seen().some((text) => text.includes("Done at last")) || undefined);
    expect(seen().filter((text) => text.includes("A moment…"))).toHaveLength(1);
  });

  it("goes from a slash command over a form to an answer that only they see", async () => {
    const rig = await startRig();
    const { server, door, inbox } = rig;
    door.opens = ({ said }) => (said.kind === "line" ? { kind: "form", form } : done(view("INC-0001 is declared")));

    expect(await say(rig, "/incident declare")).toEqual({ ok: true });
    const modal = await openView(rig);
    expect(modal).toMatchObject({ title: { text: "Declare an incident and…" } });
    expect(await server.client.act(ANA, { do: "submit", viewId: modal.id, state: filled })).toEqual({ ok: true });

    const answer = await whisperTo(rig, ANA);
    expect(answer.text).toBe("ℹ️ INC-0001 is declared");
    expect(server.client.state(ANA).views).toEqual([]);
    const [line, submission] = door.came;
    expect(line).toMatchObject({
      user: "slack:U0ANA",
      where: `${rig.slack.home}/${GENERAL}`,
      said: { kind: "line", line: "incident declare" },
    });
    expect(submission).toMatchObject({
      user: "slack:U0ANA",
      where: `${rig.slack.home}/${GENERAL}`,
      said: {
        kind: "submit",
        command: "incident declare",
        input: {
          source: "slash",
          title: "Vault is draining",
          severity: "high",
          commander: "slack:U0BEN",
          drill: "true",
        },
      },
    });
    await server.until(() => inbox.finished.size === 2);
    expect([...inbox.bodies.keys()]).toEqual(door.came.map(({ id }) => id));
    expect(server.problems).toEqual([]);
  });

  it("brings mentions by id and words as they were typed", async () => {
    const rig = await startRig();
    await say(rig, `/incident assign @Ben Okafor a < b & "c"`);
    await rig.server.until(() => rig.door.came.length === 1);
    expect(rig.door.came[0]?.said).toEqual({ kind: "line", line: 'incident assign slack:U0BEN a < b & "c"' });
  });

  it("sends a form back with its mistakes, and takes it again even when nothing was changed", async () => {
    const rig = await startRig();
    const { server, door } = rig;
    let tries = 0;
    door.opens = ({ said }) => {
      if (said.kind === "line") return { kind: "form", form };
      tries += 1;
      if (tries === 1) return { kind: "mistakes", mistakes: { title: "There is one already.", source: "Unknown." } };
      return done(view("Declared"));
    };
    await say(rig, "/incident declare");
    const modal = await openView(rig);
    const submit = () => server.client.act(ANA, { do: "submit", viewId: modal.id, state: filled });
    expect(await submit()).toMatchObject({
      ok: false,
      errors: { title: "There is one already. source: Unknown." },
    });
    expect(await submit()).toEqual({ ok: true });
    expect((await whisperTo(rig, ANA)).text).toContain("Declared");
    expect(server.problems).toEqual([]);
  });

  it("shows a second form in the place of the first", async () => {
    const rig = await startRig();
    rig.door.opens = ({ said }) => ({ kind: "form", form: said.kind === "line" ? form : { ...form, title: "Sure?" } });
    await say(rig, "/incident declare");
    const first = await openView(rig);
    await rig.server.client.act(ANA, { do: "submit", viewId: first.id, state: filled });
    const second = await rig.server.until(() =>
      rig.server.client.state(ANA).views.find((each) => each.type === "modal" && each.title.text === "Sure?"),
    );
    expect(second.id).toBe(first.id);
    expect(rig.server.problems).toEqual([]);
  });

  it("says how to type it when the form comes too late", async () => {
    const rig = await startRig();
    rig.server.faults.add({ method: "views.open", kind: "error", error: "expired_trigger_id" });
    rig.door.opens = () => ({ kind: "form", form });
    await say(rig, "/incident declare");
    const answer = await whisperTo(rig, ANA);
    expect(JSON.stringify(answer.blocks)).toContain("/incident declare --source slash --title … --severity high");
  });

  it("offers a list that is too long for Slack by searching it, and drops no choice", async () => {
    const rig = await startRig();
    const options = Array.from({ length: 240 }, (_, index) => ({ value: `k${index}`, label: `Choice ${index}` }));
    const long: Form = {
      ...form,
      fields: [{ name: "pick", label: "Pick", required: true, widget: { kind: "choice", options } }],
    };
    rig.door.opens = ({ said }) => (said.kind === "line" ? { kind: "form", form: long } : done());
    await say(rig, "/incident declare");
    const modal = await openView(rig);
    const actionId = /options:[^"]+/.exec(JSON.stringify(modal.blocks))?.[0] ?? "";
    const at = { viewId: modal.id, blockId: "pick", actionId };
    expect(await rig.server.client.options(ANA, { ...at, typed: "" })).toHaveLength(100);
    const found = await rig.server.client.options(ANA, { ...at, typed: "choice 239" });
    expect(found.map(({ value }) => value)).toEqual(["k239"]);
    const state = { pick: { [actionId]: { selected_option: { value: "k239", text: found[0]?.text } } } };
    await rig.server.client.act(ANA, { do: "submit", viewId: modal.id, state });
    await rig.server.until(() => rig.door.came.length === 2);
    expect(rig.door.came[1]?.said).toMatchObject({ input: { pick: "k239" } });
    expect(rig.server.problems).toEqual([]);
  });

  it("answers where the bot is no member, and directly when the answer can't be shown there", async () => {
    const rig = await startRig({
      server: { channels: [{ id: "C0OTHER", name: "other", private: true, members: [ANA] }] },
    });
    rig.door.opens = () => done(view("Status"));
    await say(rig, "/incident status", "C0OTHER");
    expect((await whisperTo(rig, ANA, "C0OTHER")).text).toContain("Status");

    rig.server.faults.add({ method: "response_url", kind: "500" });
    await say(rig, "/incident status", "C0OTHER");
    const direct = await rig.server.until(() =>
      rig.server.client.state(ANA).channels.find(({ kind }) => kind === "im"),
    );
    await rig.server.until(() => rig.server.client.messages(ANA, { channel: direct.id }).length === 1);
    expect(rig.server.problems).toEqual([]);
  });

  it("opens the home", async () => {
    const rig = await startRig();
    await rig.server.client.act(ANA, { do: "open_home" });
    const home = await rig.server.until(() => rig.server.client.state(ANA).home);
    expect(JSON.stringify(home)).toContain("Nothing waits for you.");
    expect(rig.server.problems).toEqual([]);
  });
});

describe("an act that a crash cut off", () => {
  it("is done at the next start, and a form is answered by how to type it", async () => {
    const rig = await startRig();
    rig.door.opens = ({ said }) => (said.kind === "line" ? { kind: "form", form } : done());
    await say(rig, "/incident declare");
    await openView(rig);
    const [[id, body] = ["", undefined]] = [...rig.inbox.bodies];
    rig.inbox.finished.clear();
    await rig.slack.replay(id, body);
    expect(rig.inbox.finished).toContain(id);
    expect(rig.door.came[1]).toEqual(rig.door.came[0]);
    expect(JSON.stringify((await whisperTo(rig, ANA)).blocks)).toContain("/incident declare --source");
  });

  it("does not stop the start when it can't be handled", async () => {
    const rig = await startRig();
    rig.door.opens = () => Promise.reject(new Error("broken"));
    await rig.slack.replay("slack:x", {
      command: "/incident",
      text: "list",
      user_id: ANA,
      user_name: "ana",
      channel_id: GENERAL,
      trigger_id: "x",
    });
    expect(rig.inbox.finished).toContain("slack:x");
    expect(rig.logged.some(({ level }) => level === "error")).toBe(true);
  });
});
