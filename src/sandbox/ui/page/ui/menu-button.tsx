import { useWorkspace } from "../client/context.ts";
import { Icon } from "./icons.tsx";

/** Opens the list of channels on a phone, and says that something new is in it. `here` is the place that is open. */
export function MenuButton({ here, onMenu }: { here?: string; onMenu(): void }) {
  const { channels } = useWorkspace();
  const isNew = channels.some(({ id, unread }) => id !== here && unread > 0);
  return (
    <button
      type="button"
      class="button icon-button menu-button"
      aria-label={isNew ? "Channels, something is new" : "Channels"}
      data-testid="menu"
      onClick={onMenu}
    >
      <Icon name="menu" />
      {isNew && <span class="nudge" />}
    </button>
  );
}
