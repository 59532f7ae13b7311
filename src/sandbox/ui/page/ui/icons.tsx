/** Line icons on a 20-unit grid, drawn for this page. Decoration only: the button around one carries the label. */

const PATHS = {
  hash: "M8 3 6 17M14 3l-2 14M3.5 7.5h14M2.5 12.5h14",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3 9.5 10 3.5l7 6V17h-5v-4.5H8V17H3z",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4l-6 6 6 6",
  down: "M5 8l5 5 5-5",
  send: "M3 10 17 3.5 13 17l-3.5-5.5zM9.5 11.5 17 3.5",
  thread: "M4 4h12v9H9l-4 3.5V13H4zM7 7.5h6M7 10h4",
  smile: "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4zM7 12c1.5 2 4.5 2 6 0M7.5 8v.3M12.5 8v.3",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
  pin: "M7 3h6l-.8 6 2.3 3h-9l2.3-3zM10 12v5.5",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l1-1",
  people: "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c.5-7 10.5-7 11 0M13 4a3 3 0 0 1 0 5.5M15 12.5c2 .7 3 2.3 3 4.5",
  file: "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5",
  download: "M10 3v9.5M6 9l4 4 4-4M4 16.5h12",
  bolt: "M11 2 4 11.5h5L8.5 18 16 8h-5.5z",
  help: "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4zM8 8c0-2.8 4.2-2.6 4 0-.1 1.5-2 1.5-2 3.2M10 13.8v.3",
  eye: "M2 10c3.5-6.5 12.5-6.5 16 0-3.5 6.5-12.5 6.5-16 0zM10 7.7a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6z",
  archive: "M3 4h14v4H3zM4 8v9h12V8M8 11h4",
  check: "M4 10.5l4 4 8-9",
  wallet: "M3 6a2 2 0 0 1 2-2h9v3M3 6v9a2 2 0 0 0 2 2h12V7H4.5M14 12h.1",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Allstop's mark: the octagon that means stop, with a pause in it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="octagon" d="M10 1h12l9 9v12l-9 9H10l-9-9V10z" />
      <path class="bars" d="M12.5 10.5v11m7-11v11" />
    </svg>
  );
}
