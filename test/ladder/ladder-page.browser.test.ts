/** The page of rungs in a real browser: a wallet signs one nonce after another, stops, and goes on. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signRung } from "../../src/core/ladder.ts";
import { launchBrowser, skipBrowserTests } from "../browser.ts";
import { accounts, startTestWeb, stranger, type TestWeb } from "../web/fixtures.ts";
import { type LadderWorld, openLadderWorld } from "./world.ts";

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true };

describe.skipIf(skipBrowserTests)("the page of rungs in a browser", () => {
  let browser: Browser;
  let world: LadderWorld;
  let web: TestWeb;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  /** What the wallet was asked, and the nonces that it signed. */
  let asked: string[];
  let signed: string[];
  /** The wallet refuses from so many signatures on. */
  let refuseFrom: number;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    world = openLadderWorld();
    await world.collect(3, 0);
    web = await startTestWeb();
    web.app.ladder = {
      set: async (seq) => (await world.ladder())?.sets.find((set) => set.seq === seq),
      sign: (request) => signRung(world.app, { by: "allstop" }, request),
    };
    context = await browser.newContext(phone);
    page = await context.newPage();
    complaints = [];
    asked = [];
    signed = [];
    refuseFrom = Number.POSITIVE_INFINITY;
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) complaints.push(message.text());
    });
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await context.close();
    await web.close();
    world.remove();
  });

  /** Puts a wallet into the page as an extension does. Its key stays here. */
  async function installWallet(account: (typeof accounts)[number] = accounts[0]!) {
    await page.exposeFunction("walletRequest", async (method: string, params: unknown[] = []) => {
      asked.push(method);
      if (method === "eth_requestAccounts") return { result: [account.address] };
      if (method === "eth_chainId") return { result: "0x7a69" };
      if (method !== "eth_signTypedData_v4") return { error: { code: 4200, message: "No such method" } };
      if (signed.length >= refuseFrom) return { error: { code: 4001, message: "Rejected" } };
      const typed = JSON.parse(String(params[1]));
      signed.push(typed.message.nonce);
      return { result: await account.signTypedData(typed) };
    });
    await page.addInitScript(
      `{
        const provider = { async request({ method, params }) {
          const { result, error } = await window.walletRequest(method, params);
          if (error) throw error;
          return result;
        } };
        const info = { uuid: "b7a1", name: "Test wallet", rdns: "example.wallet" };
        const announce = () => window.dispatchEvent(
          new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
        window.addEventListener("eip6963:requestProvider", announce);
        announce();
      }`,
    );
  }

  const open = () => page.goto(web.app.links.ladder(1));
  const press = (id: string) => page.getByTestId(id).click();
  const waitFor = (words: string) => page.getByTestId("result").getByText(words).waitFor();
  const count = (nonce: number) => page.locator(`.rung[data-nonce="${nonce}"] .count`).textContent();
  const kept = () => world.app.ladder?.list().map(({ nonce }) => nonce);

  it("signs one nonce after another with one press, and keeps each", async () => {
    await installWallet();
    await open();
    expect(await page.getByTestId("phrase").textContent()).toBe(web.app.links.phrase("ladder/1"));
    await press("wallet-option");
    await page.getByText("Ada, an owner of this Safe. Has signed 0 of 3; next is nonce 7.").waitFor();
    // What a hardware wallet will show first stands above the button: the golden hash of nonce 7.
    expect(await page.locator("#account").textContent()).toContain("40BD 7AA2 123B E23E EA51 EAA9 BB42 828E");
    await page.getByRole("button", { name: "Sign 3 pauses with Test wallet" }).click();
    await page.getByText("Has signed all 3: nothing is left to do here.").waitFor();
    expect(signed).toEqual(["7", "8", "9"]);
    expect(kept()).toEqual(["7", "8", "9"]);
    expect(await count(9)).toBe("1 of 3 signatures");
    expect(asked).not.toContain("eth_sign");
    expect(asked).not.toContain("eth_sendTransaction");
  });

  it("stops where the wallet stops, and goes on from there", async () => {
    refuseFrom = 1;
    await installWallet();
    await open();
    await press("wallet-option");
    await press("sign-button");
    await waitFor("It was rejected in the wallet. Nothing was sent.");
    expect(kept()).toEqual(["7"]);
    await page.getByText("Has signed 1 of 3; next is nonce 8.").waitFor();
    expect(await page.locator("#account").textContent()).toContain("5CF8 8196 9830 7411 72DD A4F2 B46E 91D7");
    refuseFrom = Number.POSITIVE_INFINITY;
    await page.reload();
    await press("wallet-option");
    await page.getByRole("button", { name: "Sign 2 pauses with Test wallet" }).click();
    await page.getByText("Has signed all 3").waitFor();
    expect(signed).toEqual(["7", "8", "9"]);
  });

  it("fits the phone, hashes whole, and says that there is no incident", async () => {
    await open();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    const rungs = ((await page.locator("#rungs").textContent()) ?? "").replace(/\s+/g, "");
    for (const { messageHash, safeTxHash } of (await world.ladder())!.sets[0]!.rungs) {
      expect(rungs).toContain(messageHash.slice(2).toUpperCase());
      expect(rungs).toContain(safeTxHash.slice(2).toUpperCase());
    }
    await page.getByText("There is no incident.").waitFor();
  });

  it("warns before anything is signed when the account is not an owner", async () => {
    await installWallet(stranger);
    await open();
    await press("wallet-option");
    await page.getByText("not an owner of this Safe").waitFor();
    expect(await page.getByTestId("sign-button").count()).toBe(0);
  });

  it("takes several pasted together, and says which was no owner's", async () => {
    await open();
    const [first, second] = [await world.signatureOf(1, 8n), await world.signatureOf(1, 9n)];
    const strange = await stranger.sign({ hash: (await world.ladder())!.sets[0]!.rungs[0]!.safeTxHash });
    await page.getByTestId("paste-input").fill(`${first}\n${strange}\n${second}`);
    await press("paste-submit");
    await waitFor("2 of 3 were taken in.");
    await page.getByTestId("outcomes").getByText("no signature of an owner of ops-pause").waitFor();
    expect(kept()).toEqual(["8", "9"]);
    await page.getByText("Signed: Bashir.").first().waitFor();
  });

  it("keeps a signature that could not be handed in, and says where it must not go", async () => {
    await installWallet();
    await open();
    await press("wallet-option");
    await page.getByTestId("sign-button").waitFor();
    await page.route("**/api/ladder/*", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await press("sign-button");
    await waitFor("Your signature is made, and stands in the box below.");
    await waitFor("Never paste it into a chat.");
    expect(signed).toEqual(["7"]);
    await page.unroute("**/api/ladder/*");
    await press("paste-submit");
    await waitFor("Nonce 7: 1 of 3 signatures.");
  });

  it("takes the buttons away when the nonces are used", async () => {
    await open();
    await page.getByTestId("paste-submit").waitFor();
    await world.journal.record("ladder", { by: "chain:31337" }, () => ({
      events: [
        {
          kind: "ladder.safe_changed",
          chainId: 31337,
          safe: web.pause.facts.safe.address,
          owners: accounts.slice(0, 5).map(({ address }) => address),
          threshold: 3,
          nonce: "10",
          blockNumber: "101",
          removed: [],
          thresholdBefore: 3,
        },
      ],
      effects: [],
    }));
    await page.getByText("The Safe has used all of these nonces.").waitFor();
    expect(await page.getByTestId("paste-submit").isVisible()).toBe(false);
  });

  it("of a link that is over, or that nobody made, says so", async () => {
    await world.type("U0NOOR", "ladder burn pause-vault burn");
    const over = await page.goto(web.app.links.ladder(1));
    expect(over?.status()).toBe(410);
    await page.getByText("laid anew, used up or burned").waitFor();
    const strange = await page.goto(`${web.url}/ladder/1.AAAAAAAAAAAAAAAAAAAAAAAA`);
    expect(strange?.status()).toBe(404);
    expect(strange?.headers()["content-security-policy"]).toContain("default-src 'none'");
  });
});
