/**
 * A message's text as people read it, from Slack's markup: `<@U1|ana>` → `@ana`, `<https://a|b>` → `b (https://a)`,
 * `&lt;` → `<`. Words are left as they are.
 */
export function readText(text: string): string {
  return text.replace(/<([^<>]+)>/g, (_, inside: string) => readMark(inside)).replace(/&(lt|gt|amp);/g, plainCharacter);
}

function readMark(inside: string): string {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : inside.slice(bar + 1);
  if (target.startsWith("@")) return `@${label || target.slice(1)}`;
  if (target.startsWith("#")) return `#${label || target.slice(1)}`;
  if (target.startsWith("!")) return label || `@${target.slice(1).split("^")[0]}`;
  const plain = target.replace(/^mailto:/, "");
  // A bare address that Slack made into a link by itself was typed without the scheme.
  if (label === "" || label === plain || target === `http://${label}` || target === `https://${label}`) {
    return label || plain;
  }
  return `${label} (${target})`;
}

function plainCharacter(_: string, name: string): string {
  return name === "lt" ? "<" : name === "gt" ? ">" : "&";
}
