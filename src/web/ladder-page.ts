import { rungCardRows } from "../core/ladder-rows.ts";
import { livingRungs, type RungSet } from "../core/ladder-state.ts";
import { groupHash } from "../core/safe-tx.ts";
import { type Html, html } from "./html.ts";
import type { LadderView } from "./ladder-view.ts";
import { page, signerSection } from "./layout.ts";
import { card } from "./sign-page.ts";

/** The page on which owners sign pauses ahead of time, one nonce after another. */
export function ladderPage({
  root,
  token,
  set,
  view,
  phrase,
}: {
  root: string;
  token: string;
  set: RungSet;
  view: LadderView;
  phrase: string;
}): string {
  const { facts } = set;
  const api = `${root}/api/ladder/${token}`;
  const body = html`<main class="columns wide ${!view.canSign && "over"}" id="page" data-api="${api}" data-chain-id="${facts.chain.id}"
 data-chain-name="${facts.chain.name}">
<div class="intro">
<h1>${facts.title}, ahead of time</h1>
<p class="incident">There is no incident. What you sign here can pause this one contract when there is one, without waking you.</p>
</div>
<aside class="words" aria-label="Check words">
<p class="phrase" data-testid="phrase">${phrase}</p>
<p>Check words. Chat shows the same three with the link. If it shows others, close this page: it is not ours.</p>
</aside>
<section class="strip" id="strip" data-tone="${view.tone}" aria-live="polite">
<p id="happening" class="happening">${view.happening}</p>
<dl>
<dt>Do now</dt><dd id="todo">${view.todo}</dd>
<dt>If you sign</dt><dd>Allstop keeps the signature encrypted, and takes it out only when this very pause is proposed at that nonce.
It is told in chat each time. It sends nothing and costs no gas. On the chain it stays good until the nonce is used: it can't be taken back.</dd>
</dl>
<p id="stale" class="stale" hidden></p>
</section>
${card(rungCardRows(set))}
${view.canSign && html`<div class="side">${signer(set, api)}</div>`}
${rungs(set, view, api)}
</main>`;
  return page({
    root,
    title: `${facts.title}, ahead of time · Allstop`,
    script: "ladder.js",
    styles: ["ladder"],
    eyebrow: "Ladder",
    body,
  });
}

function rungs(set: RungSet, view: LadderView, api: string): Html {
  return html`<section class="panel tallies rungs" id="rungs">
<h2>One pause for each nonce</h2>
<p class="note">Compare with the table that <code>allstop hash ${set.intervention}</code> prints: a row's number is the nonce.</p>
<ol>
${set.rungs.map((rung, index) => {
  const shown = view.rungs[index];
  const file = `nonce-${rung.nonce}.typed-data.json`;
  return html`<li class="rung" data-nonce="${rung.nonce}" data-state="${shown?.state}">
<h3>Nonce ${rung.nonce} <span class="count">${shown?.count}</span></h3>
<dl><dt>Message hash</dt><dd class="mono hash">${groupHash(rung.messageHash)}</dd>
<dt>safeTxHash</dt><dd class="mono hash">${groupHash(rung.safeTxHash)}</dd></dl>
<p class="who">${shown?.who}</p>
<p class="file"><a href="${api}/typed-data/${rung.nonce}.json" download="${file}">${file}</a></p></li>
`;
})}</ol>
</section>`;
}

function signer(set: RungSet, api: string): Html {
  const [first] = livingRungs(set);
  const file = `nonce-${first?.nonce ?? set.safe.nonce}.typed-data.json`;
  return html`${signerSection({
    heading: "Sign ahead of time",
    pasteLabel: "Or paste signatures made elsewhere, one or several",
    several: true,
    offline: html`<p>Each rung has a file of its own, such as <a href="${api}/typed-data/${first?.nonce ?? set.safe.nonce}.json" download="${file}">${file}</a>.
Look through it, and sign it where your key is. With a Ledger and Foundry:</p>
<pre><code>cast wallet sign --ledger --data --from-file ${file}</code></pre>
<p>Paste what it prints above. Never paste it into a chat: whoever reads it there can use it.</p>`,
    noScript: html`<p>This page needs JavaScript to reach your wallet and to hand signatures in. Open it in a browser that allows it.</p>`,
  })}
<template id="compare"><div class="compare">
<h3>Compare on your wallet's screen</h3>
<p>A Ledger shows these two hashes. Other wallets show the fields of the card. Reject if one digit differs.</p>
<dl><dt>Domain hash</dt><dd class="mono hash">${groupHash(set.facts.domainHash)}</dd>
<dt>Message hash, <span class="now-nonce">nonce ${first?.nonce ?? ""}</span></dt>
<dd class="mono hash now-hash">${first === undefined ? "" : groupHash(first.messageHash)}</dd></dl>
</div></template>`;
}
