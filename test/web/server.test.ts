import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { RetryableError } from "../../src/core/errors.ts";
import { pauseCardRows } from "../../src/core/pause-card.ts";
import { safeTypedData } from "../../src/core/safe-tx.ts";
import { html } from "../../src/web/html.ts";
import { startWeb } from "../../src/web/server.ts";
import {
  accounts,
  acknowledged,
  confirmed,
  errorOf,
  included,
  owners,
  pauseAfter,
  SAFE,
  sent,
  startTestWeb,
  stranger,
  type TestWeb,
  tokenOf,
  verified,
} from "./fixtures.ts";

let web: TestWeb;
beforeEach(async () => {
  web = await startTestWeb();
});
afterEach(() => web.close());

const signLink = () => web.app.links.sign("P-0007");
const api = () => `${web.url}/api/sign/${tokenOf(signLink())}`;
const facts = () => web.pause.facts;
const signedBy = (account = accounts[0]!) => {
  const typed = safeTypedData(facts().chain.id, SAFE, facts().safeTx);
  const { message: tx } = typed;
  const numbers = { value: 0n, safeTxGas: 0n, baseGas: 0n, gasPrice: 0n, nonce: BigInt(tx.nonce) };
  return account.signTypedData({ ...typed, message: { ...tx, ...numbers } });
};

const State = z.looseObject({
  canSign: z.boolean(),
  signatures: z.object({ have: z.number(), need: z.number() }),
  owners: z.array(z.looseObject({ owner: z.string() })),
});

const Several = z.object({ handedIn: z.array(z.unknown()), counted: z.string(), state: State });

async function readState(): Promise<z.output<typeof State>> {
  return State.parse(await (await fetch(api())).json());
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function page(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  return answer.text();
}

/** What a reader without styles and scripts sees. */
function textOf(markup: string): string {
  return markup
    .replace(/<script[\s\S]*?<\/script>|<[^>]+>/g, " ")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, " ");
}

describe("every answer", () => {
  it("carries the headers that keep strangers out of the page", async () => {
    for (const path of ["/health", new URL(signLink()).pathname, "/sign/nothing", "/assets/sign.js", "/nowhere"]) {
      const { headers } = await fetch(web.url + path);
      expect(headers.get("content-security-policy"), path).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-robots-tag")).toContain("noindex");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("has no inline script or style, which the policy would not run", async () => {
    const markup = await page(signLink());
    expect(markup).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });

  it("tells health and version", async () => {
    expect(await (await fetch(`${web.url}/health`)).json()).toEqual({
      ok: true,
      version: expect.stringMatching(/^\d/),
    });
  });

  it("serves the page's own files by name, and no others", async () => {
    const script = await fetch(`${web.url}/assets/sign.js`);
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await fetch(`${web.url}/assets/page.css`)).headers.get("content-type")).toContain("text/css");
    for (const name of ["..%2Fserver.ts", "tsconfig.json", "%2e%2e%2f%2e%2e%2fpackage.json"]) {
      expect((await fetch(`${web.url}/assets/${name}`)).status, name).toBe(404);
    }
  });
});

