/** The signing page in a real browser: a wallet that announces itself signs a real SafeTx, and the server counts it. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { groupHash, recoverOwner } from "../../src/core/safe-tx.ts";
import { hashSafeMessage, preimageOf } from "../../src/core/signature-message.ts";
import { launchBrowser, skipBrowserTests } from "../browser.ts";
import { accounts, confirmed, owners, pauseAfter, startTestWeb, stranger, type TestWeb } from "./fixtures.ts";

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true };
const ICON = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

interface WalletOptions {
  account?: (typeof accounts)[number];
  chainId?: number;
  /** Error code that switching the chain ends with. */
  switching?: number;
  /** Error code that signing ends with. */
  signing?: number;
}

describe.skipIf(skipBrowserTests)("the signing page in a browser", () => {
  let browser: Browser;
  let web: TestWeb;
  let context: BrowserContext;
  let page: Page;
  /** What the browser's console complained of, and what the wallet was asked. */
  let complaints: string[];
  let asked: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    web = await startTestWeb({ title: "Vault <b>drains</b>" });
    context = await browser.newContext(phone);
    page = await context.newPage();
    complaints = [];
    asked = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) complaints.push(message.text());
    });
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await context.close();
    await web.close();
  });

  /** Puts a wallet into the page as an extension does. Its key stays here. */
  async function installWallet({ account = accounts[0]!, chainId = 31337, switching, signing }: WalletOptions = {}) {
    let chain = chainId;
    await page.exposeFunction("walletRequest", async (method: string, params: unknown[] = []) => {
      asked.push(method);
      const refuse = (code: number) => ({ error: { code, message: `Refused with ${code}` } });
      switch (method) {
        case "eth_requestAccounts":
          return { result: [account.address] };
        case "eth_chainId":
          return { result: `0x${chain.toString(16)}` };
        case "wallet_switchEthereumChain":
          if (switching !== undefined) return refuse(switching);
          chain = Number((params[0] as { chainId: string }).chainId);
          return { result: null };
        case "eth_signTypedData_v4":
          if (signing !== undefined) return refuse(signing);
          return { result: await account.signTypedData(JSON.parse(String(params[1]))) };
        default:
          return refuse(4200);
      }
    });
    await page.addInitScript(
      `{
        const provider = { async request({ method, params }) {
          const { result, error } = await window.walletRequest(method, params);
          if (error) throw error;
          return result;
        } };
        const info = { uuid: "b7a1", name: "Test wallet", icon: ${JSON.stringify(ICON)}, rdns: "example.wallet" };
        const announce = () => window.dispatchEvent(
          new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
        window.addEventListener("eip6963:requestProvider", announce);
        announce();
      }`,
    );
  }

  const open = () => page.goto(web.app.links.sign("P-0007"));
  const press = (id: string) => page.getByTestId(id).click();
  const result = () => page.getByTestId("result");
  const waitFor = (words: string) => result().getByText(words).waitFor();

  it("signs with a wallet at phone width, and the server recovers the owner", async () => {
    await installWallet({ chainId: 1 });
    await open();
    expect(await page.getByTestId("phrase").textContent()).toBe(web.app.links.phrase("P-0007"));
    await press("wallet-option");
    await page.getByText("Ada, an owner of this Safe.").waitFor();
    // What a hardware wallet will show stands above the button.
    expect(await page.locator("#account").textContent()).toContain("40BD 7AA2 123B E23E EA51 EAA9 BB42 828E");
    await press("sign-button");
    await waitFor("Counted: 1 of 3");
    const [confirmation] = web.pause.confirmations;
    expect(await recoverOwner(web.pause.facts.safeTxHash, confirmation!.signature)).toBe(accounts[0]!.address);
    expect(asked).toContain("wallet_switchEthereumChain");
    expect(asked).not.toContain("eth_sign");
    expect(asked).not.toContain("eth_sendTransaction");
    await page.getByText("Has signed: nothing is left to do here.").waitFor();
    expect(await page.getByTestId("sign-button").count()).toBe(0);
  });

  it("fits the phone, hashes whole", async () => {
    await open();
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBe(390);
    const card = ((await page.locator("#card").textContent()) ?? "").replace(/\s+/g, "");
    expect(card).toContain(web.pause.facts.safeTxHash.slice(2).toUpperCase());
    expect(card).toContain("0x2222222222222222222222222222222222222222");
    expect(await page.locator(".incident").textContent()).toContain("Vault <b>drains</b>");
  });

  it("warns before anything is signed when the account is not an owner", async () => {
    await installWallet({ account: stranger });
    await open();
    await press("wallet-option");
    await page.getByText("not an owner of this Safe").waitFor();
    expect(await page.getByTestId("sign-button").count()).toBe(0);
    expect(asked).not.toContain("eth_signTypedData_v4");
  });

  it("lets the person go on when the wallet can't change the chain", async () => {
    await installWallet({ chainId: 1, switching: 4902 });
    await open();
    await press("wallet-option");
    await press("sign-button");
    await waitFor("Test wallet is on chain 1, and this Safe is on Sandbox (31337).");
    await page.getByRole("button", { name: "Sign without switching" }).click();
    await waitFor("Counted: 1 of 3");
  });

  it("says what a rejection means", async () => {
    await installWallet({ signing: 4001 });
    await open();
    await press("wallet-option");
    await press("sign-button");
    await waitFor("It was rejected in the wallet. Nothing was sent.");
    expect(await page.getByTestId("sign-button").isEnabled()).toBe(true);
    expect(web.pause.confirmations).toEqual([]);
  });

  it("takes a pasted signature, and says what is wrong with half of one", async () => {
    await open();
    await page.getByText("No wallet was found in this browser.").waitFor();
    await page.getByTestId("paste-input").fill("0x1234");
    await press("paste-submit");
    await page.getByText("this has 6 characters, not 132").waitFor();
    await page.getByTestId("paste-input").fill(await accounts[1]!.sign({ hash: web.pause.facts.safeTxHash }));
    await press("paste-submit");
    await waitFor(`Counted: 1 of 3. The signature of ${accounts[1]!.address} is in.`);
    await page.getByTestId("paste-input").fill(await stranger.sign({ hash: web.pause.facts.safeTxHash }));
    await press("paste-submit");
    await waitFor("is not an owner of ops-pause");
  });

  it("takes several at once, tells what came of each, and keeps none back for a bad one", async () => {
    await open();
    const [bashir, nobody] = await Promise.all(
      [accounts[1]!, stranger].map((account) => account.sign({ hash: web.pause.facts.safeTxHash })),
    );
    await page.getByTestId("paste-input").fill(`${nobody}, ${bashir}\n${bashir} 0x12`);
    await press("paste-submit");
    await waitFor("1 counted, 1 here already, 2 not counted. Signatures: 1 of 3");
    const outcomes = page.getByTestId("outcomes").getByRole("listitem");
    expect(await outcomes.count()).toBe(4);
    expect(await outcomes.nth(0).textContent()).toContain(stranger.address);
    expect(await outcomes.nth(1).textContent()).toContain(`${accounts[1]!.address}: counted`);
    expect(await outcomes.nth(2).textContent()).toContain("was here already");
    expect(await outcomes.nth(3).textContent()).toContain("not 132");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  });

  it("takes a file of signatures, of whichever tool", async () => {
    await open();
    const entries = await Promise.all(
      accounts.slice(0, 2).map(async (account) => ({
        signer: account.address,
        data: await account.sign({ hash: web.pause.facts.safeTxHash }),
        isContractSignature: false,
      })),
    );
    const buffer = Buffer.from(JSON.stringify(entries));
    const file = { name: "signatures.json", mimeType: "application/json", buffer };
    await page.getByTestId("signature-file").setInputFiles(file);
    await waitFor("2 counted. Signatures: 2 of 3");
    expect(web.pause.confirmations.map(({ via }) => via)).toEqual(["file", "file"]);
    await page.getByTestId("signature-file").setInputFiles({ ...file, buffer: Buffer.alloc(70_000, "0") });
    await page.getByText("a file of signatures has 60000 at most").waitFor();
  });

  it("shows how an owner approves on the chain", async () => {
    await open();
    const call = page.getByTestId("approve-call");
    expect(await call.textContent()).toContain(`0xd4d9bdcd${web.pause.facts.safeTxHash.slice(2)}`);
    await page.getByText("Approve on the chain instead").click();
    await call.waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  });

  it("lets an owner of a Safe that is an owner sign that Safe's message, and compares that", async () => {
    const { domainHash, messageHash } = web.pause.facts;
    const message = preimageOf({ domainHash, messageHash });
    const safe = { version: "1.3.0", owners: [stranger.address, accounts[0]!.address], threshold: 2 };
    web.contracts = [{ owner: owners[4]!, safe, way: "sign", message }];
    const hashes = hashSafeMessage(31337, owners[4]!, message);
    await installWallet({ account: stranger });
    await open();
    await page.getByText("a Safe v1.3.0: 0 of 2 of its owners signed").waitFor();
    expect(await page.locator("[data-nested]").textContent()).toContain(groupHash(hashes.safeMessageHash));
    await press("wallet-option");
    await page.getByText("It needs 2 of its owners; 0 signed.").waitFor();
    expect(await page.locator("#account").textContent()).toContain(groupHash(hashes.messageHash));
    expect(await page.locator("#account").textContent()).not.toContain(groupHash(messageHash));
    await press("sign-button");
    await waitFor(`${stranger.address}: counted for the nested Safe ${owners[4]!}, 1 of 2.`);
    const [part] = web.pause.parts;
    expect(await recoverOwner(hashes.safeMessageHash, part!.signature)).toBe(stranger.address);
    await page.getByText("Has signed for it, 1 of 2.").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  });

  it("keeps a signature that could not be handed in", async () => {
    await installWallet();
    await open();
    await press("wallet-option");
    await page.getByTestId("sign-button").waitFor();
    await page.route("**/api/sign/*", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await press("sign-button");
    await waitFor("Your signature is made, and stands in the box below.");
    expect(await page.getByTestId("paste-input").inputValue()).toMatch(/^0x[0-9a-f]{130}$/);
    await page.unroute("**/api/sign/*");
    await press("paste-submit");
    await waitFor("Counted: 1 of 3");
  });

  it("follows the others live, and takes the buttons away when it is over", async () => {
    await open();
    web.pause = pauseAfter([confirmed(owners[0]!), confirmed(owners[1]!)]);
    await page.locator("#signatures").getByText("2 of 3").waitFor();
    web.pause = pauseAfter([{ kind: "pause.withdrawn", proposal: "P-0007", reason: "False alarm" }]);
    await page.getByText("P-0007 was withdrawn: False alarm").waitFor();
    expect(await page.getByTestId("paste-submit").isVisible()).toBe(false);
  });

  it("links an owner address", async () => {
    await installWallet({ account: accounts[2]!, chainId: 1 });
    await page.goto(web.app.links.link("slack:U3", "Chioma"));
    await press("wallet-option");
    await press("sign-button");
    await waitFor(`Linked: ${accounts[2]!.address} is now Chioma's.`);
    expect(web.linked).toEqual([{ user: "slack:U3", owner: accounts[2]!.address }]);
    expect(await page.getByTestId("paste-submit").isVisible()).toBe(false);
  });
});
