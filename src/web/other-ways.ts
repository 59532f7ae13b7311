import { getAddress } from "viem";
import type { Pause } from "../core/pause-state.ts";
import { approveHashData } from "../core/signature-message.ts";
import { type Html, html } from "./html.ts";
import type { NestedState } from "./nested-state.ts";
import type { OwnerState, SignState } from "./sign-state.ts";

/** Ways to count as an owner other than with the key of one: on the chain, and as an owner of a Safe that is one. */
export function otherWays(pause: Pause, state: SignState, api: string): Html {
  const nested = state.owners.filter((owner) => owner.nested !== undefined && owner.isOwner);
  return html`${nested.map((owner) => owner.nested && nestedPanel(pause, owner, owner.nested, api))}
<section class="panel offline" id="on-chain"><details${nested.some(({ nested }) => nested?.way === "approve") && html` open`}>
<summary>Approve on the chain instead</summary>
<p>An owner may approve by a transaction of its own. It costs gas, takes a block, and can't be taken back. It is counted
here by itself as soon as it is in a block. From the owner's account, call the Safe with no ether and this data:</p>
<pre data-testid="approve-call">To    ${getAddress(pause.facts.safe.address)}
Data  ${approveHashData(pause.facts.safeTxHash)}</pre>
<p>With Foundry:</p>
<pre><code>cast send ${getAddress(pause.facts.safe.address)} "approveHash(bytes32)" ${pause.facts.safeTxHash} --ledger --rpc-url …</code></pre>
</details></section>`;
}

function nestedPanel(pause: Pause, { owner, name }: OwnerState, nested: NestedState, api: string): Html {
  const { safe, way, why } = nested;
  const file = `${pause.id}.${owner}.typed-data.json`;
  return html`<section class="panel nested" data-nested="${owner}">
<h2>${safe === undefined ? "An owner is a contract" : "A Safe is an owner"}</h2>
<p>${name !== undefined && html`<bdi>${name}</bdi> · `}<span class="address mono">${owner}</span>${
    safe !== undefined && html` · v${safe.version} · ${safe.need} of ${safe.owners.length}`
  }</p>
${why !== undefined && html`<p class="note">${why} Let it approve on the chain, as is said below.</p>`}
${way === "sign" && safe === undefined && html`<p class="note">Paste what it signed in a file: <code>[{"signer": "${owner}", "data": "0x…", "isContractSignature": true}]</code></p>`}
${
  way === "sign" &&
  safe !== undefined &&
  html`<p>Its own owners sign a message of that Safe: choose a wallet of one of them above, or sign
<a href="${api}/nested/${owner}/typed-data.json" download="${file}">${file}</a> offline and paste the signature.</p>
<dl class="compare"><dt>Domain hash</dt><dd class="mono hash">${nested.domainHash}</dd>
<dt>Message hash</dt><dd class="mono hash">${nested.messageHash}</dd>
<dt>safeMessageHash</dt><dd class="mono hash">${nested.safeMessageHash}</dd></dl>`
}
</section>`;
}
