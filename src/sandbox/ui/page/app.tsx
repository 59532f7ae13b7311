import { useEffect, useState } from "preact/hooks";
import { useAppState } from "./client/context.ts";
import { useIsPhone } from "./client/viewport.ts";
import { ChannelView, type Details } from "./ui/channel-view.tsx";
import { Guide, isGuideSeen } from "./ui/guide.tsx";
import { Home } from "./ui/home.tsx";
import { Icon, Mark } from "./ui/icons.tsx";
import { Modals } from "./ui/modal.tsx";
import { PeopleBar } from "./ui/people-bar.tsx";
import { Members, Pins, Thread } from "./ui/side-panel.tsx";
import { Sidebar } from "./ui/sidebar.tsx";

/** The whole page: who acts, where they are, what they see there, and what lies beside and over it. */
export function App() {
  const { workspace, route, connection } = useAppState();
  const isPhone = useIsPhone();
  const [isGuideOpen, setGuideOpen] = useState(!isGuideSeen());
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [details, setDetails] = useState<Details>();
  useEffect(() => setDetails(undefined), [route.place, route.thread]);
  useEscape(isDrawerOpen, () => setDrawerOpen(false));

  const channel = workspace?.channels.find((each) => each.id === route.place);
  const onMenu = isPhone ? () => setDrawerOpen(true) : undefined;
  const panel = !workspace ? null : details === "members" && channel ? (
    <Members channel={channel} onClose={() => setDetails(undefined)} />
  ) : details === "pins" && channel ? (
    <Pins channel={channel} onClose={() => setDetails(undefined)} />
  ) : route.thread && channel ? (
    <Thread key={`${channel.id}/${route.thread}`} channel={channel} threadTs={route.thread} />
  ) : isGuideOpen ? (
    <Guide onClose={() => setGuideOpen(false)} />
  ) : null;

  return (
    <div class={panel ? "app with-panel" : "app"}>
      <header class="top">
        <a class="brand" href="#/" aria-label="Allstop sandbox">
          <Mark />
          <span class="brand-name">Allstop</span>
          <span class="brand-tag">sandbox</span>
        </a>
        <PeopleBar />
        <button
          type="button"
          class="top-button"
          aria-label="What to do here"
          aria-pressed={isGuideOpen}
          data-testid="guide-toggle"
          onClick={() => setGuideOpen(!isGuideOpen)}
        >
          <Icon name="help" />
        </button>
      </header>
      <Banner isLost={connection === "lost"} appOnline={workspace?.appOnline ?? true} />
      <div class={isDrawerOpen ? "drawer open" : "drawer"}>
        {isDrawerOpen && (
          <button
            type="button"
            class="scrim"
            aria-label="Close the list of channels"
            onClick={() => setDrawerOpen(false)}
          />
        )}
        {workspace && (
          <Sidebar
            onGo={() => setDrawerOpen(false)}
            onGuide={() => {
              setDrawerOpen(false);
              setGuideOpen(true);
            }}
          />
        )}
      </div>
      <main>
        {!workspace ? (
          <p class="quiet-note" aria-busy="true">
            Opening the workspace…
          </p>
        ) : route.place === "home" ? (
          <Home onMenu={onMenu} />
        ) : channel ? (
          <ChannelView
            channel={channel}
            onMenu={onMenu}
            onDetails={(what) => setDetails(details === what ? undefined : what)}
          />
        ) : (
          <NoPlace onMenu={onMenu} />
        )}
      </main>
      {panel}
      {workspace && <Modals />}
    </div>
  );
}

function Banner({ isLost, appOnline }: { isLost: boolean; appOnline: boolean }) {
  const text = isLost
    ? "The sandbox does not answer. Trying again…"
    : appOnline
      ? undefined
      : "Allstop is offline. What you do now may not reach it.";
  return (
    <div class="banner" role="status" hidden={!text}>
      {text}
    </div>
  );
}

function NoPlace({ onMenu }: { onMenu?: () => void }) {
  return (
    <div class="no-place">
      <p>You can't see this channel as this person.</p>
      {onMenu && (
        <button type="button" class="button" onClick={onMenu}>
          Channels
        </button>
      )}
    </div>
  );
}

function useEscape(isOn: boolean, run: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") run();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isOn]);
}
