import { zeroAddress } from "viem";
import { addressesOf, type Intervention, type Probe, probesOf } from "./core/intervention.ts";
import type { ResponsePlan } from "./core/plan.ts";
import { ANY_INTERVENTION } from "./core/playbook-file.ts";
import { checkProbe, rightChecksum, wrongChecksum } from "./core/probe-call.ts";
import type { PathMessage } from "./yaml-mistakes.ts";

/** What a schema can't see of the plan's interventions: checksums, calls that don't fit, and dialects that contradict. */
export function checkInterventions(plan: ResponsePlan): PathMessage[] {
  return Object.entries(plan.interventions).flatMap(([key, intervention]) => {
    const found = [
      ...checkName(key),
      ...checkChecksums(intervention),
      ...checkProbes(intervention),
      ...checkReverts(intervention),
      ...checkDialect(intervention),
    ];
    return found.map((mistake) => ({ ...mistake, path: ["interventions", key, ...mistake.path] }));
  });
}

function checkName(key: string): PathMessage[] {
  if (key !== ANY_INTERVENTION) return [];
  const message = `"${key}" means whichever intervention is at hand. Give this one another name.`;
  return [{ path: [], atKey: true, message }];
}

function checkChecksums(intervention: Intervention): PathMessage[] {
  return addressesOf(intervention).flatMap(({ path, address }) => {
    const right = rightChecksum(address);
    return right === undefined ? [] : [{ path, message: wrongChecksum(address, right) }];
  });
}

function checkProbes(intervention: Intervention): PathMessage[] {
  const probes = probesOf(intervention);
  if (probes === undefined) return [];
  const found: PathMessage[] = [];
  for (const [name, probe] of Object.entries(probes)) {
    for (const mistake of checkProbe(probe)) found.push({ ...mistake, path: [name, ...mistake.path] });
  }
  if (sameCall(probes.effectProbe, probes.exitProbe, intervention.target)) {
    const message = "This is the effect probe's very call: it can't both revert and still work once paused.";
    found.push({ path: ["exitProbe", "call"], message });
  }
  return found;
}

function sameCall(a: Probe, b: Probe, target: string): boolean {
  const text = (probe: Probe) =>
    `${probe.target ?? target} ${probe.from} ${probe.call} ${probe.arguments.join(" ")}`.toLowerCase();
  return text(a) === text(b);
}

/** What looks like a custom error must be one: with a type misspelt, it would never match. */
function checkReverts(intervention: Intervention): PathMessage[] {
  if (!("revertsWith" in intervention)) return [];
  return intervention.revertsWith.flatMap((text, index) => {
    if (!/^\w+\(.*\)$/.test(text)) return [];
    const wrong = checkProbe({ call: text, arguments: [] }).some(({ path }) => path[0] === "call");
    const message = `${text} is not a custom error. Write its types only, such as TopicPaused(bytes32), or the reason as a text.`;
    return wrong ? [{ path: ["revertsWith", index], message }] : [];
  });
}

function checkDialect(intervention: Intervention): PathMessage[] {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const { target } = intervention;
  switch (intervention.dialect) {
    case "set-paused":
      return checkGetter(intervention.getter, []);
    case "pause-topic":
      return checkGetter(intervention.getter, [intervention.topic]);
    case "access-manager":
      return mustDiffer("manager", intervention.manager, target, "the AccessManager");
    case "aave-v3-pool":
    case "aave-v3-reserve":
      return mustDiffer("configurator", intervention.configurator, target, "the PoolConfigurator");
    case "lido-gate-seal": {
      const before = (index: number) => [target, ...intervention.also.slice(0, index)];
      const twice = intervention.also.flatMap((address, index) =>
        before(index).some((other) => same(other, address))
          ? [{ path: ["also", index], message: "This contract is named twice: a seal refuses duplicates." }]
          : [],
      );
      return [...mustDiffer("gateSeal", intervention.gateSeal, target, "the GateSeal"), ...twice];
    }
    case "comet": {
      const { supply, transfer, withdraw, absorb, buy } = intervention;
      if (supply || transfer || withdraw || absorb || buy) return [];
      return [{ path: ["supply"], message: "All five are false: this would pause nothing, and lift every pause." }];
    }
    case "emergency-withdraw":
      return checkMovement(intervention);
    case "openzeppelin-pausable":
    case "optimism-superchain-config":
    case "lido-pausable-until":
    case "compound-v2-market":
    case "compound-v2-comptroller":
    case "revoke-role":
      return [];
    default:
      return intervention satisfies never;
  }
}

function checkGetter(getter: string, args: string[]): PathMessage[] {
  return checkProbe({ call: getter, arguments: args }).map(({ message }) => ({ path: ["getter"], message }));
}

function mustDiffer(field: string, address: string, target: string, what: string): PathMessage[] {
  if (address.toLowerCase() !== target.toLowerCase()) return [];
  return [
    { path: [field], message: `This is the target itself. Write ${what} here: it is called to stop the target.` },
  ];
}

function checkMovement(intervention: Extract<Intervention, { dialect: "emergency-withdraw" }>): PathMessage[] {
  const { recipient, target, token, amount, minimumReceived } = intervention;
  const found: PathMessage[] = [];
  const nowhere: [string, string][] = [
    [zeroAddress, "The zero address would burn it."],
    [target.toLowerCase(), "This is the target itself: the money would not move."],
    [token.toLowerCase(), "This is the token's own contract, from which it might never come back."],
  ];
  for (const [address, message] of nowhere) {
    if (recipient.toLowerCase() === address) found.push({ path: ["recipient"], message });
  }
  if (minimumReceived !== undefined && BigInt(minimumReceived) > BigInt(amount)) {
    found.push({ path: ["minimumReceived"], message: `More than the amount, ${amount}, can't arrive.` });
  }
  return found;
}
