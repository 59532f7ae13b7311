import { describe, expect, it } from "vitest";
import { useStage } from "./stage.ts";

const stage = useStage();
const { open } = stage;

describe("Words that Allstop does not understand", () => {
  it("an unknown command is named, with the nearest that there is", async () => {
    const people = await open();
    const answer = await people.ask("noor", "general", "/incident delcare critical help");
    expect(answer).toContain("There is no command /incident delcare");
    expect(answer).toContain("/incident declare");
  });

  it("a surplus or wrong argument is named, with how to write it", async () => {
    const people = await open();
    await stage.world.declare();
    const surplus = await people.ask("noor", "general", "/incident status INC-0001 active because 17 INC-0002");
    expect(surplus).not.toContain("stumbled");
    const many = await people.ask("noor", "general", "/incident list everything please");
    expect(many).toContain("I could not place: everything please");
    expect(many).toContain("/incident list");
  });

  it("an unknown incident, proposal and playbook are answered by name", async () => {
    const people = await open();
    const room = await stage.world.declare();
    expect(await people.ask("noor", "general", "/incident status INC-0099")).toContain("INC-0099");
    expect(await people.ask("noor", "general", "/pause status P-0042")).toContain("P-0042");
    expect(await people.ask("noor", room, "/playbook start no-such-book")).toContain("no-such-book");
    expect(await people.ask("noor", room, "/incident note --incident banana hello")).toContain("not an incident id");
  });

  it("a form with an answer that is too long comes back with the mistake under its field", async () => {
    const people = await open();
    await people.say("noor", "general", "/incident declare");
    await stage.world.slack.until(() => stage.world.slack.client.state("U0NOOR").views.length > 0);
    const view = stage.world.slack.client.state("U0NOOR").views.at(-1)!;
    const state = {
      severity: {
        "field:severity": {
          type: "static_select",
          selected_option: { value: "critical", text: { type: "plain_text", text: "Critical" } },
        },
      },
      title: { "field:title": { type: "plain_text_input", value: "x".repeat(201) } },
    };
    const result = await people.act("noor", { do: "submit", viewId: view.id, state });
    expect(result).toMatchObject({ ok: false, errors: { title: expect.stringContaining("200") } });
    const again = await people.act("noor", {
      do: "submit",
      viewId: view.id,
      state: { ...state, title: { "field:title": { type: "plain_text_input", value: "It is real" } } },
    });
    expect(again.ok).toBe(true);
    await people.channelOf("inc-0001-it-is-real");
  });
});

describe("Titles of every kind still open a room", () => {
  it.each([
    ["of 200 characters", `Vault ${"drained ".repeat(25)}`.slice(0, 200).trim(), /^inc-0001-vault-drained-.{20,}$/],
    ["of emoji alone", "🔥🔥🔥", /^inc-0001$/],
    ["in another script", "金库正在被掏空", /^inc-0001$/],
    ["with accents", "Trésor vidé – ça brûle", /^inc-0001-tresor-vide-ca-brule$/],
    ["of punctuation", "!!! ??? ---", /^inc-0001$/],
  ])("%s", async (_, title, name) => {
    const people = await open();
    const room = await stage.world.declare(title);
    expect(room).toMatch(name);
    expect(room.length).toBeLessThanOrEqual(80);
    expect(people.words("noor", room)).toContain(title.slice(0, 100));
  });

  it("a title over the limit is answered, and nothing is declared", async () => {
    const people = await open();
    const answer = await people.ask("noor", "general", `/incident declare critical ${"drained ".repeat(40)}`);
    expect(answer).toContain("200 characters at most");
    expect(await stage.world.bot.app.journal.incidents()).toEqual([]);
  });
});

describe("What people write never pings, links or formats", () => {
  const hostile = "<!channel> <@U0ANA> @here *bold* `code` <http://evil.example|bank> \u202Egnp.exe :fire:";

  it("in a title, a description, a note, an update and a reason", async () => {
    const people = await open({ linked: ["ana"] });
    await people.say("noor", "general", "/incident declare");
    await people.submit("noor", { severity: "critical", title: hostile, description: hostile });
    const room = await people.channelOf("inc-0001");
    await people.sees("noor", room, "U+202E");
    for (const line of ["/incident note", "/incident update", "/incident severity high"]) {
      await people.say("noor", room, `${line} ${hostile}`);
    }
    await people.sees("noor", room, "Severity: ");
    await people.say("sofia", room, `/pause propose pause-vault ${hostile}`);
    await people.sees("ana", room, "P-0001");
    await people.say("ana", room, `/pause decline P-0001 ${hostile}`);
    await people.say("sofia", room, `/incident resolve ${hostile}`);
    await stage.world.slack.until(() => people.files(room).length >= 2, { what: "the files", timeoutMs: 20_000 });

    const posts = stage.world.slack.journal.filter(({ method }) => /^(chat|views)\./.test(method));
    expect(posts.length).toBeGreaterThan(8);
    for (const { args } of posts) expectHarmless(args);
    const markdown = people.files(room).find(({ name }) => name.endsWith(".md"))?.content ?? "";
    expect(markdown).not.toContain("<!channel>");
    expect(markdown).not.toContain("\u202E");
    expect(markdown).not.toMatch(/\[bank\]\(http/);
  });
});

/** No mark that Slack would act on, in any text that it parses; no link or mention that a person's words made. */
function expectHarmless(args: unknown): void {
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    const { type, text, url, style } = node as Record<string, unknown>;
    expect(type).not.toBe("broadcast");
    if (type === "link") expect(url).not.toContain("evil.example");
    if (type === "mrkdwn") expect(text).not.toMatch(/<!channel|<@U0ANA>|evil\.example|\*bold\*/);
    if (typeof text === "string" && type === "text") expect(style ?? {}).not.toMatchObject({ strike: true });
    for (const value of Object.values(node)) walk(value);
  };
  walk(args);
  const parsed = (args as { text?: unknown }).text;
  if (typeof parsed === "string") expect(parsed).not.toMatch(/<!channel>|<http:\/\/evil/);
  expect(JSON.stringify(args)).not.toContain("\u202E");
}
