/** Holds the page's state, keeps it in step with the server, and does what the person asks. */
import type { Act, ActResult, Message } from "../../../slack/client-api.ts";
import { act, getInfo, getMessages, getState, listen } from "./api.ts";
import { type Route, readRoute, writeRoute } from "./route.ts";
import { type AppState, isReply, threadKey, withEvent } from "./state.ts";

const PERSON_KEY = "allstop_sandbox_person";

export interface Store {
  get(): AppState;
  subscribe(listener: () => void): () => void;
  actAs(person: string): void;
  go(route: Route): void;
  act(what: Act): Promise<ActResult>;
  setDraft(place: string, text: string): void;
  dismissEphemeral(ts: string): void;
  dismissNotice(channel: string): void;
}

export async function startStore(): Promise<Store> {
  const info = await getInfo();
  const asked = new URL(location.href).searchParams.get("as") ?? sessionStorage.getItem(PERSON_KEY);
  let state: AppState = {
    as: asked ?? info.startAs,
    info,
    connection: "connecting",
    route: readRoute(location.hash),
    messages: {},
    ephemerals: {},
    notices: {},
    nudges: {},
    cursors: {},
    drafts: {},
  };
  const listeners = new Set<() => void>();
  let stopListening = () => {};
  /** The newest event when the page was opened: what came later may be caught up with, as any person. */
  let openedAt: number | undefined;

  function set(change: Partial<AppState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  function connect(): void {
    stopListening();
    const { as } = state;
    stopListening = listen(as, state.cursors[as] ?? openedAt, {
      onHello(seq) {
        openedAt ??= seq;
        set({ cursors: { ...state.cursors, [as]: Math.max(seq, state.cursors[as] ?? 0) } });
        void refresh(as);
      },
      onEvent(event, seq) {
        set({ ...withEvent(state, event), cursors: { ...state.cursors, [as]: seq } });
        if (event.type === "message") void markRead(event.message.channel);
      },
      onNudge: (person) => set({ nudges: { ...state.nudges, [person]: (state.nudges[person] ?? 0) + 1 } }),
      onLost: () => set({ connection: "lost" }),
    });
  }

  /** Fetches all that is on the screen anew; called at every (re)connection, so that nothing missed stays missed. */
  async function refresh(as: string): Promise<void> {
    const workspace = await getState(as);
    if (as !== state.as) return;
    // What is on the screen stays until its newer version is here; the rest is fetched when it is opened.
    const { place, thread } = state.route;
    const shown = [place, place && thread && threadKey(place, thread)];
    const kept = Object.entries(state.messages).filter(([key]) => shown.includes(key));
    set({ workspace, connection: "open", messages: Object.fromEntries(kept) });
    if (!place || !isKnown(place)) go({ place: startingPlace() ?? "home" });
    else await load("again");
  }

  function isKnown(place: string): boolean {
    return place === "home" || (state.workspace?.channels.some((channel) => channel.id === place) ?? false);
  }

  function startingPlace(): string | undefined {
    const channels = state.workspace?.channels.filter((channel) => channel.kind !== "im") ?? [];
    const mine = channels.filter((channel) => channel.members.includes(state.as));
    return (mine.find((channel) => channel.name === "general") ?? mine[0] ?? channels[0])?.id;
  }

  async function load(what: "missing" | "again" = "missing"): Promise<void> {
    const { as, route } = state;
    const { place, thread } = route;
    if (place === "home") {
      await act(as, { do: "open_home" });
      return;
    }
    if (!place) return;
    if (what === "again" || !state.messages[place]) await fill(as, place);
    if (thread && (what === "again" || !state.messages[threadKey(place, thread)])) await fill(as, place, thread);
    void markRead(place);
  }

  async function fill(as: string, place: string, thread?: string): Promise<void> {
    const list = await getMessages(as, place, thread);
    if (as !== state.as) return;
    const key = thread ? threadKey(place, thread) : place;
    const fetched = thread ? list : list.filter((message) => !isReply(message));
    set({ messages: { ...state.messages, [key]: fetched.filter((message) => message.ephemeralTo === undefined) } });
  }

  async function markRead(channel: string): Promise<void> {
    const isOpen = state.route.place === channel && document.visibilityState === "visible";
    const known = state.workspace?.channels.find((each) => each.id === channel);
    if (isOpen && known?.members.includes(state.as)) await act(state.as, { do: "read", channel });
  }

  function go(route: Route): void {
    const hash = writeRoute(route);
    if (location.hash === hash) followHash();
    else location.hash = hash;
  }

  function followHash(): void {
    set({ route: readRoute(location.hash) });
    if (!state.route.place && state.workspace) go({ place: startingPlace() ?? "home" });
    else void load();
  }

  function rememberPerson(): void {
    const url = new URL(location.href);
    url.searchParams.set("as", state.as);
    history.replaceState(history.state, "", url);
    sessionStorage.setItem(PERSON_KEY, state.as);
    localStorage.setItem(PERSON_KEY, state.as);
  }

  window.addEventListener("hashchange", followHash);
  // Browsers allow six connections to one address in all tabs together, and each tab may be another person.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connect();
    else stopListening();
  });
  rememberPerson();
  connect();

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    actAs(person) {
      if (person === state.as) return;
      set({ as: person, workspace: undefined, messages: {}, nudges: { ...state.nudges, [person]: 0 } });
      rememberPerson();
      connect();
    },
    go,
    async act(what) {
      const result = await act(state.as, what);
      if (result.ok && result.message) set(withEvent(state, ownEvent(result.message)));
      if (result.ok && result.channel) set(withEvent(state, { type: "channel", channel: result.channel }));
      return result;
    },
    setDraft: (place, text) => set({ drafts: { ...state.drafts, [`${state.as}/${place}`]: text } }),
    dismissEphemeral: (ts) => set(withEvent(state, { type: "ephemeral_deleted", channel: "", ts })),
    dismissNotice: (channel) => set(withEvent(state, { type: "notice", channel, text: "" })),
  };
}

function ownEvent(message: Message) {
  return message.ephemeralTo ? ({ type: "ephemeral", message } as const) : ({ type: "message", message } as const);
}