describe("the signing page", () => {
  it("shows the very rows of the card, without a script", async () => {
    const text = textOf(await page(signLink()));
    for (const { label, value, note = "" } of pauseCardRows(web.pause, { phrase: web.app.links.phrase("P-0007") })) {
      expect(text).toContain(`${label} ${value} ${note}`.replace(/\s+/g, " ").trim());
    }
    expect(text).toContain("Waiting for 3 more signatures and 1 more acknowledgement.");
  });

  it("counts signatures and acknowledgements apart, and says who is missing", async () => {
    web.pause = pauseAfter([confirmed(owners[0]!), acknowledged(owners[1]!)]);
    const state = await readState();
    expect(state).toMatchObject({
      status: "collecting",
      canSign: true,
      signatures: { have: 1, need: 3 },
      acknowledgements: { have: 1, need: 1 },
    });
    expect(state.owners.slice(0, 3)).toMatchObject([
      { name: "Ada", signature: { state: "yes" }, acknowledgement: { state: "waiting" } },
      { name: "Bashir", signature: { state: "waiting" }, acknowledgement: { state: "yes" } },
      {
        name: "Chioma",
        signature: { text: "signature missing" },
        acknowledgement: { text: "acknowledgement missing" },
      },
    ]);
  });

  it("shows a removed owner's signature as not counting", async () => {
    const change = { owners: owners.slice(1), threshold: 3, nonce: "7", blockNumber: "9" };
    web.pause = pauseAfter([confirmed(owners[0]!), { kind: "pause.safe_changed", proposal: "P-0007", ...change }]);
    const state = await readState();
    expect(state.signatures).toEqual({ have: 0, need: 3 });
    expect(state.owners.at(-1)).toMatchObject({ isOwner: false, signature: { state: "no" } });
  });

  it("writes hostile words as words", async () => {
    await web.close();
    web = await startTestWeb({ title: `<img src=x onerror=alert(1)>"'\`&\u202Egnp` });
    web.pause = pauseAfter([], { reason: "</p><script>alert(1)</script>", title: '"><svg onload=alert(1)>' });
    const markup = await page(signLink());
    expect(markup).not.toMatch(/<img src=x|<script>|<svg/);
    expect(markup).toContain("&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#96;&#38;gnp");
    expect(markup).not.toContain("\u202E");
  });

  it("gives typed data that hashes to what the card shows", async () => {
    const typed = await (await fetch(`${api()}/typed-data.json`)).json();
    expect(typed).toMatchObject({
      // Wallets hash the domain by this list, in this order.
      types: { EIP712Domain: [{ name: "chainId" }, { name: "verifyingContract" }] },
      primaryType: "SafeTx",
      domain: { chainId: 31337, verifyingContract: SAFE },
      message: { data: "0x8456cb59", operation: 0, nonce: "7" },
    });
  });

  const over: [string, Parameters<typeof pauseAfter>[0], string][] = [
    ["sent", [...sent], "the pause is being sent"],
    ["in a block, unchecked", [...sent, included], "is being checked"],
    ["paused", [...sent, included, verified], "PAUSED. Vault-USDC is paused since block 23456800."],
    [
      "withdrawn",
      [{ kind: "pause.withdrawn", proposal: "P-0007", reason: "False alarm" }],
      "was withdrawn: False alarm",
    ],
    [
      "superseded",
      [
        {
          kind: "pause.failed",
          proposal: "P-0007",
          code: "superseded",
          why: "Nonce 7 is used.",
          remedy: "Propose again.",
        },
      ],
      "Nonce 7 is used.",
    ],
    [
      "overtaken by the Safe's nonce",
      [{ kind: "pause.safe_changed", proposal: "P-0007", owners, threshold: 3, nonce: "8", blockNumber: "9" }],
      "can no longer run",
    ],
  ];
  it.each(over)("offers nothing to press once it is %s", async (_what, events, words) => {
    web.pause = pauseAfter([...owners.slice(0, 3).map(confirmed), acknowledged(owners[0]!), ...(events ?? [])]);
    const markup = await page(signLink());
    expect(textOf(markup)).toContain(words);
    expect(markup).not.toContain("paste-submit");
    expect((await readState()).canSign).toBe(false);
  });

  it("is not shown for a link that we did not make", async () => {
    const answer = await fetch(`${web.url}/sign/P-0007.AAAAAAAAAAAAAAAAAAAAAAAA`);
    expect(answer.status).toBe(404);
    expect(textOf(await answer.text())).toContain("not a signing link that Allstop made");
    expect((await fetch(web.app.links.sign("P-0099"))).status).toBe(404);
  });
});

