/** Gives every component the store and what most of them need of it. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Channel, ClientState, Person } from "../../../slack/client-api.ts";
import type { AppState } from "./state.ts";
import type { Store } from "./store.ts";

export const StoreContext = createContext<Store | undefined>(undefined);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("This component must be inside StoreContext.");
  return store;
}

/** The current state; the component is drawn again at every change. */
export function useAppState(): AppState {
  const store = useStore();
  const [state, setState] = useState(store.get());
  useEffect(() => {
    setState(store.get());
    return store.subscribe(() => setState(store.get()));
  }, [store]);
  return state;
}

/** The acting person's workspace, where a component is only drawn once there is one. */
export function useWorkspace(): ClientState {
  const { workspace } = useAppState();
  if (!workspace) throw new Error("This component must be drawn after the workspace has come.");
  return workspace;
}

export const NO_PERSON: Person = { id: "", name: "Unknown person", title: "", isBot: false };

export function personOf(workspace: ClientState, id: string): Person {
  return workspace.people.find((person) => person.id === id) ?? { ...NO_PERSON, id, name: id || NO_PERSON.name };
}

/** A channel as it is called in text: `#general`, or the other person's name. */
export function placeName(workspace: ClientState, channel: Channel): string {
  if (channel.kind !== "im") return channel.name;
  return channel.with === workspace.me.id ? `${workspace.me.name} (you)` : personOf(workspace, channel.with ?? "").name;
}
