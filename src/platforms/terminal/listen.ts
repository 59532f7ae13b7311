import { chmodSync, lstatSync, mkdtempSync, renameSync, rmSync, type Stats, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { basename, dirname, join, relative, resolve } from "node:path";
import { RefusedError } from "../../chat/platform.ts";

/** Linux takes 107 bytes, macOS 103. The name that is bound is a little longer than the final one. */
const SOCKET_PATH_BYTES_MAX = 103;
const ANSWER_MS_MAX = 2_000;

export interface Listening {
  close(): Promise<void>;
}

/** The console's socket lies beside the database: who may read the one may use the other. */
export function socketPathFor(databaseUrl: string): string {
  const path = resolve(databaseUrl.replace(/^file:/, ""));
  return join(dirname(path), `${basename(path).replace(/\.db$/, "")}.sock`);
}

/**
 * Listens on a Unix domain socket with mode 0600. A socket that a dead process left is replaced; one that answers, and
 * a file that is no socket, are refused with `in_use`.
 *
 * It is bound in a folder of its own that nobody else may enter, and moved to its place with its mode set: at no moment
 * is there a socket that others could open, nor a moment without any.
 */
export async function listenAt(path: string, onConsole: (socket: Socket) => void): Promise<Listening> {
  await refuseIfTaken(path);
  const folder = mkdtempSync(join(dirname(path), ".c-"));
  const server = createServer(onConsole);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  try {
    const bound = join(folder, "s");
    await listen(server, shortest(bound));
    chmodSync(bound, 0o600);
    renameSync(bound, path);
  } catch (error) {
    server.close();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ours = lstatSync(path);
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
      const now = look(path);
      if (now !== undefined && now.ino === ours.ino) unlinkSync(path);
    },
  };
}

/** Connects to whoever listens there. Rejects with what the system says: `ENOENT`, `ECONNREFUSED`, `EACCES`. */
export function connectTo(path: string): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect(shortest(path));
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error(`Nothing answered at ${path}.`)));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", fail);
      done(socket);
    });
  });
}

async function refuseIfTaken(path: string): Promise<void> {
  const there = look(path);
  if (there === undefined) return;
  if (!there.isSocket()) {
    throw new RefusedError("in_use", `${path} is there, and is no socket.`, "Move that file away, then start again.");
  }
  const answered = await connectTo(path).then(
    (socket) => {
      socket.destroy();
      return true;
    },
    (error: unknown) => {
      if (codeOf(error) === "ECONNREFUSED" || codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
  if (answered) {
    const remedy = "Stop that one first: two bots on one database get in each other's way.";
    throw new RefusedError("in_use", `Another Allstop listens at ${path}.`, remedy);
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(path, () => {
      server.off("error", fail);
      done();
    });
  });
}

/** As seen from here where that is shorter: a socket's path may have few characters. */
function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  const found = near !== "" && near.length < path.length ? near : path;
  if (Buffer.byteLength(found) <= SOCKET_PATH_BYTES_MAX) return found;
  const remedy = "Put the database where its path is shorter.";
  throw new RefusedError("path_too_long", `${path} is too long for a socket: ${SOCKET_PATH_BYTES_MAX} bytes.`, remedy);
}

function look(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
