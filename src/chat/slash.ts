/** The slash commands that a platform registers: one per noun; the verbs are in the text. */
export const SLASH_COMMANDS = [
  {
    command: "/incident",
    noun: "incident",
    description: "Declare an incident and run it",
    usageHint: "declare | status | severity | assign | note | update | resolve | reopen | list | export | help",
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
    usageHint: "list | start | complete | skip | assign | note",
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
