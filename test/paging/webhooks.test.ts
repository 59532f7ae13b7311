import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWebhookDelivery } from "../../src/outbox/webhooks.ts";
import { roomLink } from "../../src/pager-links.ts";
import { Secret } from "../../src/secret.ts";
import { openOwed } from "../../src/storage/owed.ts";
import { localPager } from "./local-pager.ts";
import { MINUTE, openPaging, pagingPlan } from "./rig.ts";

const KEY = "R0UT1NGK3Y000000000000000000000K";
let pager: Awaited<ReturnType<typeof localPager>>;
let world: ReturnType<typeof openPaging>;
beforeEach(async () => {
  pager = await localPager();
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  // Whatever happened, the key is in no fact, no message and no row.
  const stored = JSON.stringify(world.store.sqlite.prepare("SELECT event FROM events").all());
  const owed = JSON.stringify(world.store.sqlite.prepare("SELECT effect, failure FROM effects").all());
  expect(stored + owed + world.room().map(({ text }) => text)).not.toContain(KEY);
  world.store.close();
  await pager.close();
});

function open(options: Partial<Parameters<typeof openPaging>[0]> & { timeoutMs?: number; url?: string } = {}) {
  const { timeoutMs = 2_000, url = pager.url, ...rest } = options;
  world = openPaging({ ...rest, pager: { url, routingKey: new Secret(KEY), roomLink, timeoutMs } });
  return world;
}
const actions = () => pager.taken.map(({ event_action: action }) => action);
const answer = () => world.press("U0NOOR", "oncall answer", { incident: "INC-0001" });
const out = async () =>
  (await world.facts("oncall.paged_out")).map((fact) =>
    fact.kind === "oncall.paged_out" ? `${fact.level} ${fact.action} ${fact.ok ? "accepted" : fact.detail}` : "",
  );

