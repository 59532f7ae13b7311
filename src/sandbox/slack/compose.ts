import { handleOf } from "./shapes.ts";
import type { Workspace } from "./workspace.ts";

/**
 * What a person typed, as Slack passes it on: `&`, `<` and `>` escaped, `@ana` and `#general` as references, addresses
 * as links. In a slash command references also bear the name: `<@U0ANA|ana>`.
 */
export function compose(workspace: Workspace, typed: string, use: "message" | "command"): string {
  const escaped = typed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const names = [...workspace.people.values()]
    .flatMap((person) => [person.name, handleOf(person)].map((name) => ({ name: name.toLowerCase(), person })))
    .sort((a, b) => b.name.length - a.name.length);
  return escaped
    .replace(/https?:\/\/[^\s<>|]+/g, (url) => `<${url}>`)
    .replace(/(^|[\s(])@([\p{L}\p{N}._-]+(?: \p{L}+)?)/gu, (whole, before: string, said: string) => {
      const found = names.find(({ name }) => said.toLowerCase().startsWith(name));
      if (!found) return whole;
      const label = use === "command" ? `|${handleOf(found.person)}` : "";
      return `${before}<@${found.person.id}${label}>${said.slice(found.name.length)}`;
    })
    .replace(/(^|[\s(])#([\p{L}\p{N}_-]+)/gu, (whole, before: string, name: string) => {
      const room = [...workspace.rooms.values()].find((each) => each.kind !== "im" && each.name === name);
      return room ? `${before}<#${room.id}|${room.name}>` : whole;
    });
}
