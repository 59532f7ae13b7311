import pino from "pino";
import { startSandbox } from "./src/start-sandbox.ts";
import { stage } from "./src/rehearsal/stage.ts";
import { story } from "./src/rehearsal/story.ts";
const s = await startSandbox({ folder: "/tmp/look", port: 0, log: pino({ level: "warn" }), page: false, progress: () => {} });
try { await story(stage(s, () => {})); } catch (e) { console.log("ERR", e); }
function words(node: any): string {
  if (typeof node !== "object" || node === null) return "";
  if (Array.isArray(node)) return node.map(words).join("");
  if (node.type === "user") return "@" + node.user_id;
  if (node.type === "date") return node.fallback;
  if (node.type === "button") return `[${node.text.text}${node.style ? "!" : ""}] `;
  if (node.type === "link") return `${node.text}→`;
  if (node.type === "rich_text_preformatted") return "\n```" + words(node.elements) + "```";
  if (node.type === "rich_text_quote") return "| " + words(node.elements);
  if (typeof node.text === "string") return node.text;
  return Object.values(node).map(words).join("");
}
for (const room of s.slack.workspace.rooms.values()) {
  console.log("\n######", room.name || "DM", room.kind, "|", room.topic.value, "|", room.purpose.value);
  for (const m of room.messages.values()) if (m.fromApp) console.log(`--- ${m.threadTs ? "(thread) " : ""}${m.text}\n` + (m.blocks ?? []).map((b: any) => `  <${b.type}> ` + words(b).replaceAll("\n", "\n      ")).join("\n"));
}
console.log(s.slack.problems);
await s.close();
process.exit(0);
