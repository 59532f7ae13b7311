import { expect, it } from "vitest";
import type { Said } from "../../../src/chat/platform.ts";
import type { Form } from "../../../src/chat/view.ts";
import { done, type Get, titled, until, view, type World } from "./world.ts";

const form: Form = {
  command: "incident declare",
  title: "Declare an incident",
  submit: "Declare",
  intro: "This opens a private channel.",
  carried: { incident: "INC-0042" },
  fields: [
    { name: "title", label: "What happens?", required: true, widget: { kind: "line", maxLength: 200 } },
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
    { name: "details", label: "Details", required: false, widget: { kind: "paragraph" } },
    { name: "commander", label: "Commander", required: false, widget: { kind: "person" } },
    { name: "drill", label: "Drill", required: false, widget: { kind: "toggle", label: "This is a drill" } },
  ],
};

export function acts(get: Get): void {
  it("comes as a command and a form, and its answer is seen by them alone", async () => {
    const { door, channel, command, submit, user } = get();
    door.opens = ({ said }) => (said.kind === "submit" ? done(view("INC-0042 is declared")) : { kind: "form", form });
    await command("ana", channel, "incident declare");
    const open = await openForm(get(), "ana");
    expect(open.title).toContain("Declare an incident".slice(0, 20));
    expect(open.fields.map(({ name }) => name)).toEqual(["title", "severity", "details", "commander", "drill"]);
    expect(get().form("ben")).toBeUndefined();
    const values = { title: "Größe <!channel>", severity: "critical", commander: user("ben"), drill: "true" };
    expect(await submit("ana", values)).toBeUndefined();
    await answered(get(), "INC-0042 is declared");

    const [asked, filled] = door.came;
    expect(asked).toMatchObject({ user: user("ana"), where: channel });
    expect(commandOf(asked?.said)).toBe("incident declare");
    expect(filled?.user).toBe(user("ana"));
    const input = { incident: "INC-0042", ...values };
    expect(filled?.said).toEqual({ kind: "submit", command: "incident declare", input });
    expect(new Set(door.came.map(({ id }) => id)).size).toBe(2);
    for (const { id } of door.came) expect(id.startsWith(`${get().platform.name}:`)).toBe(true);
    expect(get().problems()).toEqual([]);
  });

  it("keeps a form open that has mistakes, with what was filled in, until it is right", async () => {
    const { door, channel, command, submit } = get();
    let tries = 0;
    door.opens = ({ said }) => {
      if (said.kind !== "submit") return { kind: "form", form };
      tries += 1;
      return tries < 3 ? { kind: "mistakes", mistakes: { title: "There is one already." } } : done(view("Declared"));
    };
    await command("ana", channel, "incident declare");
    await openForm(get(), "ana");
    const values = { title: "Twice", severity: "high", drill: "false" };
    for (const attempt of [1, 2]) {
      const mistakes = await submit("ana", values);
      expect(Object.values(mistakes ?? {}).join(), `attempt ${attempt}`).toContain("There is one already.");
      await openForm(get(), "ana");
    }
    expect(await submit("ana", values)).toBeUndefined();
    await answered(get(), "Declared");
    expect(tries).toBe(3);
  });

  it("offers more than a hundred choices, and drops none", async () => {
    const { door, channel, command, submit } = get();
    const options = Array.from({ length: 140 }, (_, index) => ({ value: `k${index}`, label: `Choice ${index}` }));
    const long: Form = {
      ...form,
      fields: [{ name: "pick", label: "Pick", required: true, widget: { kind: "choice", options } }],
    };
    door.opens = ({ said }) => (said.kind === "submit" ? done(view("Picked")) : { kind: "form", form: long });
    for (const pick of ["k0", "k139"]) {
      await command("ana", channel, "pause propose");
      await openForm(get(), "ana");
      expect(await submit("ana", { pick })).toBeUndefined();
      await until(`the choice ${pick}`, () =>
        door.came.some(({ said }) => said.kind === "submit" && said.input.pick === pick),
      );
    }
    expect(get().problems()).toEqual([]);
  });

  it("comes as a press, with its input and its message, and is answered to them alone", async () => {
    const { platform, door, channel, press, user } = get();
    const buttons = [
      { label: "Acknowledge", command: "pause acknowledge", input: { proposal: "P-0007" }, style: "primary" as const },
      { label: "Decline…", command: "pause decline", input: { proposal: "P-0007" } },
    ];
    const card = await platform.post(channel, view("Pause?", { buttons }), { key: "card" });
    door.opens = () => done(view("Counted"));
    await press("ana", card, "Acknowledge");
    await answered(get(), "Counted");
    expect(door.came).toMatchObject([
      {
        user: user("ana"),
        where: card,
        said: { kind: "press", command: "pause acknowledge", input: { proposal: "P-0007" } },
      },
    ]);

    const asked: Form = {
      ...form,
      command: "pause decline",
      fields: form.fields.slice(0, 1),
      carried: { proposal: "P-0007" },
    };
    door.opens = ({ said }) => (said.kind === "submit" ? done() : { kind: "form", form: asked });
    await press("ana", card, "Decline…");
    await openForm(get(), "ana");
    await get().submit("ana", { title: "at sea" });
    await until("the submission", () => door.came.length === 3);
    const input = { proposal: "P-0007", title: "at sea" };
    expect(door.came[2]).toMatchObject({ where: card, said: { kind: "submit", command: "pause decline", input } });
  });

  it("happens once when it is delivered twice", async () => {
    const { platform, door, channel, press, twice } = get();
    const buttons = [{ label: "Go", command: "incident list", input: {} }];
    const card = await platform.post(channel, view("Card", { buttons }), { key: "card" });
    let ran = 0;
    door.opens = () => ({
      kind: "run",
      run: async () => {
        ran += 1;
        return {};
      },
    });
    await twice(() => press("ana", card, "Go"));
    await until("the press", () => ran >= 1);
    await press("ben", card, "Go");
    await until("the other's press", () => ran >= 2);
    expect(ran).toBe(2);
    expect(door.came).toHaveLength(2);
  });

  it("puts a message on the timeline, and takes it off", async () => {
    const { door, channel, say, mark, user } = get();
    const root = await say("ben", channel, "It began at 03:12");
    const reply = await say("ben", root.place, "with this one");
    await mark("ana", reply.place, true);
    await until("the mark", () => door.pins.length === 1);
    await mark("ana", reply.place, false);
    await until("its end", () => door.pins.length === 2);
    expect(door.pins.map(({ user: by, message, on }) => ({ by, message, on }))).toEqual([
      { by: user("ana"), message: reply.place, on: true },
      { by: user("ana"), message: reply.place, on: false },
    ]);
    expect(new Set(door.pins.map(({ id }) => id)).size).toBe(2);
  });
}

async function openForm(world: World, who: "ana" | "ben") {
  return until("a form", () => world.form(who));
}

/** Ana alone is shown these words, in the channel or directly; nobody else is, anywhere. */
async function answered({ alone, seen, direct, channel }: World, words: string): Promise<void> {
  await until(`the answer ${words}`, () => titled([...alone("ana", channel), ...direct("ana")], [words]).length === 1);
  const others = [...seen("ben", channel), ...alone("ben", channel), ...direct("ben")];
  expect(titled(others, [words])).toEqual([]);
}

/** Noun and verb, however a platform brought them. */
function commandOf(said: Said | undefined): string | undefined {
  if (said === undefined) return undefined;
  return said.kind === "line" ? said.line.split(/\s+/).slice(0, 2).join(" ") : said.command;
}
