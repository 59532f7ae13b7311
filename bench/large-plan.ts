import { stringify } from "yaml";

/** A plan of a large organisation as a file: 500 people, 200 interventions, 20 chains, and all that belongs to them. */
export function largePlan({ people = 500, interventions = 200, chains = 20 } = {}): string {
  const address = (number: number) => `0x${number.toString(16).padStart(40, "0")}`;
  const table = <T>(count: number, prefix: string, entry: (index: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, entry(index)]));
  const ids = Array.from({ length: chains }, (_, index) => String(index + 1));
  const contact = { name: "Security desk", via: "security@example.org", hours: "24/7" };
  const probe = (call: string) => ({ label: call, from: address(9), call, arguments: ["1"] });
  return stringify(
    {
      version: 1,
      organisation: "Large Protocol",
      reviewed: "2026-11-16",
      channels: { alerts: { slack: "C0ALERTS01" } },
      people: table(people, "person", (index) => ({
        name: `Person Number ${index}`,
        slack: `U0PERSON${index}`,
        roles: [index % 2 === 0 ? "incident commander" : "scribe"],
        owner: address(1_000 + index),
      })),
      rotations: table(10, "rotation", (index) => ({
        title: `Rotation ${index}`,
        every: index % 2 === 0 ? "weekly" : "daily",
        timeZone: ["Europe/Berlin", "America/New_York", "Asia/Tokyo"][index % 3],
        from: "2026-01-05",
        people: Array.from({ length: 20 }, (_, turn) => `person-${index * 20 + turn}`),
        overrides: Array.from({ length: 20 }, (_, turn) => ({
          from: `2026-12-${String(turn + 1).padStart(2, "0")}T09:00`,
          until: `2026-12-${String(turn + 2).padStart(2, "0")}T09:00`,
          person: `person-${400 + turn}`,
        })),
      })),
      onCall: Array.from({ length: 10 }, (_, index) => `rotation-${index}`),
      escalation: [0, 1, 2].map((level) => ({
        title: `Level number ${level + 1}`,
        who: Array.from({ length: 30 }, (_, index) => `person-${level * 30 + index}`),
      })),
      severities: Object.fromEntries(
        ["critical", "high", "medium", "low"].map((name) => [
          name,
          { means: "What it means, in a whole sentence", owner: "rotation-0", page: {}, roles: ["scribe"] },
        ]),
      ),
      invite: { critical: Array.from({ length: 50 }, (_, index) => `person-${index}`) },
      chains: Object.fromEntries(
        ids.map((id) => [id, { name: `Chain ${id}`, explorer: "https://explorer.example.org" }]),
      ),
      safes: table(chains, "safe", (index) => ({ chain: index + 1, address: address(50_000 + index) })),
      interventions: table(interventions, "pause", (index) => ({
        title: `Pause Vault number ${index}`,
        safe: `safe-${index % chains}`,
        target: address(100_000 + index),
        targetLabel: `Vault number ${index}`,
        dialect: "openzeppelin-pausable",
        trigger: "Shares are redeemed for more than was deposited, or deposits arrive from a known attacker.",
        limits: { longestPause: "3d", severityAtLeast: "high", legalReview: "after" },
        who: { initiate: ["incident commander", "person-1"], resume: ["decision maker"] },
        effectProbe: probe("deposit(uint256)"),
        exitProbe: probe("withdraw(uint256)"),
        stillWorks: ["withdraw() and redeem() of existing deposits", "transfers of shares"],
      })),
      groups: table(20, "group", (index) => ({
        title: `Stop group ${index}`,
        together: Array.from({ length: 10 }, (_, member) => `pause-${index * 10 + member}`),
      })),
      dependencies: table(50, "dependency", (index) => ({
        name: `Provider ${index}`,
        kind: "oracle",
        uses: "Prices of many markets",
        contacts: [contact, { ...contact, name: "Engineering" }],
        degraded: ["Markets can be paused while vaults go on"],
        reviewed: "2026-11-10",
      })),
      messages: table(30, "message", (index) => ({
        title: `Message ${index}`,
        for: "users",
        text: "We are looking into a problem with {organisation}. What still works: {still-works}. Next word: {next-update}.",
      })),
      signals: table(50, "signal", (index) => ({
        means: `More than ${index} % left within an hour`,
        severity: "high",
        intervention: `pause-${index}`,
      })),
    },
    { aliasDuplicateObjects: false },
  );
}
