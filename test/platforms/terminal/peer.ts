import type { Socket } from "node:net";
import { connectTo } from "../../../src/platforms/terminal/listen.ts";
import { ToConsole } from "../../../src/platforms/terminal/protocol.ts";
import { readFrames } from "../../../src/platforms/terminal/wire.ts";
import { afterTest, until } from "./rig.ts";

/** The other end of the socket, without a console. */
export async function dial(socketPath: string, hello: object | null = { as: "noor" }) {
  const socket: Socket = await connectTo(socketPath);
  afterTest(() => void socket.destroy());
  const heard: ToConsole[] = [];
  let closed = false;
  socket.on("close", () => {
    closed = true;
  });
  readFrames(socket, ToConsole, {
    onFrame: (frame) => heard.push(frame),
    onBroken: (why) => {
      throw new Error(why);
    },
  });
  const send = (frame: object) => void socket.write(`${JSON.stringify(frame)}\n`);
  if (hello !== null) send({ t: "hello", version: 1, ...hello });
  const hears = <T extends ToConsole["t"]>(t: T) =>
    until(`a ${t}`, () => heard.find((frame): frame is Extract<ToConsole, { t: T }> => frame.t === t));
  return { socket, send, heard, hears, hangsUp: () => until("the end", () => closed || undefined) };
}
