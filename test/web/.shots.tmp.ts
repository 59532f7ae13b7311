import { mkdirSync } from "node:fs";
import { launchBrowser } from "/work/main/test/browser.ts";
import { startTestWeb, accounts, stranger, pauseAfter, confirmed, acknowledged, owners, sent, included, verified } from "/work/main/test/web/fixtures.ts";
mkdirSync("/tmp/web-shots", { recursive: true });
const icon = "data:image/svg+xml," + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#e2761b"/><circle cx="16" cy="16" r="7" fill="#fff"/></svg>');
const only = process.argv.slice(2);
const browser = await launchBrowser();
const wallet = (names: string[]) => (() => {}) && `(() => { const names=${JSON.stringify(names)}; let chain='0x1'; const say=(n,i)=>window.dispatchEvent(new CustomEvent('eip6963:announceProvider',{detail:{info:{uuid:String(i),name:n,icon:${JSON.stringify(icon)},rdns:'x'},provider:{request: async({method,params})=>{ if(method==='eth_requestAccounts') return [await window.account(i)]; if(method==='eth_chainId') return chain; if(method==='wallet_switchEthereumChain'){ if(window.noSwitch) throw {code:4902,message:'Unrecognized chain ID.'}; chain=params[0].chainId; return null;} if(method==='eth_signTypedData_v4') return window.sign(i,params[1]); throw {code:4200,message:'no '+method};}}}})); const all=()=>names.forEach(say); window.addEventListener('eip6963:requestProvider',all); all(); })()`;
for (const scheme of ["light", "dark"] as const) for (const size of [{ width: 390, height: 844 }, { width: 1280, height: 800 }]) {
  const tag = `${size.width}-${scheme}`;
  const web = await startTestWeb();
  const signers = [accounts[1]!, stranger];
  async function open(names: string[], go: string, reject = false, extra = "") {
    const ctx = await browser.newContext({ viewport: size, colorScheme: scheme, deviceScaleFactor: size.width < 500 ? 2 : 1 });
    const page = await ctx.newPage();
    page.on("console", (m) => console.log(tag, m.type(), m.text()));
    page.on("pageerror", (e) => console.log(tag, "PAGEERROR", e.message));
    await page.exposeFunction("account", (i: number) => signers[i]!.address);
    await page.exposeFunction("sign", (i: number, data: string) => { if (reject) throw Object.assign(new Error("User rejected"), { code: 4001 }); return signers[i]!.signTypedData(JSON.parse(data)); });
    if (names.length) await page.addInitScript(wallet(names) + ";" + extra);
    await page.goto(go);
    await page.waitForTimeout(700);
    return page;
  }
  const shot = async (page: any, name: string) => { if (only.length && !only.some((o) => name.includes(o))) return; await page.screenshot({ path: `/tmp/web-shots/${name}-${tag}.png`, fullPage: true }); };
  const link = web.app.links.sign("P-0007");
  let page = await open([], link); await shot(page, "fresh-nowallet"); await page.context().close();
  web.pause = pauseAfter([confirmed(owners[0]!), acknowledged(owners[0]!), { kind: "pause.declined", proposal: "P-0007", owner: owners[3]!, reason: "On a plane, no key with me" }]);
  page = await open(["MetaMask", "Rabby Wallet"], link); await shot(page, "wallets");
  await page.getByTestId("wallet-option").first().click(); await page.getByTestId("sign-button").waitFor(); await shot(page, "connected");
  await page.getByTestId("sign-button").click(); await page.getByTestId("result").getByText("Counted").waitFor(); await page.waitForTimeout(200); await shot(page, "signed");
  await page.getByTestId("wallet-option").nth(1).click(); await page.getByText("not an owner").first().waitFor(); await shot(page, "notowner");
  await page.getByTestId("paste-input").fill("0x1234"); await page.getByTestId("paste-submit").click(); await page.waitForTimeout(100); await shot(page, "paste-mistake");
  await page.getByTestId("paste-input").fill(await stranger.signMessage({ message: "x" })); await page.getByTestId("paste-submit").click(); await page.waitForTimeout(300); await shot(page, "error"); await page.context().close();
  web.pause = pauseAfter([confirmed(owners[0]!)]);
  page = await open(["MetaMask"], link, false, "window.noSwitch=true"); await page.getByTestId("wallet-option").first().click(); await page.getByTestId("sign-button").click(); await page.getByText("Sign without").waitFor(); await shot(page, "wrongchain"); await page.context().close();
  web.pause = pauseAfter([...owners.slice(0, 3).map(confirmed), acknowledged(owners[0]!), ...sent, included, verified], { chain: { id: 31337, name: "Sandbox", explorer: "https://explorer.example" } });
  page = await open([], link); await shot(page, "over-paused"); await page.context().close();
  web.pause = pauseAfter([{ kind: "pause.withdrawn", proposal: "P-0007", reason: "False alarm: a migration, not an attack" }]);
  page = await open([], link); await shot(page, "over-withdrawn"); await page.context().close();
  const l = web.app.links.link("slack:U012AB3CD", "Bashir");
  page = await open(["MetaMask"], l); await page.getByTestId("wallet-option").first().click(); await page.getByTestId("sign-button").waitFor(); await shot(page, "link");
  await page.getByTestId("sign-button").click(); await page.getByText("Linked:").waitFor(); await page.waitForTimeout(100); await shot(page, "linked"); await page.context().close();
  web.wait(11 * 60_000);
  page = await open([], l); await shot(page, "expired"); await page.context().close();
  page = await open([], web.url + "/sign/P-0007.forged"); await shot(page, "forged"); await page.context().close();
  await web.close();
}
await browser.close();
