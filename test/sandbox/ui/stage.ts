/** The page's server over a real sandbox workspace with a real bot in it. */
import { privateKeyToAccount } from "viem/accounts";
import { type SlackServer, type SlackServerOptions, startSlackServer } from "../../../src/sandbox/slack/server.ts";
import { type SandboxUiOptions, type SandboxWallet, startSandboxUi } from "../../../src/sandbox/ui/server.ts";
import { socketApp } from "../slack/bolt.ts";
import { type Heard, listenTo } from "./bot.ts";

export const ANA = "U0ANA";
export const BEN = "U0BEN";
export const GIL = "U0GIL";
export const WAR_ROOM = "C0WAR";

const account = privateKeyToAccount(`0x${"5a".repeat(32)}`);

/** Ben has a wallet; nobody else has. */
export const wallet: SandboxWallet = {
  chainId: 31337,
  addressOf: (id) => (id === BEN ? account.address : undefined),
  signTypedData: (_id, typedData) => account.signTypedData(typedData),
};

const WORKSPACE = {
  teamName: "Example Protocol",
  people: [
    { id: ANA, name: "Ana Lima", title: "Security engineer, on call" },
    { id: BEN, name: "Ben Okafor", title: "Protocol engineer, signer", address: account.address },
    { id: GIL, name: "Gil Moreau", title: "Treasury" },
  ],
  channels: [
    { id: "C0GENERAL", name: "general", members: [ANA, BEN, GIL], bot: true },
    { id: WAR_ROOM, name: "inc-0042-vault-drain", members: [ANA, BEN], private: true, bot: true },
    { id: "C0QUIET", name: "random", members: [GIL] },
  ],
  commands: [
    { command: "/incident", description: "Declare an incident and run it", usageHint: "declare | status | help" },
    { command: "/silent", description: "Never answers", usageHint: "" },
  ],
  shortcuts: [{ callbackId: "timeline_add", name: "Add to timeline", type: "message" as const }],
  rateLimits: false,
} satisfies SlackServerOptions;

export interface Stage {
  url: string;
  slack: SlackServer;
  bot: Awaited<ReturnType<typeof socketApp>>;
  heard: Heard;
  close(): Promise<void>;
}

export async function startStage(options: Partial<SandboxUiOptions> = {}): Promise<Stage> {
  const slack = await startSlackServer(WORKSPACE);
  let heard: Heard = { presses: [], forms: [] };
  const bot = await socketApp(slack, (app) => {
    heard = listenTo(app);
  });
  const ui = await startSandboxUi({ port: 0, workspace: slack.client, wallet, ...options });
  return {
    url: ui.url,
    slack,
    bot,
    heard,
    async close() {
      await ui.close();
      await bot.stop();
      await slack.close();
    },
  };
}
