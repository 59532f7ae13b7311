/** The slash commands that a platform registers: one per noun; the verbs are in the text. */
export const SLASH_COMMANDS = [
  {
    command: "/incident",
    noun: "incident",
    description: "Declare an incident and run it",
    usageHint:
      "declare | status | severity | claim | assign | handoff | accept | decline | note | update | contacts | notify | resolve | close | reopen | list | plan | export | help",
  },
  {
    command: "/oncall",
    noun: "oncall",
    description: "Call people, and say that you are on it",
    usageHint: "list | page | answer",
  },
  {
    command: "/pause",
    noun: "pause",
    description: "Pause a contract with the Safe's owners",
    usageHint: "propose | acknowledge | decline | confirm | execute | withdraw | status",
  },
  {
    command: "/playbook",
    noun: "playbook",
    description: "Walk a playbook step by step",
    usageHint: "list | start | complete | answer | agree | skip | reopen | take | assign | note | evidence | look",
  },
  {
    command: "/risk",
    noun: "risk",
    description: "Risks that are known, and what is done about them",
    usageHint: "add | list | update | export",
  },
  {
    command: "/signer",
    noun: "signer",
    description: "Link an owner address to your account",
    usageHint: "link | list",
  },
  {
    command: "/ladder",
    noun: "ladder",
    description: "Pauses that owners sign ahead of time",
    usageHint: "collect | status | burn",
  },
  {
    command: "/readiness",
    noun: "readiness",
    description: "Prove that every pause would work now",
    usageHint: "check",
  },
] as const;
