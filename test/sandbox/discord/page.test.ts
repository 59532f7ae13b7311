import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { sandboxPeople } from "../../../src/sandbox/chain/index.ts";
import { readMarkdown } from "../../../src/sandbox/discord-page/markdown.ts";
import { discordWorkspace } from "../../../src/sandbox/discord-page/workspace.ts";
import type { WorkspaceClient } from "../../../src/sandbox/slack/client-api.ts";
import { startSandbox } from "../../../src/start-sandbox.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const idOf = (key: string) => sandboxPeople.find((person) => person.key === key)?.discordId ?? "";
const GENERAL = "500000000000000001";

async function open() {
  const folder = mkdtempSync(join(tmpdir(), "allstop-discord-page-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const log = pino({ level: "silent" });
  const sandbox = await startSandbox({
    folder,
    port: 0,
    log,
    page: false,
    chats: ["discord"],
    progress: () => undefined,
  });
  closers.push(() => sandbox.close());
  const { discord } = sandbox;
  if (discord === undefined) throw new Error("Discord was asked for.");
  const people = sandboxPeople.map(({ discordId: id, title }) => ({ id, title }));
  return { discord, page: discordWorkspace(discord, people) };
}

describe("The sandbox's page on Discord", () => {
  it("lets a person type a command, fill its form, read the room, and press a button", async () => {
    const { discord, page } = await open();
    const noor = idOf("noor");
    const heard: string[] = [];
    page.subscribe(noor, (event) => void heard.push(event.type));
    expect(await page.act(noor, { do: "send", channel: GENERAL, text: "/incident declare" })).toEqual({ ok: true });
    const [form] = page.state(noor).views;
    const names = form?.blocks.map((block) => block.block_id);
    expect(names).toEqual(["field:severity", "field:title", "field:kind", "field:description", "field:drill"]);
    const state = {
      "field:severity": { x: { type: "static_select", selected_option: { value: "critical" } } },
      "field:title": { x: { type: "plain_text_input", value: "Vault *is* <@1> draining" } },
    };
    expect(await page.act(noor, { do: "submit", viewId: form?.id ?? "", state })).toEqual({ ok: true });
    const room = await discord.until(() => page.state(noor).channels.find(({ kind }) => kind === "private"));
    const card = await discord.until(() => page.messages(noor, { channel: room.id }).find(({ pinned }) => pinned));
    // A person's words stay what they are: nothing in them formats or names anybody.
    expect(headingOf(card)).toBe("🚨 INC-0001 Vault *is* <@1> draining");
    await press(page, noor, card, "Start the playbook");
    await discord.until(() =>
      page.messages(noor, { channel: room.id }).some((m) => JSON.stringify(m.blocks).includes("Step 1")),
    );
    expect(heard).toContain("channel");
    expect(heard).toContain("message");
    expect(page.state(idOf("dara")).team.name).toContain("Discord");
    // Whoever was not there sees that something waits, until it is read.
    const waiting = () => page.state(idOf("sofia")).channels.find(({ id }) => id === room.id)?.unread;
    expect(waiting()).toBeGreaterThan(0);
    await page.act(idOf("sofia"), { do: "read", channel: room.id });
    expect(waiting()).toBe(0);
  });

  it("reads a typed line as the options of the command", async () => {
    const { discord, page } = await open();
    const noor = idOf("noor");
    await page.act(noor, { do: "send", channel: GENERAL, text: "/incident declare high Oracle is off by a lot" });
    await discord.until(() => page.state(noor).channels.some(({ name }) => name === "inc-0001-oracle-is-off-by-a-lot"));
    expect(await page.act(noor, { do: "send", channel: GENERAL, text: "/incident delcare x" })).toMatchObject({
      ok: false,
    });
  });
});

describe("Discord's Markdown, as the page draws it", () => {
  it("keeps escapes literal, and knows emphasis, code, people, times, links and quotes", () => {
    const { block } = readMarkdown(
      "**Bold** \\*not\\* `co*de` <@12> <t:1700000000:f> [label](<https://x.example>)\n> quoted\n```\n0xab\n```",
    );
    expect(block.elements.map(({ type }) => type)).toEqual([
      "rich_text_section",
      "rich_text_quote",
      "rich_text_preformatted",
    ]);
    expect(JSON.stringify(block.elements[0])).toContain('{"type":"text","text":" *not* "}');
    expect(block.elements[0]?.elements).toContainEqual({ type: "user", user_id: "12" });
    expect(block.elements[0]?.elements).toContainEqual({ type: "link", url: "https://x.example", text: "label" });
    expect(readMarkdown("### ⚠️ Title").look).toBe("heading");
  });
});

function headingOf({ blocks = [] }: ReturnType<WorkspaceClient["messages"]>[number]): string {
  const [header] = blocks;
  return header?.type === "header" ? header.text.text : "";
}

async function press(
  page: WorkspaceClient,
  as: string,
  message: ReturnType<WorkspaceClient["messages"]>[number],
  label: string,
) {
  for (const block of message.blocks ?? []) {
    if (block.type !== "actions") continue;
    for (const element of block.elements) {
      if (element.type !== "button" || element.text.text !== label) continue;
      const { channel, ts } = message;
      return page.act(as, {
        do: "press",
        channel,
        ts,
        blockId: block.block_id ?? "",
        actionId: element.action_id ?? "",
      });
    }
  }
  throw new Error(`There is no button ${label}.`);
}
