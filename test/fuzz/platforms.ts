import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Opened } from "../../src/chat/platform.ts";
import { readAct } from "../../src/platforms/slack/inbound.ts";
import { postSigned } from "../../src/sandbox/slack/http-out.ts";
import * as discordRig from "../platforms/discord/rig.ts";
import * as slackRig from "../platforms/slack/rig.ts";
import type { Random } from "../sim/random.ts";
import { twisted } from "./nasty.ts";

const AT_ONCE = 200;
const FORM: Opened = {
  kind: "form",
  form: {
    command: "incident declare",
    title: "Declare",
    submit: "Declare",
    fields: [{ name: "title", label: "Title", required: true, widget: { kind: "line" } }],
    carried: {},
  },
};

/** A Slack client that has seen one of each: its payloads, as Slack sent them. */
async function slackSamples() {
  const rig = await slackRig.startRig({ slack: { mode: "http" }, connect: false });
  const http = createServer(rig.slack.listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  slackRig.closeAfterTest(() => new Promise((resolve) => http.close(() => resolve())));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/slack/events`;
  await rig.slack.connect(rig.door);
  await rig.server.useHttp(url);
  rig.door.opens = ({ said }) => (said.kind === "line" ? FORM : slackRig.done());
  const { act, state } = rig.server.client;
  const { ANA, GENERAL } = slackRig;
  await act(ANA, { do: "send", channel: GENERAL, text: "/incident declare" });
  const modal = await rig.server.until(() => state(ANA).views.at(-1));
  await act(ANA, { do: "submit", viewId: modal.id, state: { title: { "field:title": { value: "Drained" } } } });
  const said = await act(ANA, { do: "send", channel: GENERAL, text: "look" });
  const ts = said.ok ? (said.message?.ts ?? "") : "";
  await act(ANA, { do: "react", channel: GENERAL, ts, name: "pushpin" });
  await act(ANA, { do: "shortcut", callbackId: "message capture", channel: GENERAL, ts });
  const samples = rig.server.deliveries.map(({ type, payload }) => ({ type, payload }));
  return { rig, url, samples };
}

/** Payloads as Slack sends them with parts missing or of another kind: read by the real client, over signed HTTP. */
export async function twistSlack(random: Random, times: number): Promise<string[]> {
  const { rig, url, samples } = await slackSamples();
  const target = { url, signingSecret: rig.server.signingSecret };
  for (let done = 0; done < times; done += AT_ONCE) {
    const posts = Array.from({ length: Math.min(AT_ONCE, times - done) }, () => {
      const { type, payload } = random.pick(samples);
      return postSigned(rig.server.workspace, target, { type, payload: twisted(random, payload) as typeof payload });
    });
    const lost = (await Promise.all(posts)).filter(({ kind }) => kind === "unreachable");
    if (lost.length > 0) return [`${lost.length} requests found nobody`];
  }
  const before = rig.door.came.length;
  await rig.server.client.act(slackRig.ANA, { do: "send", channel: slackRig.GENERAL, text: "/incident list" });
  return rig.door.came.length > before ? [] : ["Afterwards it did not answer"];
}

/** The same payloads without the network, where a throw is seen as such. */
export async function misreadSlack(random: Random, times: number): Promise<string[]> {
  const { rig, samples } = await slackSamples();
  const workspace = { url: "https://example.slack.com/", team: rig.server.teamId, botUserId: rig.server.botUserId };
  for (let count = 0; count < times; count += 1) {
    const body = twisted(random, random.pick(samples).payload);
    try {
      readAct(body, workspace as never);
    } catch (error) {
      return [`${JSON.stringify(body)}: ${error instanceof Error ? error.stack : error}`];
    }
  }
  return [];
}

/** Interactions as Discord dispatches them with parts missing or of another kind, to the real client. */
export async function twistDiscord(random: Random, times: number): Promise<string[]> {
  const rig = await discordRig.startRig();
  const { server } = rig;
  rig.script.opens = ({ said }) =>
    said.kind === "line" ? FORM : discordRig.done({ tone: "info", title: "Done", body: [], buttons: [] });
  const { ANA, GENERAL } = discordRig;
  await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident declare" });
  await server.client.act(ANA, { do: "submit", values: { "field:title": "Drained" } });
  const message = await rig.said("look");
  await server.client.act(ANA, { do: "menu", channel: GENERAL, message: message.id, name: "Add to timeline" });
  const samples = server.deliveries.filter(({ t }) => t === "INTERACTION_CREATE").map(({ d }) => d);
  for (let count = 0; count < times; count += 1) {
    const payload = twisted(random, random.pick(samples)) as object;
    server.world.emit({ type: "interaction", payload, direct: false });
    if (count % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const before = rig.came.length;
  const answered = await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
  return answered.ok && rig.came.length > before ? [] : [`Afterwards it did not answer: ${JSON.stringify(answered)}`];
}
