import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { checkPlan, checkPlaybooks } from "../src/cli/check.ts";
import { loadPlan, loadPlanFile } from "../src/plan.ts";
import { findHoles, findStalePlaybooks } from "../src/plan-holes.ts";
import { packageRoot } from "../src/root.ts";
import { formatPath } from "../src/yaml-file.ts";
import { EXAMPLE, example, exampleObject, planFolder } from "./plan-files.ts";
import { program } from "./program.ts";
import { storyPlaybook } from "./story.ts";

const { write } = planFolder();
const NOW = new Date("2026-11-21T12:00:00Z");

// biome-ignore lint/suspicious/noExplicitAny: tests break the plan on purpose, at any depth.
type Change = (plan: any) => void;

/** `path: what it is` of each hole of the example after a change. */
function holesAfter(change: Change = () => {}, now = NOW): string[] {
  const plan = exampleObject();
  change(plan);
  return findHoles(loadPlan(write(stringify(plan, { aliasDuplicateObjects: false }))), now).map(
    ({ path, message }) => `${formatPath(path)}: ${message}`,
  );
}

describe("a plan's holes", () => {
  it("are none in the example", () => {
    expect(findHoles(loadPlan(EXAMPLE), NOW)).toEqual([]);
  });

  it.each<[string, Change, string]>([
    [
      "a plan that nobody read for long",
      (plan) => (plan.reviewed = "2026-05-01"),
      "reviewed: Last reviewed on 2026-05-01, 204 days ago.",
    ],
    [
      "a plan from the future",
      (plan) => (plan.reviewed = "2027-05-01"),
      "reviewed: Reviewed on 2027-05-01, which is yet to come.",
    ],
    [
      "a severity without an owner",
      (plan) => delete plan.severities.medium.owner,
      "severities.medium: Nobody answers for this severity.",
    ],
    [
      "a grave severity that pages nobody",
      (plan) => delete plan.severities.high.page,
      "severities.high: At high nobody is paged.",
    ],
    [
      "a grave severity of which nothing is said",
      (plan) => delete plan.severities.high,
      "severities.high: Nothing is said of high: it calls for nobody and nothing.",
    ],
    [
      "no severities at all",
      (plan) => delete plan.severities,
      "severities: Nothing is said of what a severity calls for: nobody is paged, and no role is asked for.",
    ],
    [
      "a role that nobody takes",
      (plan) => (plan.people.bo.roles = ["deputy"]),
      'severities.critical.roles[3]: "operations" is asked for, and nobody in the plan usually takes it.',
    ],
    [
      "somebody without an account",
      (plan) => delete plan.people.gil.slack,
      "people.gil: Gil Moreau has no account on any platform, so can't be called, invited or recognised.",
    ],
    [
      "no alerts channel",
      (plan) => (plan.channels.alerts = {}),
      "channels.alerts: There is no alerts channel: outside of an incident's room nobody hears of it.",
    ],
    [
      "a rotation that nothing calls",
      (plan) => (plan.rotations.second = { ...plan.rotations.primary }),
      "rotations.second: Nothing calls this rotation.",
    ],
    [
      "a level with the same people as the one before",
      (plan) => (plan.escalation[2].who = ["chidi", "bo"]),
      "escalation[2]: Everybody on it was called by a level before, and has not answered by then.",
    ],
    [
      "a level with some of the people of those before",
      (plan) => (plan.escalation[2].who = ["primary", "bo"]),
      "escalation[2]: Everybody on it was called by a level before, and has not answered by then.",
    ],
    [
      "a level that is the same person again in some weeks",
      (plan) => {
        plan.escalation[1].who = ["chidi"];
        plan.rotations.primary.overrides = [];
      },
      "escalation[1]: In the next 28 days it calls nobody new from Mon 30 Nov 09:00 to Mon 7 Dec 09:00 (Europe/Berlin): everybody on it was called by a level before.",
    ],
    [
      "somebody who is called, and has no account where the other chat is",
      (plan) => {
        plan.channels.alerts.discord = "500000000000000002";
        const called = ["ana", "bo", "chidi", "emre"];
        for (const [index, key] of called.entries()) plan.people[key].discord = `28000000000000000${index}`;
      },
      "people.dee: Dee Park has no account on Discord: while Slack is down, Allstop can't call them.",
    ],
    [
      "somebody who is called, and has no account where the alerts are",
      (plan) => {
        delete plan.people.dee.slack;
        plan.people.dee.discord = "280000000000000004";
      },
      "people.dee: Dee Park has no account on Slack, where the only alerts channel is: it can't ring them.",
    ],
    [
      "one key of two people",
      (plan) => (plan.people.fay.owner = plan.people.ana.owner),
      "people.fay.owner: 0x7EA13F2C5d9b4Ba8b0b0b2f3E9c0A1d2E3F40511 is also Ana Ruiz's: one key is one signature, whoever holds it.",
    ],
    [
      "what only a role decides that nobody takes",
      (plan) => {
        plan.people.dee.roles = [];
        plan.interventions["pause-market"].who.resume = ["decision maker"];
      },
      'interventions.pause-vault.who.extend: Only "decision maker" decides here, and in 1 more place, and nobody in the plan usually takes that role.',
    ],
    [
      "a dependency without a contact",
      (plan) => delete plan.dependencies.exchange.contacts,
      "dependencies.exchange: Nobody at Example Exchange can be told: it has no contact.",
    ],
    [
      "contacts that nobody tried",
      (plan) => delete plan.dependencies.exchange.reviewed,
      "dependencies.exchange: Whether Compliance still answers was never tried: there is no reviewed date.",
    ],
    [
      "contacts that nobody tried for long",
      (plan) => (plan.dependencies.exchange.reviewed = "2026-01-01"),
      "dependencies.exchange.reviewed: Last reviewed on 2026-01-01, 324 days ago.",
    ],
    [
      "a limit that nobody may end",
      (plan) => delete plan.interventions["pause-vault"].who,
      "interventions.pause-vault.limits: It may last 3d at most, and nobody is named who decides that it ends.",
    ],
    [
      "words for users that no update has room for",
      (plan) => (plan.messages["first-statement"].text = "word ".repeat(400)),
      "messages.first-statement.text: It has 1999 characters, and an update has room for 1500.",
    ],
    [
      "no acknowledgement",
      (plan) => (plan.interventions["pause-vault"].acknowledgements = 0),
      "interventions.pause-vault.acknowledgements: It wants no acknowledgement: nobody has to say that they compared the hash.",
    ],
    [
      "more acknowledgements than known owners",
      (plan) => (plan.interventions["pause-vault"].acknowledgements = 6),
      "interventions.pause-vault.acknowledgements: It wants 6 acknowledgements of owners, and the plan knows 5.",
    ],
    [
      "fewer known owners than the threshold",
      (plan) => {
        for (const key of ["ana", "bo", "dee"]) delete plan.people[key].owner;
      },
      "checks.ops-owners.threshold: The threshold is 3, and the plan knows the people behind 2 of the owners.",
    ],
  ])("%s", (_, change, hole) => {
    expect(holesAfter(change)).toEqual([hole]);
  });

  it("an intervention for which nobody who is called can sign is one, named once for all of its Safe", () => {
    const onlyEmre: Change = (plan) => {
      for (const key of ["ana", "bo", "chidi", "dee"]) delete plan.people[key].owner;
      delete plan.checks["ops-owners"];
      plan.rotations.primary.overrides = [];
      plan.interventions["pause-vault"].acknowledgements = 1;
    };
    expect(holesAfter(onlyEmre)).toEqual([
      "interventions.pause-vault: Nobody on call, and nobody in escalation, can sign for it, nor for 1 more of ops-pause: none of them has an owner address.",
    ]);
    const alwaysEmre: Change = (plan) => {
      onlyEmre(plan);
      plan.escalation[2].who.push("emre");
    };
    expect(holesAfter(alwaysEmre)).toEqual([]);
    // One turn in four leaves three weeks in which nobody could.
    const sometimesEmre: Change = (plan) => {
      onlyEmre(plan);
      plan.rotations.primary.people.push("emre");
    };
    expect(holesAfter(sometimesEmre)).toEqual([
      "interventions.pause-vault: Nobody on call, and nobody in escalation, can sign for it, nor for 1 more of ops-pause, in the next 28 days from Sat 21 Nov 13:00 to Mon 23 Nov 09:00; Mon 30 Nov 09:00 to the end (Europe/Berlin): none of them has an owner address.",
    ]);
  });

  it("owners of another Safe can't sign", () => {
    const others: Change = (plan) => {
      plan.checks["ops-owners"] = { ...plan.checks["ops-owners"], are: [`0x${"12".repeat(20)}`], threshold: 1 };
    };
    expect(holesAfter(others)).toEqual([
      "interventions.pause-vault: Nobody on call, and nobody in escalation, can sign for it, nor for 1 more of ops-pause: none of them has an owner address of ops-pause.",
      "checks.ops-owners.threshold: The threshold is 1, and the plan knows the people behind 0 of the owners.",
    ]);
  });
});

