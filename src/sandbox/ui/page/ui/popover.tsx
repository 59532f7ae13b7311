/** A small panel next to what opened it. The browser's own popover: closes on Escape and on a press elsewhere. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const GAP_PX = 6;
const EDGE_PX = 8;

export function Popover(props: {
  anchor: HTMLElement | null;
  onClose(): void;
  label: string;
  role?: "menu" | "dialog" | "listbox";
  children: ComponentChildren;
}) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const shown = panel.current!;
    const close = (event: Event) => {
      if ("newState" in event && event.newState === "closed") props.onClose();
    };
    shown.addEventListener("toggle", close);
    shown.showPopover();
    place(shown, props.anchor);
    shown.querySelector<HTMLElement>("[autofocus], button, a, input")?.focus();
    const { anchor } = props;
    return () => {
      shown.removeEventListener("toggle", close);
      if (shown.contains(document.activeElement)) anchor?.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is given; the linter cannot see which.
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: every role that it may have takes a label.
    <div
      ref={panel}
      popover="auto"
      class="popover"
      role={props.role ?? "dialog"}
      aria-label={props.label}
      onKeyDown={moveFocus}
    >
      {props.children}
    </div>
  );
}

/** Below the anchor and along its left edge, unless the window ends there. On a phone the style sheet makes it a sheet. */
function place(panel: HTMLElement, anchor: HTMLElement | null): void {
  if (!anchor) return;
  const at = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const fitsBelow = at.bottom + GAP_PX + height < innerHeight - EDGE_PX;
  const top = fitsBelow ? at.bottom + GAP_PX : at.top - GAP_PX - height;
  const left = at.left + width < innerWidth - EDGE_PX ? at.left : at.right - width;
  panel.style.setProperty("--top", `${Math.max(EDGE_PX, Math.min(top, innerHeight - height - EDGE_PX))}px`);
  panel.style.setProperty("--left", `${Math.max(EDGE_PX, left)}px`);
}

/** Arrow keys go through the panel's buttons, as menus do. */
function moveFocus(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (!(event.currentTarget instanceof HTMLElement)) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("button:not(:disabled), a")];
  const now = stops.findIndex((stop) => stop.matches(":focus"));
  const next = stops.at((now + (event.key === "ArrowDown" ? 1 : -1)) % stops.length);
  next?.focus();
  event.preventDefault();
}
