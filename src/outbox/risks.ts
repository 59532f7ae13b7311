import { channelOf, type Platform, platformOf } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError } from "../core/errors.ts";
import { exportRisks } from "../core/risk-export.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor } from "./deps.ts";

/** Puts the register where it was asked for; where Allstop may not write there, to whoever asked, directly. */
export async function deliverRisks(
  deps: ChatDeps,
  { at, user, invocation }: Extract<Effect, { kind: "deliver_risks" }>,
): Promise<void> {
  const platform = platformFor(deps, at);
  try {
    await put(deps, platform, channelOf(at));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const key = `risks/${platformOf(at)}/${invocation}`.slice(0, 64);
    const message = await platform.directMessage(user, insteadView(error), { key, again: deps.again });
    await put(deps, platform, channelOf(message));
  }
}

async function put(deps: ChatDeps, platform: Platform, at: string): Promise<void> {
  const { markdown, json } = await exportRisks(deps.app);
  const options = deps.again ? { againSince: deps.owed.owedAt } : {};
  await platform.upload(at, { ...markdown, title: "Risk register" }, options);
  await platform.upload(at, { ...json, title: "Risk register, for machines" }, options);
}

function insteadView({ code, message }: RefusedError): View {
  return {
    tone: "info",
    title: "The risk register",
    body: [{ kind: "text", text: ["Its files could not be put where you asked for them: ", message, " ", { code }] }],
    buttons: [],
  };
}
