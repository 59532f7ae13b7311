import { afterEach, describe, expect, it } from "vitest";
import { encodeInvoke } from "../../src/chat/invoke.ts";
import { RefusedError } from "../../src/core/errors.ts";
import { wordsOf } from "../story.ts";
import { HOUR, MINUTE, openReminding, remindingPlan } from "./rig.ts";

const here = { where: "slack:W1/INC-0001" };
const SOFIA = "slack:U0SOFIA";

let world: ReturnType<typeof openReminding>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

const onlyRoles = remindingPlan({
  severities: { critical: { roles: ["incident commander", "scribe", "legal"] }, high: { roles: ["scribe"] } },
});

describe("Roles that nobody holds", () => {
  async function declared(severity = "critical") {
    world = openReminding({ plan: onlyRoles });
    await world.declare(severity);
    return world;
  }

  it("are asked for anew once it is reopened, and not before their five minutes", async () => {
    const { pass, act, said } = await declared();
    await pass(5 * MINUTE);
    await act("U0SOFIA", "incident resolve", { summary: "It was a false alarm." });
    await pass(HOUR);
    await act("U0SOFIA", "incident reopen", { reason: "it was none" });
    await pass(4 * MINUTE);
    expect(await said()).toHaveLength(1);
    await pass(MINUTE);
    expect((await said()).at(-1)).toMatch(/^roles 1 at 70: /);
  });

  it("are asked for after five minutes, by one message with a button each, and ring twice at most", async () => {
    const { pass, said, reminders, rings } = await declared();
    await pass(5 * MINUTE);
    const [message] = await reminders();
    expect(message?.view.title).toBe("Nobody is scribe, or legal yet");
    expect(message?.ping).toEqual([SOFIA]);
    expect(message?.view.buttons.map(({ label }) => label)).toEqual([
      "Take scribe",
      "Take legal",
      "Give a role to somebody…",
      "Snooze 10 min",
      "Snooze longer…",
    ]);
    await pass(2 * HOUR);
    expect((await said()).slice(0, 3)).toEqual([
      `roles 1 at 5: ${SOFIA}`,
      `roles 2 at 20: ${SOFIA}`,
      `roles 3 at 35: ${SOFIA}`,
    ]);
    expect(await said()).toHaveLength(9);
    expect(await reminders()).toHaveLength(1);
    expect(await rings()).toHaveLength(1);
  });

  it("the message follows what is missing, and ends when nothing is", async () => {
    const { pass, act, reminders, said } = await declared();
    await pass(5 * MINUTE);
    const { answer } = await act("U0BO", "incident claim", { role: "scribe" });
    expect(answer?.failed).toBeUndefined();
    expect((await reminders())[0]?.view.title).toBe("Nobody is legal yet");
    await act("U0DEE", "incident claim", { role: "legal" });
    expect((await reminders()).map(({ view }) => [view.title, view.buttons])).toEqual([
      ["No role is asked for any more", []],
    ]);
    await pass(3 * HOUR);
    expect(await said()).toHaveLength(1);
  });

  it("are asked for anew when another severity calls for others", async () => {
    const { pass, act, type, said } = await declared("high");
    await act("U0BO", "incident claim", { role: "scribe" });
    await pass(HOUR);
    expect(await said()).toEqual([]);
    await type("U0NOOR", "incident severity critical", here);
    await pass(5 * MINUTE);
    expect(await said()).toEqual([`roles 1 at 65: ${SOFIA}`]);
  });

  it("taken over as such: the person is asked which one", async () => {
    const { pass, act } = await declared();
    await pass(5 * MINUTE);
    const { answer } = await act("U0BO", "reminder take", { of: "roles" });
    expect(wordsOf(answer)).toContain("/incident claim scribe");
  });
});