describe("gaps", () => {
  const absent: Change = (plan) => {
    plan.rotations.primary.overrides = [{ from: "2026-12-01T18:00", until: "2026-12-02T09:00" }];
    plan.onCall = ["primary"];
  };

  it("within four weeks are named with the rotation's own times", () => {
    const times = "in the next 28 days from Tue 1 Dec 18:00 to Wed 2 Dec 09:00 (Europe/Berlin).";
    expect(holesAfter(absent)).toEqual([
      `onCall: Nobody has on-call duty ${times}`,
      `escalation[0]: Nobody has level 1 ${times}`,
    ]);
    expect(holesAfter(absent, new Date("2026-11-01T12:00:00Z"))).not.toContain(expect.stringContaining("Dec"));
  });

  it("that are many are counted", () => {
    const office: Change = (plan) => {
      plan.rotations.primary.hours = { from: "09:00", until: "17:00" };
      plan.rotations.primary.overrides = [];
    };
    expect(holesAfter(office)).toEqual([
      "escalation[0]: Nobody has level 1 in the next 28 days from Sat 21 Nov 17:00 to Sun 22 Nov 09:00; Sun 22 Nov 17:00 to Mon 23 Nov 09:00; Mon 23 Nov 17:00 to Tue 24 Nov 09:00; and 25 more times (Europe/Berlin).",
    ]);
  });

  it("that have no end are said so", () => {
    expect(holesAfter((plan) => (plan.rotations.primary.from = "2027-03-01"))).toEqual([
      "escalation[0]: Nobody has level 1 in the next 28 days.",
    ]);
    const late = exampleObject();
    late.rotations.primary.from = "2027-03-01";
    expect(findHoles(loadPlan(write(stringify(late))), NOW).map(({ remedy }) => remedy)).toEqual([
      "primary begins on 2027-03-01: set an earlier from, or fill it by another rotation.",
    ]);
  });
});

