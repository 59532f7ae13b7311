import { useEffect, useRef, useState } from "preact/hooks";
import type { OpenView } from "../../../slack/client-api.ts";
import { Blocks } from "../blocks/blocks.tsx";
import { localErrors } from "../blocks/form-state.ts";
import { SurfaceContext } from "../blocks/surface.ts";
import { useStore, useWorkspace } from "../client/context.ts";
import { PlainText } from "../text/view.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon, Mark } from "./icons.tsx";
import { useViewSurface } from "./view-surface.ts";

/** The topmost modal that the bot has opened. Those under it keep what was filled in. */
export function Modals() {
  const { views } = useWorkspace();
  return (
    <>
      {views.map((view, index) => (
        <Modal key={view.id} view={view} depth={index} isTop={index === views.length - 1} />
      ))}
    </>
  );
}

function Modal({ view, depth, isTop }: { view: OpenView; depth: number; isTop: boolean }) {
  const store = useStore();
  const body = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [status, setStatus] = useState<{ isWorking: boolean; failure?: string }>({ isWorking: false });
  const surface = useViewSurface(view, view.id, errors);
  useEffect(() => body.current?.querySelector(".invalid")?.scrollIntoView({ block: "nearest" }), [errors]);
  if (view.type !== "modal") return null;
  const close = () => void store.act({ do: "close", viewId: view.id });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (status.isWorking) return;
    const mistakes = localErrors(view.blocks, surface.values);
    setErrors(mistakes);
    if (Object.keys(mistakes).length > 0) return;
    setStatus({ isWorking: true });
    const result = await store.act({ do: "submit", viewId: view.id, state: surface.values });
    const found = result.ok ? {} : (result.errors ?? {});
    setErrors(found);
    setStatus({ isWorking: false, failure: result.ok || Object.keys(found).length > 0 ? undefined : result.error });
  }

  return (
    <Dialog
      class={isTop ? "dialog modal" : "dialog modal under"}
      label={view.title.text}
      testId={isTop ? "modal" : undefined}
      onClose={close}
    >
      <form ref={body} noValidate onSubmit={submit} data-view-id={view.id}>
        <header class="dialog-head">
          {depth > 0 ? (
            <button type="button" class="button icon-button" aria-label="Back" onClick={close}>
              <Icon name="back" />
            </button>
          ) : (
            <Mark />
          )}
          <h2>
            <PlainText text={view.title.text} />
          </h2>
          <button type="button" class="button icon-button" aria-label="Close" data-testid="modal-x" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <div class="dialog-body">
          <SurfaceContext.Provider value={surface}>
            <Blocks blocks={view.blocks} />
          </SurfaceContext.Provider>
        </div>
        <footer>
          {status.failure && (
            <p class="failure" role="alert">
              ⚠ {status.failure}
            </p>
          )}
          <button type="button" class="button" data-testid="modal-close" onClick={close}>
            <PlainText text={view.close?.text ?? (view.submit ? "Cancel" : "Close")} />
          </button>
          {view.submit && (
            <button
              type="submit"
              class={`button primary ${status.isWorking ? "working" : ""}`}
              aria-busy={status.isWorking}
              data-testid="modal-submit"
            >
              <PlainText text={view.submit.text} />
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}
