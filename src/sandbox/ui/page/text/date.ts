/** Slack's date formatting: `{date_short_pretty} at {time}` for a moment, as its reader sees it. */

export interface Reader {
  now: Date;
  locale?: string;
  timeZone?: string;
}

/** Replaces every token that Slack knows. An unknown one stays as it is. */
export function formatDate(seconds: number, format: string, reader: Reader): string {
  const at = new Date(seconds * 1000);
  return format.replace(/\{(\w+)\}/g, (token, name: string) => tokenOf(name, at, reader) ?? token);
}

function tokenOf(name: string, at: Date, reader: Reader): string | undefined {
  const show = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(reader.locale, { timeZone: reader.timeZone, ...options }).format(at);
  switch (name) {
    case "date_num":
      return new Intl.DateTimeFormat("sv-SE", { timeZone: reader.timeZone, dateStyle: "short" }).format(at);
    case "date_slash":
      return show({ year: "numeric", month: "2-digit", day: "2-digit" });
    case "date":
      return show({ year: "numeric", month: "long", day: "numeric" });
    case "date_short":
      return show({ year: "numeric", month: "short", day: "numeric" });
    case "date_long":
    case "date_long_full":
      return show({ year: "numeric", month: "long", day: "numeric", weekday: "long" });
    case "date_pretty":
    case "date_short_pretty":
    case "date_long_pretty":
    case "day_divider_pretty":
      return (
        dayName(at, reader) ?? tokenOf(name.replace("_pretty", "").replace("day_divider", "date_long"), at, reader)
      );
    case "time":
      return show({ hour: "2-digit", minute: "2-digit" });
    case "time_secs":
      return show({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
    case "ago":
      return ago(at, reader);
    default:
      return undefined;
  }
}

/** "Today", "Yesterday" or "Tomorrow", by the reader's calendar. */
export function dayName(at: Date, reader: Reader): string | undefined {
  const day = (date: Date) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone: reader.timeZone, dateStyle: "short" }).format(date);
  const distance = Math.round((Date.parse(day(at)) - Date.parse(day(reader.now))) / 86_400_000);
  return { [-1]: "Yesterday", 0: "Today", 1: "Tomorrow" }[distance];
}

function ago(at: Date, reader: Reader): string {
  const seconds = Math.round((at.getTime() - reader.now.getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat(reader.locale, { numeric: "auto" });
  if (Math.abs(seconds) < 60) return words.format(seconds, "second");
  if (Math.abs(seconds) < 3600) return words.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86_400) return words.format(Math.round(seconds / 3600), "hour");
  return words.format(Math.round(seconds / 86_400), "day");
}
