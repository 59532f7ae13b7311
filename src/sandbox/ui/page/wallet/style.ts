/** The wallet looks like a thing of its own: a person should see that it is not the page who asks. */
export const WALLET_STYLE = `
:host { all: initial; }
* { box-sizing: border-box; margin: 0; }
dialog {
  color-scheme: light dark;
  --ink: light-dark(#13201f, #e6efed); --muted: light-dark(#566664, #93a5a2); --line: light-dark(#dde5e3, #2b3a38);
  --surface: light-dark(#ffffff, #131b1b); --well: light-dark(#f3f6f5, #0c1313); --accent: light-dark(#0f5c63, #6fd3c7);
  --on-accent: light-dark(#ffffff, #05211e);
  width: min(420px, calc(100vw - 24px)); max-height: min(88dvh, 720px); margin: 12px 12px auto auto; padding: 0;
  border: 1px solid var(--line); border-radius: 18px; overflow: auto; overscroll-behavior: contain;
  background: var(--surface); color: var(--ink); box-shadow: 0 24px 70px rgb(0 0 0 / .35);
  font: 15px/1.45 -apple-system, BlinkMacSystemFont, "Segoe UI", Inter, Roboto, system-ui, sans-serif;
}
dialog::backdrop { background: rgb(4 14 14 / .45); backdrop-filter: blur(2px); }
header { padding: 20px 22px 16px; background: #0d4a50; color: #fff; }
.brand { font-size: 12px; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; color: #9fd8d2; }
h1 { margin: 6px 0 10px; font-size: 21px; letter-spacing: -.01em; }
.who { font-weight: 600; }
code, dd { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.address { display: block; color: #d5efec; }
section { padding: 16px 22px 0; }
h2 { font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--muted); }
dl { margin-top: 8px; padding: 4px 12px; border-radius: 12px; background: var(--well); }
dt { margin-top: 8px; font-size: 12px; color: var(--muted); }
dd { padding-bottom: 8px; border-bottom: 1px solid var(--line); }
dd:last-child { border: 0; }
.problem { padding: 12px 22px 0; color: light-dark(#b3261e, #ff9a8f); }
.problem:empty { display: none; }
footer { position: sticky; bottom: 0; display: flex; gap: 10px; padding: 16px 22px; background: var(--surface); }
button {
  flex: 1; min-height: 46px; border: 1px solid var(--line); border-radius: 12px; background: transparent; color: inherit;
  font: inherit; font-weight: 600; cursor: pointer;
}
button.approve { border-color: transparent; background: var(--accent); color: var(--on-accent); }
button:disabled { opacity: .6; cursor: progress; }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 520px) {
  dialog { width: 100vw; max-width: none; max-height: 92dvh; margin: auto 0 0; border-radius: 18px 18px 0 0; }
  /* An address fits a line: people compare it as one. */
  code, dd { font-size: 12px; }
}
`;