describe("handing in a signature", () => {
  it("counts an owner's, whoever brings it", async () => {
    const answer = await post(api(), { signature: await signedBy() });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      owner: accounts[0]!.address,
      counted: "Counted: 1 of 3",
      state: { signatures: { have: 1, need: 3 } },
    });
    expect(web.pause.confirmations).toMatchObject([{ owner: accounts[0]!.address, via: "page" }]);
  });

  it("passes on what the bot says about one that doesn't count", async () => {
    const answer = await post(api(), { signature: await signedBy(stranger) });
    expect(answer.status).toBe(422);
    expect(await errorOf(answer)).toMatchObject({
      code: "not_an_owner",
      message: expect.stringContaining(stranger.address),
      remedy: "Sign again with an owner's account.",
      facts: { owner: stranger.address },
    });
    expect(web.pause.confirmations).toEqual([]);
  });

  it("takes a text with many, tells what came of each, and lets a bad one spoil none", async () => {
    const [ada, bashir] = [await signedBy(), await signedBy(accounts[1])];
    const signatures = `# from the safe in Bern\n${ada}\n0x1234\n${await signedBy(stranger)}\n${bashir}\n${ada}`;
    const answer = await post(api(), { signatures, from: "file" });
    expect(answer.status).toBe(200);
    const { handedIn, counted, state } = Several.parse(await answer.json());
    expect(handedIn).toMatchObject([
      { where: "line 2", state: "counted", text: expect.stringContaining(owners[0]!) },
      { where: "line 3", state: "refused", text: expect.stringContaining("not 132") },
      { where: "line 4", state: "refused", text: expect.stringContaining(stranger.address) },
      { where: "line 5", state: "counted", text: expect.stringContaining(owners[1]!) },
      { where: "line 6", state: "known", text: expect.stringContaining("was here already") },
    ]);
    expect(counted).toBe("2 counted, 1 here already, 2 not counted. Signatures: 2 of 3");
    expect(state.signatures).toEqual({ have: 2, need: 3 });
    expect(web.pause.confirmations.map(({ via }) => via)).toEqual(["file", "file"]);
  });

  it.each([
    ["half a signature", { signature: "0x1234" }, "0x and 130 hex digits"],
    ["nothing", {}, "Invalid input"],
    ["no JSON", "{", "not JSON"],
  ])("names the mistake in %s", async (_what, body, words) => {
    const answer = await post(api(), body);
    expect(answer.status).toBe(400);
    expect((await errorOf(answer)).message).toContain(words);
  });

  it("takes it only from our own page", async () => {
    const body = { signature: await signedBy() };
    expect((await post(api(), body, { origin: "https://evil.example" })).status).toBe(403);
    expect((await post(api(), body, { origin: "null" })).status).toBe(403);
    expect(web.pause.confirmations).toEqual([]);
    expect((await post(api(), body, { origin: web.url })).status).toBe(200);
  });

  it("takes JSON alone, and not much of it", async () => {
    expect((await post(api(), "signature=0x", { "content-type": "text/plain" })).status).toBe(415);
    expect((await post(api(), { signature: "0x".padEnd(70_000, "0") })).status).toBe(413);
    expect((await post(`${web.url}/api/sign/nothing`, {})).status).toBe(404);
  });

  it("slows down somebody who hammers one link", async () => {
    const tries = [];
    for (let n = 0; n < 13; n++) tries.push((await post(api(), { signature: "0x" })).status);
    expect(tries.filter((status) => status === 400)).toHaveLength(12);
    const refused = await post(api(), { signature: await signedBy() });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    web.wait(1000);
    expect((await post(api(), { signature: await signedBy() })).status).toBe(200);
  });

  it("says to come again when the chain does not answer, and owns up to its own faults without the link", async () => {
    web.app.handIn = async () => {
      throw new RetryableError("No RPC answers", { retryAfterMs: 3000 });
    };
    const later = await post(api(), { signature: await signedBy() });
    expect([later.status, later.headers.get("retry-after")]).toEqual([503, "3"]);
    web.app.handIn = async () => {
      throw new TypeError("secret detail");
    };
    const fault = await post(api(), { signature: await signedBy() });
    expect(fault.status).toBe(500);
    expect(await fault.text()).not.toContain("secret detail");
    expect(web.logged).toContain("secret detail");
  });
});

describe("the server", () => {
  it("shares its port with a platform's webhooks", async () => {
    const listener = (_: unknown, response: { end(text: string): void }) => response.end("slack");
    const log = { info: () => undefined, error: () => undefined };
    const server = await startWeb({ port: 0, app: web.app, log, others: [{ path: "/slack/", listener }] });
    try {
      expect(await (await fetch(`${server.url}/slack/events`, { method: "POST" })).text()).toBe("slack");
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  it("says so when the port is taken", async () => {
    const log = { info: () => undefined, error: () => undefined };
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    try {
      const { port } = taken.address() as { port: number };
      await expect(startWeb({ port, app: web.app, log })).rejects.toMatchObject({ code: "EADDRINUSE" });
    } finally {
      taken.close();
    }
  });
});

describe("html", () => {
  it("escapes all but what it made itself", () => {
    const item = (text: string) => html`<li>${text}</li>`;
    expect(html`<ul title="${'"'}">${[item("<b>"), item("&")]}${undefined}${false}${0}</ul>`.toString()).toBe(
      '<ul title="&#34;"><li>&#60;b&#62;</li><li>&#38;</li>0</ul>',
    );
  });
});
