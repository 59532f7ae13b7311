/**
 * The wallet's question, in a shadow tree so that neither page restyles the other. Style comes as a constructed sheet
 * and text as text nodes: the bot's strict content-security policy allows both, and nothing of a message is ever HTML.
 */
import { WALLET_STYLE } from "./style.ts";

export interface Question {
  name: string;
  address: string;
  /** The typed data's primary type. */
  kind: string;
  domain: Record<string, unknown>;
  message: Record<string, unknown>;
}

/**
 * Shows what is to be signed, whole. Resolves with what `sign` gives after "Sign", or undefined after "Reject" or
 * Escape. When `sign` fails the dialog stays and says why.
 */
export function confirmSigning(question: Question, sign: () => Promise<string>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const host = document.createElement("allstop-sandbox-wallet");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(WALLET_STYLE);
    root.adoptedStyleSheets = [sheet];

    const dialog = element("dialog", { "aria-labelledby": "title", "data-testid": "wallet-dialog" });
    const problem = element("p", { class: "problem", role: "alert" });
    const reject = element("button", { type: "button", "data-testid": "wallet-reject" }, "Reject");
    const approve = element("button", { type: "button", class: "approve", "data-testid": "wallet-approve" }, "Sign");
    dialog.append(
      heading(question),
      fields("Domain", question.domain),
      fields(question.kind, question.message),
      problem,
    );
    dialog.append(element("footer", {}, reject, approve));

    const finish = (signature: string | undefined) => {
      dialog.close();
      host.remove();
      resolve(signature);
    };
    reject.addEventListener("click", () => finish(undefined));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(undefined);
    });
    approve.addEventListener("click", async () => {
      approve.disabled = true;
      approve.textContent = "Signing…";
      try {
        finish(await sign());
      } catch (error) {
        problem.textContent = `The sandbox did not sign: ${error instanceof Error ? error.message : String(error)}`;
        approve.disabled = false;
        approve.textContent = "Try again";
      }
    });

    root.append(dialog);
    document.body.append(host);
    dialog.showModal();
    reject.focus();
  });
}

function heading({ name, address, kind }: Question): HTMLElement {
  return element(
    "header",
    {},
    element("p", { class: "brand" }, "Sandbox wallet"),
    element("h1", { id: "title" }, kind === "Message" ? "Sign a message" : `Sign ${kind}`),
    element("p", { class: "who" }, `as ${name}`),
    element("code", { class: "address" }, address),
  );
}

function fields(title: string, values: Record<string, unknown>): HTMLElement {
  const list = element("dl", {});
  for (const [name, value] of Object.entries(values)) {
    list.append(element("dt", {}, name), element("dd", {}, show(value)));
  }
  const section = element("section", {}, element("h2", {}, title), list);
  section.hidden = list.childElementCount === 0;
  return section;
}

function show(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value, undefined, 2) : String(value);
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