describe("A step that is overdue", () => {
  const noDuties = remindingPlan({ severities: {} });
  async function walking() {
    world = openReminding({ plan: noDuties });
    await world.declare();
    await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });
    return world;
  }

  it("is said to its holder, then to the commander, then ever more rarely", async () => {
    const { pass, act, said, reminders, rings } = await walking();
    await act("U0SOFIA", "incident assign", { role: "operations", user: "slack:U0BO" });
    await pass(9 * MINUTE);
    expect(await said()).toEqual([]);
    await pass(MINUTE);
    const [message] = await reminders();
    expect(message?.view.title).toBe("Overdue: Look at the vault");
    expect(message?.ping).toEqual(["slack:U0BO"]);
    await pass(2 * HOUR);
    const step = "step/R-0001/look";
    expect(await said()).toEqual([
      `${step} 1 at 10: slack:U0BO`,
      `${step} 2 at 15: slack:U0BO ${SOFIA}`,
      `${step} 3 at 45: slack:U0BO ${SOFIA}`,
      `${step} 4 at 105: slack:U0BO ${SOFIA}`,
    ]);
    expect(await reminders()).toHaveLength(1);
    expect(await rings()).toHaveLength(3);
  });

  it("done by the reminder's own button, it ends there; a later press says that it is done", async () => {
    const { pass, act, reminders } = await walking();
    await pass(10 * MINUTE);
    const [message] = await reminders();
    expect(message?.view.buttons.map(({ label }) => label)).toEqual([
      "Complete",
      "I take it",
      "Snooze 10 min",
      "Snooze longer…",
    ]);
    const complete = message?.view.buttons.find(({ label }) => label === "Complete");
    if (complete === undefined || !("command" in complete)) throw new Error("There is no Complete.");
    await act("U0SOFIA", complete.command, complete.input);
    expect((await reminders()).map(({ view }) => [view.title, view.buttons])).toEqual([
      ["Done: Look at the vault", []],
    ]);
    const { answer } = await act("U0SOFIA", "reminder take", { of: "R-0001.look" });
    expect(wordsOf(answer)).toContain("That is done by now");
  });

  it("gets two minutes from the moment in which it becomes the one to do", async () => {
    const { pass, act, said } = await walking();
    await pass(9 * MINUTE);
    await act("U0SOFIA", "playbook complete", { run: "R-0001", step: "look" });
    await pass(30 * MINUTE);
    await act("U0SOFIA", "playbook complete", { run: "R-0001", step: "tell" });
    await pass(MINUTE);
    expect(await said()).toEqual([]);
    await pass(MINUTE);
    expect(await said()).toEqual([`step/R-0001/rest 1 at 41: ${SOFIA}`]);
  });

  it("is theirs who take it, on the playbook as well", async () => {
    const { pass, act, said, incident, kinds } = await walking();
    await pass(12 * MINUTE);
    await act("U0BO", "reminder take", { of: "R-0001.look" });
    await act("U0BO", "reminder take", { of: "R-0001.look" });
    expect((await incident()).runs[0]?.steps[0]?.assignee).toBe("slack:U0BO");
    expect((await kinds()).filter((kind) => kind === "playbook.step_assigned")).toHaveLength(1);
    await pass(5 * MINUTE);
    expect((await said()).at(-1)).toBe(`step/R-0001/look 2 at 17: slack:U0BO ${SOFIA}`);
    // Given to somebody else by the playbook's card, the reminder says whose it is.
    await act("U0SOFIA", "playbook assign", { run: "R-0001", step: "look", user: "slack:U0DEE" });
    expect(JSON.stringify((await world.reminders())[0]?.view)).toContain('{"person":"slack:U0DEE"},": do this step');
  });

  it("skipped or resolved, it is asked of nobody", async () => {
    const { pass, act, type, said, reminders } = await walking();
    await pass(10 * MINUTE);
    await act("U0SOFIA", "playbook skip", { run: "R-0001", step: "look", reason: "Seen already" });
    expect((await reminders())[0]?.view.title).toBe("Skipped: Look at the vault");
    await act("U0SOFIA", "playbook complete", { run: "R-0001", step: "tell" });
    await type("U0SOFIA", "incident resolve A false alarm.", here);
    await pass(5 * HOUR);
    expect(await said()).toHaveLength(1);
  });

  it("fits every platform's button, with the longest ids that there are", () => {
    world = openReminding();
    const of = `R-999999999.${"s".repeat(40)}`;
    expect(() => encodeInvoke({ command: "reminder snooze", input: { of, for: "10m" } })).not.toThrow();
    const role = "subject-matter expert";
    const input = { incident: "INC-999999999", role };
    expect(() => encodeInvoke({ command: "incident claim", input })).not.toThrow();
    const contact = "c".repeat(40);
    const incident = "INC-999999999";
    expect(() => encodeInvoke({ command: "incident notify", input: { incident, contact } })).not.toThrow();
    const page = { incident, kind: "stablecoin issuer", page: "999" };
    expect(() => encodeInvoke({ command: "incident contacts", input: page })).not.toThrow();
  });
});

it("a room that opens late says what was overdue before it", async () => {
  world = openReminding({ plan: onlyRoles });
  const opened = world.platforms.get("slack");
  let isRefused = true;
  world.platforms.set("slack", {
    ...(opened as NonNullable<typeof opened>),
    openRoom: async (room) => {
      if (isRefused) throw new RefusedError("missing_scope", "A scope is missing.", "Grant it.");
      return (opened as NonNullable<typeof opened>).openRoom(room);
    },
  });
  await world.declare();
  await world.pass(6 * MINUTE);
  expect(await world.said()).toHaveLength(1);
  expect(world.owed.due("chat/slack", world.app.clock.now().getTime() + HOUR).map(({ effect }) => effect.kind)).toEqual(
    ["open_room"],
  );
  isRefused = false;
  await world.pass(MINUTE);
  expect(await world.reminders()).toHaveLength(1);
});
