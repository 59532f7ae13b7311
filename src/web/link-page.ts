import { LINK_STATEMENT, type LinkChallenge } from "../core/link-challenge.ts";
import { html } from "./html.ts";
import { page, signerSection } from "./layout.ts";

/** The page on which one person proves that an owner address is theirs. */
export function linkPage({
  root,
  token,
  challenge,
  now,
}: {
  root: string;
  token: string;
  challenge: LinkChallenge;
  now: Date;
}): string {
  const api = `${root}/api/link/${token}`;
  const file = "allstop-link.typed-data.json";
  const until = `${challenge.expires.slice(11, 19)} UTC`;
  const body = html`<main class="columns narrow" id="page" data-api="${api}" data-expires="${challenge.expires}"
 data-now="${now.toISOString()}">
<div class="intro">
<h1>Link your owner address</h1>
<p class="incident">Afterwards the bot knows that this chat account and your owner address are the same person.</p>
</div>
<section class="strip" data-tone="info" id="strip">
<p class="happening" id="happening">You are linking <bdi>${challenge.name}</bdi>.</p>
<dl>
<dt>Do now</dt><dd id="todo">Check that this is your own chat account, then sign with the key that is an owner of the Safe.</dd>
<dt class="before">If you sign</dt><dd class="before">Your acknowledgements in chat count for that owner. It signs no transaction, sends nothing and costs no gas.</dd>
<dt class="before">Good until</dt><dd class="before"><span id="until">${until}</span></dd>
</dl>
</section>
<section class="panel card" id="card">
<h2>What is signed</h2>
<dl>
<div class="row"><dt>Statement</dt><dd>${LINK_STATEMENT}</dd></div>
<div class="row"><dt>Name</dt><dd><bdi>${challenge.name}</bdi></dd></div>
<div class="row"><dt>Account</dt><dd class="mono">${challenge.user}</dd></div>
<div class="row"><dt>Nonce</dt><dd class="mono">${challenge.nonce}</dd></div>
<div class="row"><dt>Expires</dt><dd class="mono">${challenge.expires}</dd></div>
</dl>
</section>
<div class="side">
${signerSection({
  heading: "Sign the link",
  pasteLabel: "Or paste a signature made elsewhere",
  offline: html`<p>Download <a href="${api}/typed-data.json" download="${file}">${file}</a> and sign it where your key is. With a
Ledger and Foundry:</p>
<pre><code>cast wallet sign --ledger --data --from-file ${file}</code></pre>
<p>Paste what it prints above, before ${until}.</p>`,
  noScript: html`<p>This page needs JavaScript to reach your wallet. Open it in a browser that allows it.</p>`,
})}
</div>
</main>`;
  return page({ root, title: "Link your owner address · Allstop", script: "link.js", eyebrow: "Signer link", body });
}
