import type { StoryStep } from "../../info.ts";
import { useAppState, useStore, useWorkspace } from "../client/context.ts";
import { Avatar } from "./avatar.tsx";
import { Icon, Mark } from "./icons.tsx";

const SEEN_KEY = "allstop_sandbox_guide_seen";

export function isGuideSeen(): boolean {
  return localStorage.getItem(SEEN_KEY) === "yes";
}

/** The storyline, numbered: what a newcomer can do here from the first word to the postmortem. */
export function Guide({ onClose }: { onClose(): void }) {
  const { info } = useAppState();
  const close = () => {
    localStorage.setItem(SEEN_KEY, "yes");
    onClose();
  };
  return (
    <aside class="panel guide" aria-label="What to do here" data-testid="guide">
      <header class="guide-head">
        <Mark />
        <div>
          <h1>Run an incident</h1>
          <p>This is a small chat workspace on your own machine. You can be anybody in it.</p>
        </div>
        <button
          type="button"
          class="button icon-button"
          aria-label="Close the guide"
          data-testid="guide-close"
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <ol class="steps">
        {info?.steps.map((step) => (
          <Step step={step} onGo={close} />
        ))}
      </ol>
      {info && info.facts.length > 0 && (
        <details class="facts">
          <summary>About this sandbox</summary>
          <dl>
            {info.facts.map(({ label, value }) => (
              <>
                <dt>{label}</dt>
                <dd>
                  <code>{value}</code>
                </dd>
              </>
            ))}
          </dl>
        </details>
      )}
      <footer>
        <button type="button" class="button primary" onClick={close}>
          Got it
        </button>
      </footer>
    </aside>
  );
}

function Step({ step, onGo }: { step: StoryStep; onGo(): void }) {
  const { as, route } = useAppState();
  const store = useStore();
  const { people, channels } = useWorkspace();
  const cast = people.filter((person) =>
    step.as === "signers" ? person.address && !person.isBot : person.id === step.as,
  );
  const mayType = channels.some(
    (channel) => channel.id === route.place && !channel.archived && channel.members.includes(as),
  );

  function type(text: string): void {
    store.setDraft(route.place ?? "", text);
    onGo();
    setTimeout(() => document.querySelector<HTMLElement>(".channel .composer textarea")?.focus());
  }

  return (
    <li>
      <h2>{step.title}</h2>
      <p>{step.text.split("`").map((part, index) => (index % 2 ? <code>{part}</code> : part))}</p>
      {(cast.length > 0 || step.type) && (
        <div class="step-actions">
          {cast.map((person) => (
            <button type="button" class="pill" aria-pressed={person.id === as} onClick={() => store.actAs(person.id)}>
              <Avatar person={person} size="sm" /> {person.name}
            </button>
          ))}
          {step.type && mayType && (
            <button type="button" class="pill" onClick={() => type(step.type!)}>
              <Icon name="send" /> Type it for me
            </button>
          )}
        </div>
      )}
    </li>
  );
}
