import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Form, View } from "../../../src/chat/view.ts";
import { createTerminalPlatform, type TerminalPlatform } from "../../../src/platforms/terminal/index.ts";
import { paint } from "../../../src/platforms/terminal/lines.ts";
import type { Message, ToConsole } from "../../../src/platforms/terminal/protocol.ts";
import { viewLines } from "../../../src/platforms/terminal/render.ts";
import { dial } from "../terminal/peer.ts";
import { afterTest, memoryLog, tempFolder } from "../terminal/rig.ts";
import { platformContract } from "./suite.ts";
import { contractDoor, type Seen, until, type Who, type World } from "./world.ts";

const NAMES: Record<string, string> = { ana: "Ana Lima", ben: "Ben Okafor", cy: "Cy Roth" };

platformContract("terminal", openTerminal);

/** The platform and two consoles, which speak over its socket as `allstop console` does. */
async function openTerminal(): Promise<World> {
  const folder = tempFolder();
  const socketPath = join(folder, "allstop.sock");
  const door = contractDoor();
  let terminal = await start();
  let consoles = await attach();
  let acts = 0;
  let last: { who: Who; frame: object } | undefined;

  async function start(): Promise<TerminalPlatform> {
    const made = createTerminalPlatform({
      socketPath,
      filesFolder: join(folder, "files"),
      people: () => Object.entries(NAMES).map(([key, name]) => ({ key, name })),
      log: memoryLog().log,
    });
    await made.connect(door);
    afterTest(() => made.close());
    return made;
  }

  async function attach() {
    const [ana, ben] = await Promise.all([openConsole(socketPath, "ana"), openConsole(socketPath, "ben")]);
    return { ana, ben };
  }

  /** Sends an act; resolves with the first that the bot has to say of it. */
  async function act(who: Who, what: object): Promise<ToConsole> {
    acts += 1;
    const id = `act-${String(acts).padStart(8, "0")}`;
    const frame = { ...what, id };
    last = { who, frame };
    const { peer } = consoles[who];
    peer.send(frame);
    return until(`an answer to ${JSON.stringify(what)}`, () =>
      peer.heard.find((heard) => "id" in heard && heard.id === id && heard.t !== "running"),
    );
  }

  /** What was told before has arrived, since all comes in order. */
  async function settle(): Promise<void> {
    for (const who of ["ana", "ben"] as const) {
      const { peer } = consoles[who];
      acts += 1;
      const id = `ping-${String(acts).padStart(8, "0")}`;
      peer.send({ t: "home", id });
      await until("the console to be told all", () => peer.heard.some((frame) => "id" in frame && frame.id === id));
    }
  }

  const settled: TerminalPlatform = new Proxy(Object.create(null), {
    get: (_, name: keyof TerminalPlatform) => {
      const value = terminal[name];
      if (typeof value !== "function" || name === "close") return value;
      return async (...args: unknown[]) => {
        const outcome = await (value as (...args: unknown[]) => Promise<unknown>).apply(terminal, args);
        await settle();
        return outcome;
      };
    },
  });

  const messagesOf = (who: Who): Message[] => {
    const frames = consoles[who].peer.heard.flatMap((frame) => (frame.t === "message" ? [frame.message] : []));
    return [...new Map(frames.map((message) => [message.place, message])).values()];
  };
  const inRoom = (who: Who, room: string) =>
    messagesOf(who).filter(({ place }) => place.split("/").slice(0, 2).join("/") === room);

  return {
    get platform() {
      return settled;
    },
    door,
    user: (who) => `terminal:${who}`,
    uninvitable: "terminal:ghost",
    unreachable: "terminal:cy",
    channel: "terminal:local/INC-0001",
    readsWords: true,
    seen: (who, at) =>
      messagesOf(who)
        .filter(({ place, thread }) => (at.split("/").length > 2 ? thread === at : place.startsWith(`${at}/`)))
        .map(seenMessage),
    alone: (who) =>
      consoles[who].peer.heard.flatMap((frame) => {
        if (frame.t !== "whisper" && (frame.t !== "answer" || frame.id.startsWith("ping"))) return [];
        return frame.view === undefined ? [] : [seenView("terminal:local/alone", frame.view)];
      }),
    direct: (who) => inRoom(who, `terminal:local/@${who}`).map(seenMessage),
    home: (who) => {
      const homes = consoles[who].peer.heard.flatMap((frame) => (frame.t === "home" ? [frame.view] : []));
      return homes.map((view) => seenView("", view).words).join("\n");
    },
    rooms: (incident) => {
      const facts = consoles.ana.peer.heard.flatMap((frame) => (frame.t === "room" ? [frame.room] : []));
      const found = new Map(facts.filter(({ name }) => name === incident).map((room) => [room.place, room]));
      // Whoever can't open the socket sees nothing.
      const isPrivate = (statSync(socketPath).mode & 0o077) === 0;
      return [...found.values()].map(({ place, name }) => ({ place, name, isPrivate }));
    },
    files: (room) =>
      inRoom("ben", room).flatMap(({ file }) =>
        file === undefined ? [] : [{ name: file.name, content: readFileSync(file.path, "utf8") }],
      ),

    async say(who, at, text) {
      await act(who, { t: "say", at, text });
      const said = messagesOf(who).findLast((message) => message.text === text);
      if (said === undefined) throw new Error("What was said is nowhere.");
      return { place: said.place, at: said.at };
    },
    async command(who, where, command) {
      const heard = await act(who, { t: "line", where, line: command });
      if (heard.t === "form") consoles[who].form = { form: heard.form, where };
    },
    async press(who, message, label) {
      const shown = messagesOf(who).find(({ place }) => place === message)?.view?.buttons;
      const button = shown?.find((one) => one.label === label);
      if (button === undefined || "url" in button) throw new Error(`There is no button ${label}.`);
      const { command, input } = button;
      const heard = await act(who, { t: "press", where: message, command, input });
      if (heard.t === "form") consoles[who].form = { form: heard.form, where: message };
    },
    form(who) {
      const open = consoles[who].form?.form;
      return open && { title: open.title, fields: open.fields.map(({ name, label }) => ({ name, label })) };
    },
    async submit(who, values) {
      const open = consoles[who].form;
      if (open === undefined) throw new Error("No form is open.");
      const defaults = open.form.fields.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
      const input = { ...open.form.carried, ...Object.fromEntries(defaults), ...values };
      const heard = await act(who, { t: "submit", where: open.where, command: open.form.command, input });
      if (heard.t === "mistakes") return heard.mistakes;
      consoles[who].form = undefined;
      return undefined;
    },
    async mark(who, message, on) {
      await act(who, { t: "pin", message, on });
    },

    async twice(work) {
      await work();
      if (last === undefined) throw new Error("Nobody has done anything.");
      consoles[last.who].peer.send(last.frame);
      await settle();
    },
    /** Messages are in memory: after a restart none is known. */
    async remove() {
      await terminal.close();
      terminal = await start();
      consoles = await attach();
    },
    refusal: () => ({ code: "unknown_person", work: () => terminal.describeUser("terminal:ghost") }),
    faults: {},
    problems: () => [],
  };
}

