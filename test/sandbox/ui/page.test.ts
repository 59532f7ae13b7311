/** The page in a real browser, over a real workspace and a real bot. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { launchBrowser, skipBrowserTests } from "../../browser.ts";
import { everything, severityCard, tallyCard } from "./bot.ts";
import { ANA, BEN, type Stage, startStage, WAR_ROOM } from "./stage.ts";

const WAIT_MS = 8000;

describe.skipIf(skipBrowserTests)("the page", { timeout: 30_000 }, () => {
  let browser: Browser;
  let stage: Stage;
  let pages: Server;
  let context: BrowserContext;
  let page: Page;
  let mistakes: string[];

  beforeAll(async () => {
    pages = await startSigningPage();
    const { port } = pages.address() as AddressInfo;
    stage = await startStage({ proxy: { origin: `http://127.0.0.1:${port}` } });
    browser = await launchBrowser();
  }, 30_000);

  afterAll(async () => {
    await browser.close();
    await stage.close();
    pages.close();
  });

  beforeEach(async () => {
    await useWindow({ width: 1280, height: 800 });
  });

  afterEach(async () => {
    await context.close();
    expect(mistakes).toEqual([]);
  });

  async function useWindow(viewport: { width: number; height: number }): Promise<void> {
    await context?.close();
    context = await browser.newContext({ viewport });
    context.setDefaultTimeout(WAIT_MS);
    mistakes = [];
    page = await context.newPage();
    page.on("pageerror", (error) => mistakes.push(error.message));
    page.on("console", (message) => message.type() === "error" && mistakes.push(message.text()));
  }

  async function open(path: string): Promise<void> {
    await page.goto(stage.url + path);
    await page.getByTestId("act-as").waitFor();
    const guide = page.getByTestId("guide-close");
    await page
      .getByTestId("composer")
      .or(page.getByRole("button", { name: "Join" }))
      .first()
      .waitFor();
    if (await guide.isVisible()) await guide.click();
  }

  async function say(text: string): Promise<void> {
    await page.getByTestId("composer").fill(text);
    await page.getByTestId("composer").press("Enter");
  }

  test("a newcomer is told what to do, and can be somebody else at once", async () => {
    await page.goto(stage.url);
    await page.getByTestId("guide").getByText("Declare", { exact: true }).waitFor();
    await page.getByTestId("guide-close").click();
    await page.getByTestId("act-as").click();
    await page.getByTestId(`act-as-option-${BEN}`).click();
    await page.getByTestId("act-as").getByText("Ben Okafor").waitFor();
    expect(new URL(page.url()).searchParams.get("as")).toBe(BEN);
    await page.reload();
    await page.getByTestId("act-as").getByText("Ben Okafor").waitFor();
    expect(await page.getByTestId("guide").count()).toBe(0);
  });

  test("a command opens a form; wrong answers stand under their fields; a right one reaches the bot", async () => {
    await open(`/?as=${ANA}#/${WAR_ROOM}`);
    await page.getByTestId("composer").fill("/inc");
    await page.getByTestId("composer").press("Tab");
    await page.getByTestId("composer").pressSequentially("dec");
    await page.getByRole("option", { name: "/incident declare" }).waitFor();
    await say("/incident declare");
    const modal = page.getByTestId("modal");
    await page.getByTestId("modal-submit").click();
    await page.getByTestId("error-title").getByText("Please complete this required field.").waitFor();

    await modal.getByLabel("What is happening?").fill("hm");
    await modal.getByLabel("Severity").selectOption("critical");
    await modal.getByLabel("Whom else to invite").selectOption({ label: "Gil Moreau" });
    // A bot that is slow to answer has its options asked for again by the next letter, as a person would.
    await vi.waitFor(
      async () => {
        await modal.getByLabel("Playbook").fill("or");
        await modal.getByLabel("Playbook").fill("ora");
        await modal.getByRole("option", { name: "Oracle drift" }).click({ timeout: 4_000 });
      },
      { timeout: 20_000 },
    );
    await modal.getByLabel("Everybody").check();
    await page.getByTestId("modal-submit").click();
    await page.getByTestId("error-title").getByText("Say a little more than that.").waitFor();

    await modal.getByLabel("What is happening?").fill("Vault-USDC is being drained");
    await page.getByTestId("modal-submit").click();
    await page.getByRole("heading", { name: /Vault-USDC is being drained/ }).waitFor();
    expect(await modal.count()).toBe(0);
    expect(stage.heard.forms).toMatchObject([
      {
        user: ANA,
        values: {
          title: { title: { value: "Vault-USDC is being drained" } },
          severity: { severity: { selected_option: { value: "critical" } } },
          people: { people: { selected_users: ["U0GIL"] } },
          runbook: { runbook: { selected_option: { value: "Oracle drift" } } },
          visible: { visible: { selected_option: { value: "all" } } },
          notes: { notes: { value: null } },
        },
      },
    ]);
  });

  test("buttons work, and ask first where they should", async () => {
    const { ts } = await stage.bot.app.client.chat.postMessage({
      channel: WAR_ROOM,
      text: "card",
      blocks: severityCard("Pressed"),
    });
    await open(`/?as=${ANA}#/${WAR_ROOM}`);
    const card = page.getByTestId(`message-${ts}`);
    await card.getByRole("button", { name: "Complete" }).click();
    await page.getByText("Step 1 is complete. The next one is yours.").waitFor();
    await page.getByText("Only visible to you").waitFor();

    await card.getByRole("button", { name: "Propose the pause" }).click();
    await page.getByTestId("confirm-deny").click();
    await card.getByRole("button", { name: "Propose the pause" }).click();
    await page.getByTestId("confirm-yes").click();
    await card.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Note…" }).click();
    await stage.slack.until(() => stage.heard.presses.length === 3);
    expect(stage.heard.presses.map(({ actionId }) => actionId)).toEqual(["complete", "propose", "more"]);

    await page.getByTestId("act-as-U0BEN").click();
    await page.getByTestId("act-as").getByText("Ben Okafor").waitFor();
    expect(await page.getByText("Only visible to you").count()).toBe(0);
  });

  test("every kind of block is drawn, and one that is not known says so", async () => {
    const { ts } = await stage.bot.app.client.chat.postMessage({
      channel: WAR_ROOM,
      text: "all",
      blocks: everything(),
    });
    await open(`/?as=${ANA}#/${WAR_ROOM}`);
    const message = page.getByTestId(`message-${ts}`);
    await message.getByText("Unsupported block: video").waitFor();
    expect(await message.locator("table").count()).toBe(2);
    expect(await message.locator("ol li, blockquote, pre").allInnerTexts()).toContain("Tell users");
    await message.getByLabel("Severity").selectOption("high");
    await message.getByRole("checkbox", { name: "Ana" }).check();
    await stage.slack.until(() => stage.heard.presses.some(({ actionId }) => actionId === "looked"));
    expect(stage.heard.presses.at(-1)?.values).toMatchObject({
      values: { pickers: { severity: { selected_option: { value: "high" } }, time: { selected_time: "03:29" } } },
    });
  });

  test("reactions, threads and message shortcuts", async () => {
    const { ts } = await stage.bot.app.client.chat.postMessage({ channel: WAR_ROOM, text: "Look at block 31337" });
    await open(`/?as=${ANA}#/${WAR_ROOM}`);
    const message = page.getByTestId(`message-${ts}`);
    await message.hover();
    await message.getByTestId("message-menu").click();
    await page.getByRole("menuitem", { name: "Add to timeline" }).click();
    await message.getByRole("button", { name: "pushpin: Allstop" }).click();
    await message.getByRole("button", { name: "pushpin: Allstop, Ana Lima" }).waitFor();
    await message.getByTestId("reply").click();
    await page.getByTestId("thread-composer").fill("Seen it, *twice*");
    await page.getByTestId("thread-composer").press("Enter");
    await message.getByText("1 reply").waitFor();
    expect(await page.getByTestId("thread").locator("strong", { hasText: "twice" }).count()).toBe(1);
    expect(page.url()).toContain(`#/${WAR_ROOM}/thread/${ts}`);
  });

  test("the signing page opens as the acting person and finds their wallet", async () => {
    await stage.bot.app.client.chat.postMessage({
      channel: WAR_ROOM,
      text: "sign",
      blocks: tallyCard(`${stage.url}/sign/abc`),
    });
    await open(`/?as=${BEN}#/${WAR_ROOM}`);
    const opened = context.waitForEvent("page");
    await page.getByRole("button", { name: "Sign" }).last().click();
    const signing = await opened;
    await signing.getByText("Sandbox wallet", { exact: true }).click();
    await signing.getByTestId("wallet-reject").click();
    await signing.getByText("4001").waitFor();
    expect(new URL(signing.url()).search).toBe("");

    await signing.getByText("Sandbox wallet", { exact: true }).click();
    await signing.getByTestId("wallet-dialog").getByText("stop everything").waitFor();
    await signing.getByTestId("wallet-approve").click();
    await signing.getByText(/^0x[0-9a-f]{130}$/).waitFor();

    await signing.goto(`${stage.url}/sign/abc?as=${ANA}`);
    await signing.getByText("Sandbox wallet", { exact: true }).click();
    await signing.getByText("Ana Lima has no wallet in this sandbox").waitFor();
  });

  test("on a phone everything is reachable and nothing runs off the side", async () => {
    await useWindow({ width: 390, height: 844 });
    await stage.bot.app.client.chat.postMessage({
      channel: WAR_ROOM,
      text: "tally",
      blocks: tallyCard(`${stage.url}/sign/abc`),
    });
    await open(`/?as=${ANA}#/C0GENERAL`);
    await page.getByTestId("menu").click();
    await page.getByTestId(`place-${WAR_ROOM}`).click();
    await page.getByText("Safe transaction hash").last().waitFor();
    await say("/incident declare");
    const modal = page.getByTestId("modal");
    await modal.waitFor();
    expect(await modal.evaluate((node) => node.getBoundingClientRect().width)).toBe(390);
    await page.getByTestId("modal-close").click();
    await modal.waitFor({ state: "detached" });
    expect(await page.locator("html").evaluate((node) => node.scrollWidth)).toBe(390);
    const composerHeight = await page.getByTestId("send").evaluate((node) => node.getBoundingClientRect().height);
    expect(composerHeight).toBeGreaterThanOrEqual(44);
  });

  test("when the bot is away the page says so", async () => {
    await open(`/?as=${ANA}#/${WAR_ROOM}`);
    const other = await startStage();
    await page.goto(`${other.url}/?as=${ANA}#/${WAR_ROOM}`);
    await page.getByTestId("composer").waitFor();
    const { ts } = await other.bot.app.client.chat.postMessage({
      channel: WAR_ROOM,
      text: "card",
      blocks: severityCard("Nobody answers"),
    });
    await other.bot.stop();
    await page.getByText("Allstop is offline").waitFor();
    await say("/incident help");
    await page.getByText('/incident failed with the error "dispatch_failed"').waitFor();
    // The notice and the refusal come by different ways, in either order.
    await expect.poll(() => page.getByTestId("composer").inputValue()).toBe("/incident help");
    await page.getByTestId(`message-${ts}`).getByRole("button", { name: "Skip…" }).click();
    await page.getByTestId(`message-${ts}`).getByText("Oh no, something went wrong.").waitFor();
    await page.goto("about:blank");
    await other.close();
  });
});

/** What any page that asks a wallet for a signature does, with the strict policy of the bot's own. */
async function startSigningPage(): Promise<Server> {
  const script = `
    const typedData = { domain: { chainId: 31337 }, types: { Word: [{ name: "said", type: "string" }] }, primaryType: "Word", message: { said: "stop everything" } };
    addEventListener("eip6963:announceProvider", ({ detail: { info, provider } }) => {
      const button = document.createElement("button");
      button.textContent = info.name;
      const result = document.createElement("p");
      button.onclick = async () => {
        try {
          const [account] = await provider.request({ method: "eth_requestAccounts" });
          result.textContent = await provider.request({ method: "eth_signTypedData_v4", params: [account, JSON.stringify(typedData)] });
        } catch (error) { result.textContent = error.code + " " + error.message; }
      };
      document.body.replaceChildren(button, result);
    });
    dispatchEvent(new Event("eip6963:requestProvider"));`;
  const server = createServer((request, answer) => {
    const isScript = request.url === "/assets/sign.js";
    answer.writeHead(200, {
      "content-type": isScript ? "text/javascript" : "text/html",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:",
    });
    answer.end(
      isScript
        ? script
        : '<!doctype html><head><script type="module" src="/assets/sign.js"></script></head><body></body>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
