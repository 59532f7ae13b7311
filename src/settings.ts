import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isAddress } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { z } from "zod";
import type { Address } from "./core/ids.ts";
import { Secret } from "./secret.ts";

/**
 * The value of each setting, parsed. A message says what is wrong and never repeats what was given: most of these are
 * secrets, and a secret pasted into the wrong variable is one too.
 */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

export const BotToken = token("xoxb-", "a bot token", { "xoxp-": "a user token", "xapp-": "an app-level token" });
export const AppToken = token("xapp-", "an app-level token", { "xoxb-": "the bot token", "xoxp-": "a user token" });

export const SigningSecret = z
  .string()
  .regex(/^[0-9a-f]{32,}$/i, "is not a signing secret: one is 32 or more hex digits")
  .transform((value) => new Secret(value));

export const SlackMode = z.enum(["socket", "http"], "is neither socket nor http");

export const SlackApiUrl = url("https://slack.com/api/").transform((value) =>
  value.endsWith("/") ? value : `${value}/`,
);

export const DiscordToken = z
  .string()
  .refine((text) => !/^(Bot|Bearer)\s/i.test(text), "has a word in front: leave out Bot, and give the token alone")
  .refine((text) => /^\S{8,}$/.test(text), "is not a bot token: one is a single long word")
  .refine((text) => !/^xox|^xapp-/.test(text), "is a Slack token, and a Discord bot token is wanted")
  .transform((text) => new Secret(text));

/** A snowflake: an application, a server, a category, a role. */
export const DiscordId = z.string().regex(/^\d{1,20}$/, "is not a Discord id: one is 17 to 20 digits");

/** Without a version at its end: the client adds that. */
export const DiscordApiUrl = url("https://discord.com/api").transform((text) => text.replace(/(\/v\d+)?\/*$/, ""));

export const Port = z
  .string()
  .regex(/^\d{1,5}$/, "is not a port number")
  .transform(Number)
  .refine((port) => port >= 1 && port <= 65535, "is not a port number: 1 to 65535 are");

/** Where browsers reach the bot's pages. Owners sign there, so outside this machine it is https. No trailing slash. */
export const PublicUrl = url("https://allstop.example.org")
  .refine((value) => new URL(value).pathname === "/", "must have no path: the pages are served from the root of a host")
  .refine(
    (value) => new URL(value).protocol === "https:" || isLoopback(value),
    "must begin with https:// (http:// only on this machine)",
  )
  .transform((value) => new URL(value).origin);

/** Always `file:PATH`, the path as it was given. */
export const DatabaseUrl = z
  .string()
  .regex(/^file:/, "must begin with file:, such as file:allstop.db")
  .refine((value) => !/[?#]/.test(value), "must be file: and a path, with nothing after it")
  .transform((value) => value.replace(/^file:(\/\/(?=\/))?/, ""))
  .refine((path) => path !== "" && path !== ":memory:", "must name a file: the timeline has to outlive the process")
  .refine((path) => !isDirectory(path), "names a directory, and a file is wanted")
  .transform((path) => `file:${path}`);

export const PlanPath = z
  .string()
  .transform((path) => resolve(path))
  .refine((path) => existsSync(path), "names a file that does not exist")
  .refine((path) => !isDirectory(path), "names a directory, and a file is wanted");

export interface RpcProvider {
  /** The host alone: what may be shown. */
  name: string;
  /** May hold an API key. */
  url: Secret;
}

export const RpcUrls = z.string().transform((value, context): RpcProvider[] => {
  const urls = value.split(",").map((part) => part.trim());
  return urls.flatMap((part, index) => {
    const parsed = url("https://rpc.example.org").safeParse(part);
    const repeated = parsed.success && urls.slice(0, index).includes(part);
    if (parsed.success && !repeated) return [{ name: new URL(parsed.data).host, url: new Secret(parsed.data) }];
    const why = repeated ? "is there twice" : (parsed.error?.issues[0]?.message ?? "can't be read");
    context.addIssue({
      code: "custom",
      message: `holds a wrong address: number ${index + 1} of ${urls.length} ${why}`,
    });
    return [];
  });
});

export interface Executor {
  privateKey: Secret;
  address: Address;
}

export const ExecutorKey = z.string().transform((value, context): Executor => {
  const hex = /^0x[0-9a-f]{64}$/i.test(value);
  const account = hex ? z.string().transform(addressOfKey).safeParse(value) : undefined;
  if (account?.success === true && account.data !== undefined)
    return { privateKey: new Secret(value), address: account.data };
  let message = "is not a private key: one is 0x and 64 hex digits";
  if (hex) message = "is not a private key: no key of the curve has this value";
  else if (isAddress(value, { strict: false })) message = "is an address, and the private key of one is wanted";
  else if (/^[0-9a-f]{64}$/i.test(value)) message = "lacks the 0x in front";
  else if (value.split(/\s+/).length >= 12)
    message = "looks like a seed phrase, which must never be here: move those funds";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

export const LogLevel = z.enum(logLevels, `is none of ${logLevels.join(", ")}`);

/** True when a URL points at this very machine. */
export function isLoopback(value: string): boolean {
  const { hostname } = new URL(value);
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function token(prefix: string, what: string, others: Record<string, string>) {
  return z.string().transform((value, context): Secret => {
    if (value.startsWith(prefix) && /^[A-Za-z0-9._-]+$/.test(value.slice(prefix.length))) return new Secret(value);
    const other = Object.entries(others).find(([start]) => value.startsWith(start))?.[1];
    let message = `is not ${what}: one begins with ${prefix}`;
    if (other !== undefined) message = `is ${other}, and ${what} (${prefix}…) is wanted`;
    else if (value.startsWith(prefix)) message = `is cut short or holds characters that no token has`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

/** Any web address, http or https. */
export function webAddress(example: string) {
  return url(example);
}

function url(example: string) {
  return z.string().transform((value, context): string => {
    const refuse = (message: string) => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    if (!URL.canParse(value)) return refuse(`is not a web address such as ${example}`);
    const { protocol, username, password, hash } = new URL(value);
    if (protocol !== "https:" && protocol !== "http:") return refuse("must begin with https:// or http://");
    if (hash !== "") return refuse("must have no # part");
    if (username !== "" || password !== "") return refuse("must have no user name or password in it");
    return value;
  });
}

function addressOfKey(key: string): Address | undefined {
  try {
    return privateKeyToAddress(`0x${key.slice(2)}`);
  } catch (error) {
    // The library refuses zero and numbers beyond the curve's order. Its message would repeat the key.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
