/** The sandbox server, asked as one person. The server is this page's own and shares its types (`client-api.ts`). */
import type { Act, ActResult, ClientEvent, ClientState, Message } from "../../../slack/client-api.ts";
import type { StoryStep } from "../../info.ts";

export interface PageInfo {
  startAs: string;
  steps: StoryStep[];
  facts: { label: string; value: string }[];
}

export interface SelectOption {
  text: { type: "plain_text"; text: string };
  value: string;
}

export function getInfo(): Promise<PageInfo> {
  return getJson<PageInfo>("/sandbox/info", {});
}

export function getState(as: string): Promise<ClientState> {
  return getJson<ClientState>("/client/state", { as });
}

export function getMessages(as: string, channel: string, thread?: string): Promise<Message[]> {
  return getJson<Message[]>("/client/messages", { as, channel, thread });
}

export function getOptions(as: string, at: Record<string, string | undefined>): Promise<SelectOption[]> {
  return getJson<SelectOption[]>("/client/options", { as, ...at });
}

/** Never throws: a server that does not answer is a result like any other refusal. */
export async function act(as: string, what: Act): Promise<ActResult> {
  try {
    const answer = await fetch(`/client/act?${query({ as })}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(what),
    });
    return await answer.json();
  } catch (error) {
    return { ok: false, error: `The sandbox does not answer: ${String(error)}` };
  }
}

export interface EventHandlers {
  /** The connection stands. `seq` is the newest event's number. */
  onHello(seq: number): void;
  onEvent(event: ClientEvent, seq: number): void;
  /** Something waits for another person. */
  onNudge(as: string): void;
  onLost(): void;
}

/** Listens as one person, from after event `after`. The browser reconnects by itself. Returns what ends it. */
export function listen(as: string, after: number | undefined, handlers: EventHandlers): () => void {
  const source = new EventSource(`/client/events?${query({ as, after: after?.toString() })}`);
  source.addEventListener("hello", (event) => handlers.onHello(JSON.parse(event.data).seq));
  source.addEventListener("client", (event) => handlers.onEvent(JSON.parse(event.data), Number(event.lastEventId)));
  source.addEventListener("nudge", (event) => handlers.onNudge(JSON.parse(event.data).as));
  source.addEventListener("error", () => handlers.onLost());
  return () => source.close();
}

async function getJson<T>(path: string, parameters: Record<string, string | undefined>): Promise<T> {
  const answer = await fetch(`${path}?${query(parameters)}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(String(body.error ?? answer.statusText));
  return body;
}

function query(parameters: Record<string, string | undefined>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
