/** What a phone's notifications would say: a room that one was invited to, or words from the app, while one is elsewhere. */
import type { ClientState } from "../../../slack/client-api.ts";
import { personOf, placeName, useAppState, useWorkspace } from "../client/context.ts";
import { Icon } from "./icons.tsx";

export function WaitingBar() {
  const { route } = useAppState();
  const workspace = useWorkspace();
  const waiting = waitingIn(workspace, route.place);
  return (
    <div class="waiting" role="status">
      {waiting && (
        <a href={`#/${waiting.id}`} data-testid="waiting">
          <Icon name={waiting.kind === "im" ? "thread" : "lock"} />
          <span class="waiting-name">{placeName(workspace, waiting)}</span>
          <span class="badge">{waiting.unread}</span>
          <strong>Open</strong>
        </a>
      )}
    </div>
  );
}

/** The app's own words first: they ask something of this person alone. Then the newest room. */
function waitingIn(workspace: ClientState, place: string | undefined) {
  const isWaiting = workspace.channels.filter(
    ({ id, kind, unread, archived, members }) =>
      id !== place && kind !== "public" && unread > 0 && !archived && members.includes(workspace.me.id),
  );
  const fromApp = isWaiting.find((channel) => channel.kind === "im" && personOf(workspace, channel.with ?? "").isBot);
  return fromApp ?? isWaiting.toSorted((a, b) => b.name.localeCompare(a.name))[0];
}
