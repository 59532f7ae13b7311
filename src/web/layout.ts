import { type Html, html } from "./html.ts";

/** The frame of every page. `root` is the path under which the pages are reached, empty or such as `/allstop`. */
export function page({
  root,
  title,
  script,
  styles = [],
  eyebrow,
  body,
}: {
  root: string;
  title: string;
  script?: string;
  /** Style sheets of this page alone. */
  styles?: string[];
  eyebrow?: string;
  body: Html;
}): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${root}/assets/mark.svg" type="image/svg+xml">
${["page", "card", "signing", ...styles].map(
  (name) => html`<link rel="stylesheet" href="${root}/assets/${name}.css">
`,
)}${script !== undefined && html`<script type="module" src="${root}/assets/${script}"></script>`}
</head>
<body>
<header class="top">
<img src="${root}/assets/mark.svg" alt="" width="26" height="26">
<span class="brand">Allstop</span>
${eyebrow !== undefined && html`<span class="eyebrow">${eyebrow}</span>`}
</header>
${body}
</body>
</html>
`.toString();
}

/** A page with nothing on it but what went wrong and what to do now. */
export function messagePage({
  root,
  title,
  what,
  remedy,
}: {
  root: string;
  title: string;
  what: string;
  remedy: Html | string;
}): string {
  const body = html`<main class="message">
<h1>${title}</h1>
<p>${what}</p>
<p class="remedy">${remedy}</p>
</main>`;
  return page({ root, title: `${title} · Allstop`, body });
}

/**
 * Where a wallet is chosen, a signature made or pasted, and the outcome told. Hidden until the page's script runs, since
 * without it no press would do anything.
 */
export function signerSection({
  heading,
  pasteLabel,
  several = false,
  offline,
  noScript,
}: {
  heading: string;
  pasteLabel: string;
  /** Whether more than one may be handed in, from a file, too. */
  several?: boolean;
  offline: Html;
  noScript: Html;
}): Html {
  return html`<section class="panel act" id="signer" hidden>
<h2>${heading}</h2>
<div id="wallets" class="wallets"></div>
<div id="account" class="account" hidden></div>
<div id="result" class="result" data-testid="result" role="status" aria-live="assertive" tabindex="-1" hidden></div>
<form id="paste" class="paste" novalidate>
<label for="signature">${pasteLabel}</label>
<textarea id="signature" data-testid="paste-input" rows="5" spellcheck="false" autocomplete="off" autocapitalize="off"
 placeholder="0x and 130 hex digits" aria-describedby="paste-mistake"></textarea>
<p id="paste-mistake" class="mistake" role="alert" hidden></p>
<button type="submit" class="secondary" data-testid="paste-submit">${several ? "Hand in" : "Hand in this signature"}</button>
${
  several &&
  html`<label for="signature-file" class="file">Or choose a file of signatures: JSON, or one 0x… per line</label>
<input type="file" id="signature-file" data-testid="signature-file" accept=".json,.txt,.csv,.sig,application/json,text/plain">`
}
</form>
<details class="offline"><summary>How to sign offline</summary>${offline}</details>
</section>
<noscript><section class="panel"><h2>${heading}</h2>${noScript}</section></noscript>`;
}