async function openConsole(socketPath: string, as: Who) {
  const peer = await dial(socketPath, { as });
  await peer.hears("caught_up");
  const open: { peer: typeof peer; form: { form: Form; where: string } | undefined } = { peer, form: undefined };
  return open;
}

function seenMessage({ place, view, text, file, pinned }: Message): Seen {
  if (view !== undefined) return { ...seenView(place, view), pinned };
  return { place, words: text ?? file?.title ?? "", pings: [], links: [], styled: [], buttons: [], pinned };
}

const ESC = "\u001b";
const STYLED = new RegExp(`${ESC}\\[[\\d;]+m(.*?)${ESC}\\[0m`, "g");
const HYPERLINK = new RegExp(`${ESC}\\]8;;([^${ESC}]*)`, "g");

/** As it would stand on a screen that is wide enough, with the looks that the terminal was told to give it. */
function seenView(place: string, view: View): Seen {
  const around = { columns: 100_000, timeZone: "UTC", nameOf: (key: string) => NAMES[key] };
  const written = paint(viewLines({ ...view, buttons: [] }, around, { numberOf: () => 0 }), true);
  const styled = [...written.matchAll(STYLED)].map(([, words = ""]) => words);
  return {
    place,
    words: written.replace(STYLED, "$1"),
    pings: Object.entries(NAMES).flatMap(([key, name]) => (styled.includes(`@${name}`) ? [`terminal:${key}`] : [])),
    links: [...written.matchAll(HYPERLINK)].map(([, link = ""]) => link),
    styled,
    buttons: view.buttons.map(({ label }) => label),
    pinned: false,
  };
}