describe("A pager outside, by PagerDuty's Events API v2", () => {
  it("hears of a call, of its answer and of the end, as one alert", async () => {
    const { declare, settle, type } = open();
    await declare();
    await settle();
    expect(pager.taken[0]).toMatchObject({
      routing_key: KEY,
      event_action: "trigger",
      dedup_key: "allstop/INC-0001/1/2026-11-21T03:00:00.000Z",
      payload: {
        summary: "INC-0001 CRITICAL at Example: somebody is needed, and nobody is on it yet (level 1)",
        source: "Example",
        severity: "critical",
        timestamp: "2026-11-21T03:00:00.000Z",
        component: "Allstop",
        group: "Example",
        class: "security incident",
        custom_details: { incident: "INC-0001", severity: "critical", call: 1, level: 1 },
      },
      client: "Allstop",
    });
    await answer();
    await settle();
    await type("U0NOOR", "incident resolve A false alarm.");
    await settle();
    expect(actions()).toEqual(["trigger", "acknowledge", "resolve"]);
    expect([...pager.alerts.values()]).toEqual([{ state: "resolved", rings: 1, log: 1 }]);
    expect(Object.keys(pager.taken[1] ?? {}).sort()).toEqual(["dedup_key", "event_action", "routing_key"]);
    expect(await out()).toEqual(["1 trigger accepted", "1 acknowledge accepted", "1 resolve accepted"]);
  });

  it("says nothing of what happened: neither title nor description", async () => {
    const { press, settle } = open();
    const told = { severity: "critical", title: "Reentrancy in withdraw()", description: "The oracle can be moved" };
    await press("U0NOOR", "incident declare", told);
    await settle();
    await world.pass(5 * MINUTE);
    expect(JSON.stringify(pager.taken)).not.toMatch(/Reentrancy|oracle/);
  });

  it.each([
    ["critical", "critical"],
    ["high", "error"],
    ["medium", "warning"],
  ])("%s is %s there", async (severity, theirs) => {
    await open().declare(severity);
    await world.settle();
    expect(pager.taken[0]?.payload?.severity).toBe(theirs);
  });

  it("a drill rings as information, and says that it is one", async () => {
    await open().type("U0NOOR", "incident declare critical Fire drill --drill");
    await world.settle();
    expect(pager.taken[0]?.payload).toMatchObject({ severity: "info", class: "drill" });
    expect(pager.taken[0]?.payload?.summary).toMatch(/^DRILL INC-0001/);
  });

  it("each level is told under the same key, which rings once; a call by hand later is an alert of its own", async () => {
    const { declare, settle, pass, press } = open();
    await declare();
    await settle();
    await pass(5 * MINUTE);
    await pass(10 * MINUTE);
    expect([...pager.alerts.values()]).toEqual([{ state: "triggered", rings: 1, log: 3 }]);
    // By then its room is open, and leads there.
    expect(pager.taken[1]).toMatchObject({ client_url: "https://app.slack.com/client/W1/INC-0001" });
    await answer();
    await settle();
    await press("U0BO", "oncall page", { incident: "INC-0001", level: "2" });
    await settle();
    expect(pager.alerts.size).toBe(2);
  });

  it("500, 429 and a broken connection: tried again until it is taken, and no alert twice", async () => {
    pager.answer(
      { status: 500 },
      { status: 429, headers: { "retry-after": "7" } },
      { status: 202, drop: true },
      { status: 503 },
    );
    const { declare, settle, pass, owed, app } = open();
    await declare();
    await settle();
    expect(await out()).toEqual([]);
    await pass(1_000); // 429 says to wait for seven seconds.
    expect(owed.due("webhooks", app.clock.now().getTime() + 6_000)).toEqual([]);
    for (let second = 0; second < 12; second += 1) await pass(1_000);
    expect(pager.asked()).toBe(5);
    expect([...pager.alerts.values()]).toEqual([{ state: "triggered", rings: 1, log: 2 }]);
    // It took a while: people heard that, and that it works again.
    expect(await out()).toEqual(["1 trigger The pager answered HTTP 503. It is tried again.", "1 trigger accepted"]);
    expect(world.room().map(({ view }) => view.title)).toEqual(
      expect.arrayContaining(["The pager outside did NOT take it", "The pager outside takes messages again"]),
    );
  });

  it("400: given up, said in the room and on the card with what it answered, but never the key", async () => {
    const errors = [`'routing_key' ${KEY} is not known`, "Event object is invalid"];
    pager.answer({ status: 400, body: { status: "invalid event", message: "Event object is invalid", errors } });
    const { declare, settle, card, room } = open();
    await declare();
    await settle();
    const [said] = await out();
    expect(said).toBe(
      "1 trigger HTTP 400: Event object is invalid; 'routing_key' … is not known; Event object is invalid",
    );
    expect(room().some(({ view }) => view.title === "The pager outside did NOT take it")).toBe(true);
    expect(card()).toContain("The pager outside did not take it");
    await answer();
    await settle();
    // What it never took needs no acknowledgement.
    expect(pager.asked()).toBe(1);
  });

  it("a redirect is not followed: the key goes to the configured address alone", async () => {
    pager.answer({ status: 302, headers: { location: `${pager.url}/elsewhere` } });
    await open().declare();
    await world.settle();
    expect(await out()).toEqual(["1 trigger HTTP 302"]);
    expect(pager.asked()).toBe(1);
  });

  it("silence: given up after its time, and tried again", async () => {
    pager.answer({ status: 202, hang: true });
    await open({ timeoutMs: 700 }).declare();
    await world.settle();
    await world.pass(1_000);
    expect(await out()).toEqual(["1 trigger accepted"]);
  });

  it("answered before it got through: it never rings there", async () => {
    pager.answer({ status: 500 });
    await open().declare();
    await world.settle();
    await answer();
    await world.pass(MINUTE);
    // Whether the first one had got out is not known here: an acknowledgement of what it never heard of changes nothing.
    expect(actions()).toEqual(["acknowledge"]);
    expect(pager.alerts.size).toBe(0);
  });

  it.each(["answered", "resolved"])("killed after it was taken and before that was written, then %s", async (how) => {
    const { declare, owed, app, settle, type } = open();
    await declare();
    pager.answer({ status: 202, drop: true });
    const [row] = owed.due("webhooks", app.clock.now().getTime());
    if (row === undefined) throw new Error("Nothing is owed.");
    // The row is as it was, and the next life finds it: it can't know how far the last one came.
    const before = createWebhookDelivery(app, { url: pager.url, routingKey: new Secret(KEY) });
    await expect(before(row, new AbortController().signal)).rejects.toThrow("can't be reached");
    openOwed(world.store);
    const after = createWebhookDelivery(app, { url: pager.url, routingKey: new Secret(KEY) });
    if (how === "answered") await answer();
    else await type("U0NOOR", "incident resolve A false alarm.");
    for (const each of owed.due("webhooks", app.clock.now().getTime())) {
      await after(each, new AbortController().signal);
      owed.done(each, app.clock.now().getTime());
    }
    await settle();
    const states = [...pager.alerts.values()].map(({ state }) => state);
    expect(states).toEqual([how === "answered" ? "acknowledged" : "resolved"]);
  });

  it.each(["answered", "resolved"])("%s while the trigger was on its way: it is told right after", async (how) => {
    const { declare, owed, app, settle, type } = open();
    await declare();
    const [row] = owed.due("webhooks", app.clock.now().getTime());
    expect(row?.effect).toMatchObject({ kind: "page_out", action: "trigger" });
    // The pager takes it; before that is written, somebody presses, and the row of the press finds nothing to tell.
    const real = app.journal.record;
    let pressed = false;
    app.journal.record = (async (...args: Parameters<typeof real>) => {
      if (!pressed && args[1].by === "allstop") {
        pressed = true;
        if (how === "answered") await answer();
        else await type("U0NOOR", "incident resolve A false alarm.");
      }
      return real(...args);
    }) as typeof real;
    await settle(["webhooks"]);
    await settle();
    expect(pressed).toBe(true);
    expect([...pager.alerts.values()].map(({ state }) => state)).toEqual([
      how === "answered" ? "acknowledged" : "resolved",
    ]);
  });

  it("people who stand nowhere: the pager outside is told at once, having people of its own", async () => {
    const people = { noor: { name: "Noor" }, bo: { name: "Bo" }, sofia: { name: "Sofia" }, dee: { name: "Dee" } };
    await open({ plan: pagingPlan({ people }) }).declare("critical", "U0GUEST");
    await world.settle();
    // By then it is known here that nobody answers, and the alarm outside goes on all the same.
    expect(actions()).toEqual(["trigger"]);
  });

  it("without a key nothing is sent, and nothing is on the timeline", async () => {
    world = openPaging();
    await world.declare();
    await world.settle();
    expect(await out()).toEqual([]);
    expect(pager.asked()).toBe(0);
  });
});
