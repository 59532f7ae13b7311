#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { readEnvironment } from "./environment.ts";
import { EXIT_CONFIG, EXIT_FAILED, EXIT_USAGE } from "./exit.ts";
import { packageRoot } from "./root.ts";

const env = readEnvironment(process.env, process.cwd());

/** The command line. Each command loads what it needs when it runs, so that `allstop verify` starts at once. */
const program = new Command("allstop")
  .description("The incident bot that pauses a smart contract, proves it, and writes the postmortem.")
  .version(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).version)
  .addHelpText(
    "after",
    `
Exit status: 0 done, ${EXIT_FAILED} tried and did not work or did not hold, ${EXIT_USAGE} not understood, ${EXIT_CONFIG} wrong settings, plan or playbook.`,
  )
  .exitOverride();

type Platform = "slack" | "discord" | "both";
const platform = (what: string) => new Option("--platform <name>", what).choices(["slack", "discord", "both"]);

program
  .command("start")
  .description("start the bot; with nothing configured, the sandbox")
  .addOption(platform("which chats the sandbox has; slack where left out"))
  .action(async (options: { platform?: Platform }) => (await import("./cli/start.ts")).start(env, options));

program
  .command("console")
  .description("drive an incident from a terminal, when no chat can be reached")
  .option("--as <key>", "who you are: a person's key in the response plan")
  .option("--incident <id>", "the incident to look at, such as INC-0042; the newest where left out")
  .option("--start", "start a bot in this process, without chat, when none is running")
  .action(async (options: { as?: string; incident?: string; start?: boolean }) =>
    (await import("./cli/console.ts")).openConsole(env, options, {
      startBot: async () => (await (await import("./cli/start.ts")).startBot(env, { chats: false })).bot,
    }),
  );

program
  .command("rehearse")
  .description("run the whole job unattended in the sandbox")
  .option("--json", "print the figures as one JSON object on the last line")
  .addOption(platform("where the incident lives").default("slack"))
  .action(async (options: { json?: boolean; platform?: Platform }) =>
    (await import("./cli/rehearse.ts")).runRehearsal(env, options),
  );

program
  .command("export <incident>")
  .description("write an incident's timeline as Markdown and JSON")
  .option("--out <folder>", "where to write the two files", ".")
  .action(async (incident: string, options: { out: string }) =>
    (await import("./cli/export.ts")).exportToFiles(env, incident, options),
  );

program
  .command("handoff <proposal>")
  .description("write what it takes to send a signed pause by hand, from the database alone")
  .option("--out <folder>", "where to write the file", ".")
  .action(async (proposal: string, options: { out: string }) =>
    (await import("./cli/handoff.ts")).handOffToFile(env, proposal, options),
  );

program
  .command("risks")
  .description("print the register of risks, from the database alone")
  .option("--out <folder>", "write it there as Markdown and JSON instead")
  .option("--json", "print it as JSON, with the events that it follows from")
  .action(async (options: { out?: string; json?: boolean }) =>
    (await import("./cli/risks.ts")).printRisks(env, options),
  );

program
  .command("verify <file>")
  .description("check an exported timeline or risk register: every hash and every signature, offline")
  .action(async (file: string) => (await import("./cli/verify.ts")).verifyFile(file));

program
  .command("hash <intervention>")
  .description("print the hashes that a signer's device will show, by nonce, offline")
  .requiredOption("--nonce <n>", "the Safe's nonce, or the first of several")
  .option("--to <m>", "the last nonce, for a table")
  .option("--plan <file>", "the response plan; RESPONSE_PLAN where left out")
  .option("--json", "print one JSON object")
  .action(async (intervention: string, options: { nonce: string; to?: string; plan?: string; json?: boolean }) =>
    (await import("./cli/hash.ts")).printHashes(env, intervention, options),
  );

program
  .command("doctor")
  .description("check tokens, scopes, channels, plan, RPCs, Safes, executor and database")
  .action(async () => (await import("./cli/doctor.ts")).doctor(env));

program
  .command("readiness")
  .description("prove, without a key, that every pause of the plan would work now")
  .option("--json", "print the whole board as one JSON object")
  .option("--executor <address...>", "which accounts would pay, where no key is set here")
  .action(async (options: { json?: boolean; executor?: string[] }) =>
    (await import("./cli/readiness.ts")).readiness(env, options),
  );

const plan = program.command("plan").description("the response plan");
plan
  .command("check [file]")
  .description("name every mistake in a response plan and every hole, with its line")
  .option("--strict", "holes fail it, too")
  .action(async (file: string | undefined, options: { strict?: boolean }) =>
    (await import("./cli/check.ts")).checkPlan(env, file, options),
  );
plan
  .command("schema")
  .description("print the plan's JSON Schema, for editors")
  .action(async () => (await import("./cli/check.ts")).printSchema("response-plan"));

const playbooks = program.command("playbooks").description("the playbooks");
playbooks
  .command("check [folder]")
  .description("name every mistake in the playbooks, with its line")
  .option("--strict", "one that nobody has walked through for long fails it, too")
  .action(async (folder: string | undefined, options: { strict?: boolean }) =>
    (await import("./cli/check.ts")).checkPlaybooks(folder, options),
  );

playbooks
  .command("schema")
  .description("print a playbook's JSON Schema, for editors")
  .action(async () => (await import("./cli/check.ts")).printSchema("playbook"));

const slack = program.command("slack").description("Slack");
slack
  .command("manifest")
  .description("print the app manifest to create the Slack app from")
  .action(async () => (await import("./cli/manifest.ts")).printManifest(env));

const discord = program.command("discord").description("Discord");
discord
  .command("invite [application]")
  .description("print the link that invites the bot into your server, with the permissions that it needs")
  .action(async (id: string | undefined) => (await import("./cli/discord.ts")).printInvite(env, id));
discord
  .command("register")
  .description("register the commands in your server, if they have changed")
  .action(async () => (await import("./cli/discord.ts")).register(env));

program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitCodeFor(error);
  // The parser has said so itself.
  if (!(error instanceof CommanderError)) console.error(wordsFor(error));
});

function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const name = error instanceof Error ? error.name : "";
  if (name === "UsageError") return EXIT_USAGE;
  return ["ConfigError", "FileMistakes", "PlaybookMistakes"].includes(name) ? EXIT_CONFIG : EXIT_FAILED;
}

/** Our own errors are sentences for people. What JavaScript itself throws is our bug, and is told with its place. */
function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE")
    return `${error.message}.\nSomething else has that port: set PORT to another, or end what is there.`;
  // What a person can do about it stands beside what it is.
  if ("remedy" in error && typeof error.remedy === "string") return `${error.message}\n${error.remedy}`;
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
  return isBug ? `This is a bug in Allstop, please report it.\n${error.stack}` : error.message;
}
