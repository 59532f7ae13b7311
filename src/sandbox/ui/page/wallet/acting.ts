/**
 * Who is acting in this tab. The chat page adds `?as=` to the links that it opens, the tab remembers it, and a tab that
 * was opened by hand takes whoever acted last.
 */
const KEY = "allstop_sandbox_person";

export function actingPerson(): string | undefined {
  const url = new URL(location.href);
  const asked = url.searchParams.get("as");
  if (asked) {
    sessionStorage.setItem(KEY, asked);
    // The address is the bot's own again before the bot's page reads it, or a person copies it.
    url.searchParams.delete("as");
    history.replaceState(history.state, "", url);
  }
  return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? undefined;
}
