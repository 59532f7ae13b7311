import type { View } from "@slack/types";
import { Blocks } from "../blocks/blocks.tsx";
import { SurfaceContext } from "../blocks/surface.ts";
import { useWorkspace } from "../client/context.ts";
import { Avatar } from "./avatar.tsx";
import { MenuButton } from "./menu-button.tsx";
import { useViewSurface } from "./view-surface.ts";

/** The App Home: the bot's own page for the acting person. */
export function Home({ onMenu }: { onMenu?: () => void }) {
  const { home, people, appOnline } = useWorkspace();
  const bot = people.find((person) => person.isBot);
  return (
    <section class="channel" aria-label="App Home">
      <header class="place-header">
        {onMenu && <MenuButton onMenu={onMenu} />}
        <div class="place-title">
          <h1>
            {bot && <Avatar person={bot} size="sm" />}
            <span>{bot?.name ?? "App"}</span>
          </h1>
          <p class="topic">{appOnline ? "Online" : "Offline"}</p>
        </div>
      </header>
      <div class="home" data-testid="home">
        {home ? <HomeBlocks view={home} /> : <p class="quiet-note">The app has nothing on its home page yet.</p>}
      </div>
    </section>
  );
}

function HomeBlocks({ view }: { view: View }) {
  const surface = useViewSurface(view, "home", {});
  return (
    <SurfaceContext.Provider value={surface}>
      <Blocks blocks={view.blocks} />
    </SurfaceContext.Provider>
  );
}
