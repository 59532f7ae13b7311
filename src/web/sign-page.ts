import { type CardRow, partsOf } from "../core/pause-card.ts";
import type { Pause } from "../core/pause-state.ts";
import { groupHash } from "../core/safe-tx.ts";
import { type Html, html } from "./html.ts";
import { page, signerSection } from "./layout.ts";
import { otherWays } from "./other-ways.ts";
import type { Mark, SignState } from "./sign-state.ts";

/** The signing page of one proposal, complete without its script: that only adds wallets and keeps the tallies fresh. */
export function signPage({
  root,
  token,
  pause,
  rows,
  state,
  phrase,
  incidentTitle,
}: {
  root: string;
  token: string;
  pause: Pause;
  rows: CardRow[];
  state: SignState;
  phrase: string;
  incidentTitle: string | undefined;
}): string {
  const { facts, incident, id } = pause;
  const api = `${root}/api/sign/${token}`;
  const body = html`<main class="columns wide ${!state.canSign && "over"}" id="page" data-api="${api}" data-proposal="${id}" data-chain-id="${facts.chain.id}"
 data-chain-name="${facts.chain.name}">
<div class="intro">
<h1>${facts.title}</h1>
<p class="incident">${incident}${incidentTitle !== undefined && html` · <bdi>${incidentTitle}</bdi>`}</p>
${facts.reason !== undefined && html`<p class="reason">Why: <bdi>${facts.reason}</bdi></p>`}
</div>
<aside class="words" aria-label="Check words">
<p class="phrase" data-testid="phrase">${phrase}</p>
<p>Check words. Chat shows the same three beside ${id}. If it shows others, close this page: it is not ours.</p>
</aside>
${strip(state)}
${card(rows)}
${state.canSign && html`<div class="side">${signer(pause, api)}${otherWays(pause, state, api)}</div>`}
${tallies(state)}
</main>`;
  return page({
    root,
    title: `${id} · ${facts.title} · Allstop`,
    script: "sign.js",
    eyebrow: `${id} · ${incident}`,
    body,
  });
}

function strip(state: SignState): Html {
  return html`<section class="strip" id="strip" data-tone="${state.tone}" data-status="${state.status}" aria-live="polite">
<p id="happening" class="happening">${state.happening}</p>
<dl>
<dt>Do now</dt><dd id="todo">${state.todo}</dd>
<dt class="effect"${state.effect === undefined && html` hidden`}>If you sign</dt>
<dd class="effect" id="effect"${state.effect === undefined && html` hidden`}>${state.effect}</dd>
<dt class="transaction"${state.transaction === undefined && html` hidden`}>Transaction</dt>
<dd class="transaction mono" id="transaction"${state.transaction === undefined && html` hidden`}>${transaction(state)}</dd>
</dl>
<p id="stale" class="stale" hidden></p>
</section>`;
}

function transaction({ transaction }: SignState): Html | string | undefined {
  if (transaction?.url === undefined) return transaction?.hash;
  return html`<a href="${transaction.url}" rel="noreferrer noopener" target="_blank">${transaction.hash}</a>`;
}

/** A grouped hash is set eight groups to a line, as the wallet's screen next to it. */
const HASH = /^[0-9A-F]{4}( [0-9A-F]{4}){15}$/;

/** The rows of the card, the same words in the same order as in chat and terminal. */
export function card(rows: CardRow[]): Html {
  return html`<section class="panel card" id="card" aria-labelledby="card-heading">
<h2 id="card-heading">What is signed</h2>
<dl>
${rows.map(
  (row) => html`<div class="row"><dt>${row.label}</dt>
<dd class="${row.mono && "mono"} ${HASH.test(row.value) && "hash"}">${partsOf(row.value).map((part) => html`<span class="part">${part}</span> `)}
${row.note !== undefined && html`<span class="note">${row.note}</span>`}</dd></div>
`,
)}</dl>
</section>`;
}

function signer({ id, facts }: Pause, api: string): Html {
  const file = `${id}.typed-data.json`;
  return html`${signerSection({
    heading: `Sign ${id}`,
    pasteLabel: "Or paste signatures made elsewhere, one or several",
    several: true,
    offline: html`<p>Download <a href="${api}/typed-data.json" download="${file}">${file}</a>, look through it, and sign it where
your key is. With a Ledger and Foundry:</p>
<pre><code>cast wallet sign --ledger --data --from-file ${file}</code></pre>
<p>Paste what it prints above, or in chat: <code>/pause confirm ${id} 0x…</code></p>`,
    noScript: html`<p>Choosing a wallet here needs JavaScript. Without it, sign
<a href="${api}/typed-data.json" download="${file}">${file}</a> with your own tool and hand the signature in, in chat:
<code>/pause confirm ${id} 0x…</code></p>`,
  })}
<template id="compare"><div class="compare">
<h3>Compare on your wallet's screen</h3>
<p>A Ledger shows these two hashes. Other wallets show the fields of the card. Reject if one digit differs.</p>
<dl><dt>Domain hash</dt><dd class="mono hash">${groupHash(facts.domainHash)}</dd>
<dt>Message hash</dt><dd class="mono hash">${groupHash(facts.messageHash)}</dd></dl>
</div></template>`;
}

/** The script rebuilds the list in this form whenever it changes. */
function tallies({ signatures, acknowledgements, owners }: SignState): Html {
  const mark = ({ state, text }: Mark) => html`<span class="given" data-state="${state}">${text}</span>`;
  return html`<section class="panel tallies" id="tallies">
<h2>Who has signed, who is missing</h2>
<p class="counts"><span id="signatures"><b>${signatures.have} of ${signatures.need}</b> signatures</span>
<span id="acknowledgements"><b>${acknowledgements.have} of ${acknowledgements.need}</b> acknowledgements</span></p>
<p class="note">A signature is made with an owner's key and moves the Safe. An acknowledgement is given in chat.</p>
<ul id="owners">
${owners.map(
  ({ owner, name, signature, acknowledgement }) => html`<li><span class="who">${name ?? "Nobody linked"}</span>
<span class="address mono">${owner}</span>${mark(signature)} ${mark(acknowledgement)}</li>
`,
)}</ul>
</section>`;
}
