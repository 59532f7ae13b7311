import { type Command, usageOf } from "../command.ts";
import type { Block, View } from "../view.ts";

const NOUNS = ["incident", "oncall", "pause", "playbook", "risk", "signer", "ladder", "readiness"];

/**
 * What can be said of one thing, and the verbs of all others, in the order of an incident: sixty commands in full are more
 * than a phone's reader scrolls through. A word that we do not know is named first.
 */
export function helpCard(commands: Command[], noun: string, verb: string): View {
  const unknown = verb !== "" && verb !== "help";
  const about = NOUNS.includes(noun) ? noun : "incident";
  const body: Block[] = [];
  if (unknown) {
    const near = nearest(commands, noun, verb);
    body.push({
      kind: "text",
      text: [
        `There is no command /${noun} ${verb}. `,
        ...(near === undefined ? [] : ["Did you mean ", { code: `/${near}` }, "?"]),
      ],
    });
  }
  const whole = commands.filter(({ name }) => name.startsWith(`${about} `));
  if (whole.length > 0) {
    const fields = whole.map((command) => ({ label: command.summary, value: [{ code: usageOf(command) }] }));
    body.push({ kind: "fields", fields });
  }
  const others = NOUNS.filter((other) => other !== about).flatMap((other) => {
    const verbs = commands.filter(({ name }) => name.startsWith(`${other} `)).map(({ name }) => name.split(" ")[1]);
    return verbs.length === 0 ? [] : [{ label: `/${other}`, value: verbs.join(", ") }];
  });
  if (others.length > 0) body.push({ kind: "fields", fields: others });
  body.push({
    kind: "text",
    quiet: true,
    text: "Each has its own help, such as /pause help. What is left out is asked for in a form; in an incident's channel, the incident and the proposal are understood. To put a message on the timeline, react with 📌 or use its menu: Add to timeline.",
  });
  return {
    tone: unknown ? "warning" : "info",
    title: "What you can say",
    body,
    buttons: [{ label: "Declare an incident…", command: "incident declare", input: {}, style: "danger" }],
  };
}

function nearest(commands: Command[], noun: string, verb: string): string | undefined {
  const typed = `${noun} ${verb}`.toLowerCase();
  const ranked = commands
    .filter(({ name }) => name.startsWith(noun))
    .map(({ name }) => ({ name, distance: editDistance(typed, name) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= 3 ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
