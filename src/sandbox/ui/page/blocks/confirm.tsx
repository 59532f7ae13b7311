import type { ConfirmationDialog } from "@slack/types";
import { PlainText, TextObject } from "../text/view.tsx";
import { Dialog } from "../ui/dialog.tsx";

export type Confirmation = ConfirmationDialog;

/** Asks before a press is sent. Closing it is "no". */
export function ConfirmDialog({
  confirmation,
  onAnswer,
}: {
  confirmation: Confirmation;
  onAnswer(isYes: boolean): void;
}) {
  const title = confirmation.title?.text ?? "Are you sure?";
  return (
    <Dialog class="dialog confirm" label={title} testId="confirm" onClose={() => onAnswer(false)}>
      <h2>
        <PlainText text={title} />
      </h2>
      <TextObject of={confirmation.text} />
      <footer>
        <button type="button" class="button" data-testid="confirm-deny" onClick={() => onAnswer(false)}>
          <PlainText text={confirmation.deny?.text ?? "Cancel"} />
        </button>
        <button
          type="button"
          class={`button ${confirmation.style ?? "primary"}`}
          data-testid="confirm-yes"
          onClick={() => onAnswer(true)}
        >
          <PlainText text={confirmation.confirm?.text ?? "Yes"} />
        </button>
      </footer>
    </Dialog>
  );
}
