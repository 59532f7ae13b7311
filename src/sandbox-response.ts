const TODAY = new Date().toISOString().slice(0, 10);

/** What the sandbox's plan says beside its contracts: who answers, what a severity calls for, whom to tell. For show. */
export const sandboxResponse = {
  rotations: {
    primary: { title: "Primary", every: "weekly", timeZone: "UTC", from: "2026-01-05", people: ["noor"] },
  },
  onCall: ["primary", "sofia", "tomas"],
  escalation: [
    { title: "On call", who: ["primary"], answerWithin: "2m" },
    { title: "Head of security", who: ["sofia"], answerWithin: "3m" },
    { title: "Founders", who: ["emil"], answerWithin: "5m" },
  ],
  severities: {
    critical: {
      means: "Funds are leaving, or can leave now.",
      owner: "sofia",
      page: { from: 1, upTo: 3 },
      pause: "all",
      updateEvery: "30m",
      tellUsers: "yes",
      roles: ["incident commander", "scribe", "communications lead"],
    },
    high: {
      means: "Funds are at risk, and none are leaving yet.",
      owner: "primary",
      page: { from: 1, upTo: 2 },
      pause: "affected",
      updateEvery: "1h",
      roles: ["incident commander", "scribe"],
    },
    medium: {
      means: "Something is broken, and no funds are at risk.",
      owner: "primary",
      updateEvery: "4h",
      roles: ["incident commander"],
    },
    low: { means: "Worth writing down.", owner: "primary" },
  },
  closing: "post-incident",
  dependencies: {
    "price-feed": {
      name: "Example Oracle",
      kind: "oracle",
      uses: "The value of a share in Vault-USDC",
      contacts: [{ name: "On call", via: "oncall@oracle.example", hours: "24/7" }],
      reviewed: TODAY,
      degraded: ["Deposits stop by themselves; withdrawals go on at the last value."],
      message: "watch-for-us",
    },
    exchange: {
      name: "Example Exchange",
      kind: "exchange",
      contacts: [{ name: "Security desk", via: "security@exchange.example", hours: "24/7" }],
      reviewed: TODAY,
      degraded: ["They can stop deposits from addresses that we name."],
      message: "watch-for-us",
    },
  },
  messages: {
    "first-statement": {
      title: "First statement",
      for: "users",
      text: "{organisation}: we are looking into a problem since {declared}. Paused: {paused}. Still works: {still-works}. We don't know the cause yet. Do nothing unless we ask for it here; we never ask for keys. Next update by {next-update}.",
    },
    "watch-for-us": {
      title: "Watch with us",
      for: "partners",
      text: "{organisation} is handling {incident} ({severity}). Paused: {paused}. Please watch for unusual flows from our contracts, and call us back. We can't speak of the cause yet.",
    },
  },
  signals: {
    outflow: {
      means: "More than 5 % leaves the vault within an hour",
      severity: "critical",
      action: "ask",
      playbook: "active-exploit",
      intervention: "pause-vault",
    },
  },
  risks: {
    "one-price-feed": {
      title: "The vault's value comes from one price feed",
      likelihood: "low",
      impact: "high",
      owner: "sofia",
      mitigation: "A second feed is being built; deposits stop when the first is late.",
    },
  },
} as const;