it("stale playbooks are named", () => {
  expect(findStalePlaybooks([storyPlaybook, { ...storyPlaybook, key: "old", reviewed: "2025-01-01" }], NOW)).toEqual([
    expect.objectContaining({ playbook: "old", message: "Last reviewed on 2025-01-01, 689 days ago." }),
  ]);
});

describe("a place in the file", () => {
  it("is that of the hole, or of what it is missing in", () => {
    const path = write(example.replace("owner: dee #", "# owner: dee #"));
    const { plan, locate } = loadPlanFile(path);
    const [hole] = findHoles(plan, NOW);
    const line = example.split("\n").indexOf("  critical:") + 1;
    expect(hole && locate(hole.path).line).toBe(line);
  });
});

describe("allstop plan check", () => {
  const check = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...program, "plan", "check", ...words], {
      cwd: packageRoot,
      encoding: "utf8",
    });
    return { status, out: `${stdout}${stderr}` };
  };

  it("counts what there is, prints the hash, and names each hole with file, line, and what to do", () => {
    const path = write(example.replace("    reviewed: 2026-11-10 # When", "    # reviewed: 2026-11-10 # When"));
    const { status, out } = check(path);
    expect(out).toContain(
      `${path} is sound: 7 people, 1 rotation, 3 levels of escalation, 1 chain, 1 Safe, 2 interventions, 1 group, 3 severities, 2 dependencies, 2 messages, 1 signal, 2 checks, 1 risk.\nsha256 `,
    );
    expect(out).toMatch(/^\d+ holes?, which (is|are) no mistake:$/m);
    const line = example.split("\n").indexOf("  price-feed:") + 1;
    expect(out).toContain(
      `${path}:${line}: dependencies.price-feed: Whether Security desk still answers was never tried: there is no reviewed date. Try the contacts, and set reviewed.`,
    );
    expect(status).toBe(0);
    expect(check(path, "--strict").status).toBe(1);
  });

  it("exits with 78 on a mistake, holes or not", () => {
    const path = write(example.replace("onCall: [primary, chidi]", "onCall: [primry]"));
    expect(check(path, "--strict")).toMatchObject({
      status: 78,
      out: expect.stringContaining('onCall[0]: There is no person or rotation "primry". Did you mean "primary"?'),
    });
  });
});

