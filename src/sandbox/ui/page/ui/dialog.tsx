/** A window over the page that wants an answer first: the browser's own dialog, so focus stays inside. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export function Dialog(props: {
  label: string;
  class?: string;
  testId?: string;
  onClose(): void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current!;
    shown.showModal();
    // The first thing that is still to be filled in is where typing goes.
    const fields = [...shown.querySelectorAll<HTMLInputElement>(".dialog-body :is(input, select, textarea)")];
    (fields.find(({ value }) => value === "") ?? fields[0])?.focus();
    return () => shown.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={props.class ?? "dialog"}
      aria-label={props.label}
      data-testid={props.testId}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      {props.children}
    </dialog>
  );
}
