import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { linkTypedData } from "../../src/core/link-challenge.ts";
import { challengeTypedData } from "../../src/web/typed-data.ts";
import { accounts, errorOf, startTestWeb, stranger, type TestWeb, tokenOf } from "./fixtures.ts";

let web: TestWeb;
beforeEach(async () => {
  web = await startTestWeb();
});
afterEach(() => web.close());

function ask(name = "Ada") {
  const link = web.app.links.link("slack:U012AB3CD", name);
  const token = tokenOf(link);
  return { link, api: `${web.url}/api/link/${token}`, challenge: web.app.links.readLink(token)! };
}

function post(url: string, signature: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ signature }),
  });
}

describe("linking an owner address on the page", () => {
  it("says who is linked to what, and that no transaction is signed", async () => {
    const { link, challenge } = ask("Ada <script>");
    const markup = await (await fetch(link)).text();
    for (const words of ["Ada &#60;script&#62;", "slack:U012AB3CD", challenge.nonce, challenge.expires]) {
      expect(markup).toContain(words);
    }
    expect(markup).toContain("This does not sign a transaction.");
    expect(markup).not.toContain("<script>");
  });

  it("links the address that signed", async () => {
    const { api, challenge } = ask();
    const typed = await (await fetch(`${api}/typed-data.json`)).json();
    expect(typed).toEqual(challengeTypedData(challenge));
    const answer = await post(api, await accounts[1]!.signTypedData(linkTypedData(challenge)), { origin: web.url });
    expect(await answer.json()).toEqual({ owner: accounts[1]!.address, user: "slack:U012AB3CD", name: "Ada" });
    expect(web.linked).toEqual([{ user: "slack:U012AB3CD", owner: accounts[1]!.address }]);
  });

  it("does not link what another challenge's signature recovers to", async () => {
    const other = ask("Mallory");
    const signature = await accounts[1]!.signTypedData(linkTypedData(other.challenge));
    expect((await post(ask().api, signature)).status).toBe(422);
    expect((await post(ask().api, await stranger.signTypedData(linkTypedData(other.challenge)))).status).toBe(422);
    expect(web.linked).toEqual([]);
  });

  it("is over after ten minutes, on the page and behind it", async () => {
    const { link, api, challenge } = ask();
    const signature = await accounts[1]!.signTypedData(linkTypedData(challenge));
    web.wait(10 * 60_000);
    const answer = await fetch(link);
    expect(answer.status).toBe(410);
    expect(await answer.text()).toContain("Ask for a new one with /signer link.");
    expect((await fetch(`${api}/typed-data.json`)).status).toBe(410);
    const late = await post(api, signature);
    expect([late.status, (await errorOf(late)).code]).toEqual([410, "link_expired"]);
    expect(web.linked).toEqual([]);
  });

  it("does not know a link that was changed, and takes nothing from other sites", async () => {
    const { link, api } = ask();
    expect((await fetch(`${link}x`)).status).toBe(404);
    expect((await post(api, `0x${"11".repeat(65)}`, { origin: "https://evil.example" })).status).toBe(403);
  });
});