describe("the playbooks beside a plan", () => {
  const step = { id: "look", do: "Look", why: "One look can be wrong." };
  const folderOf = (files: Record<string, object>) => {
    const folder = mkdtempSync(join(tmpdir(), "allstop-playbooks-"));
    for (const [key, file] of Object.entries(files)) {
      const whole = { title: key, summary: "A test.", reviewed: "2026-11-20", ...file };
      writeFileSync(join(folder, `${key}.yaml`), stringify(whole));
    }
    return folder;
  };
  const bare = () => {
    const plan = exampleObject();
    for (const key of ["playbooks", "closing", "signals"]) delete plan[key];
    return write(stringify(plan));
  };
  const said = (run: () => void) => {
    const lines: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
    try {
      run();
    } catch (error) {
      lines.push(error instanceof Error ? error.message : String(error));
    } finally {
      log.mockRestore();
    }
    return lines.join("\n");
  };

  it("are held against it, as no bot would start on both", () => {
    const folder = folderOf({
      mine: {
        steps: [
          { ...step, offer: { label: "Stop", command: "pause propose", input: { intervention: "pause-valt" } } },
          { ...step, id: "agree", gate: { people: 3, roles: ["legal"] } },
          { ...step, id: "wait", check: { paused: "pause-markt" } },
        ],
      },
    });
    const out = said(() => checkPlan({}, bare(), { folder }));
    expect(out).toContain("is sound: 7 people");
    expect(out).toMatch(
      /mine\.yaml:\d+: steps\[0\]\.offer\.input\.intervention: There is no intervention "pause-valt"\. Did you mean "pause-vault"\?/,
    );
    expect(out).toMatch(
      /mine\.yaml:\d+: steps\[1\]\.gate\.people: Wants 3 different people, and 2 at most can be legal\./,
    );
    expect(out).toMatch(/mine\.yaml:\d+: steps\[2\]\.check\.paused: There is no intervention "pause-markt"\./);
    rmSync(folder, { recursive: true });
  });

  it("are named with a mark where nothing leads to them but their name", () => {
    const folder = folderOf({ alone: { steps: [step] }, led: { severities: ["high"], steps: [step] } });
    const out = said(() => checkPlaybooks(folder));
    expect(out).toMatch(/^alone .*: alone \(by name only: no severities, no symptoms\)$/m);
    expect(out).toMatch(/^led .*: led$/m);
    rmSync(folder, { recursive: true });
  });

  it("are looked for in a folder that has some", () => {
    const folder = folderOf({});
    expect(said(() => checkPlaybooks(folder))).toBe(
      `There is no playbook in ${folder}: a file whose name ends in .yaml.`,
    );
    expect(said(() => checkPlaybooks(EXAMPLE))).toBe(
      `${EXAMPLE} is a file. Name the folder that it lies in: all playbooks in it are checked.`,
    );
    rmSync(folder, { recursive: true });
  });
});
