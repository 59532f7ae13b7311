/** What the sandbox uses of `ws`, which ships no types of its own. */
declare module "ws" {
  import type { EventEmitter } from "node:events";
  import type { IncomingMessage } from "node:http";
  import type { Duplex } from "node:stream";

  export class WebSocket extends EventEmitter {
    readonly readyState: number;
    constructor(url: string);
    send(data: string): void;
    ping(data?: string): void;
    pong(data?: Buffer): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
    on(event: "message" | "ping" | "pong", listener: (data: Buffer) => void): this;
    on(event: "close", listener: (code: number) => void): this;
    on(event: "open", listener: () => void): this;
    on(event: "error", listener: (error: Error) => void): this;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: { noServer: true; autoPong?: boolean; maxPayload?: number });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (ws: WebSocket) => void): void;
    close(): void;
  }
}
