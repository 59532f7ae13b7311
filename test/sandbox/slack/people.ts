/** The cast of the tests. */
import type { SlackServerOptions } from "../../../src/sandbox/slack/server.ts";

export const ANA = "U0ANA";
export const BEN = "U0BEN";
export const GIL = "U0GIL";

export const CAST = {
  people: [
    { id: ANA, name: "Ana Lima", title: "responder" },
    { id: BEN, name: "Ben Okafor", title: "signer", address: "0x00000000000000000000000000000000000000b0" },
    { id: GIL, name: "Gil Guest", title: "auditor", guest: true },
  ],
  channels: [
    { id: "C0GENERAL", name: "general", members: [ANA, BEN], bot: true },
    { id: "C0LOBBY", name: "lobby", members: [ANA] },
    { id: "C0SECRET", name: "secret", members: [ANA], private: true },
  ],
  commands: [{ command: "/incident", description: "Run an incident", usageHint: "declare" }],
  shortcuts: [
    { callbackId: "timeline_add", name: "Add to timeline", type: "message" as const },
    { callbackId: "declare", name: "Declare an incident", type: "global" as const },
  ],
} satisfies SlackServerOptions;
