import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const Event = z.looseObject({
  routing_key: z.string(),
  event_action: z.enum(["trigger", "acknowledge", "resolve"]),
  dedup_key: z.string().max(255),
  payload: z
    .looseObject({
      summary: z.string().max(1024),
      source: z.string(),
      severity: z.enum(["critical", "error", "warning", "info"]),
      timestamp: z.iso.datetime(),
    })
    .optional(),
});
export type PagerEvent = z.output<typeof Event>;

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** It takes the event, and ends the connection without saying so. */
  drop?: boolean;
  /** It never answers. */
  hang?: boolean;
}

/** A pager as PagerDuty's own documentation describes it: one alert for each dedup_key, which a repeated trigger leaves alone. */
export async function localPager() {
  const taken: PagerEvent[] = [];
  const alerts = new Map<string, { state: "triggered" | "acknowledged" | "resolved"; rings: number; log: number }>();
  const answers: Answer[] = [];
  let asked = 0;

  function take(event: PagerEvent): void {
    taken.push(event);
    const alert = alerts.get(event.dedup_key);
    if (event.event_action === "trigger") {
      const open = alert !== undefined && alert.state !== "resolved";
      if (open) alert.log += 1;
      else alerts.set(event.dedup_key, { state: "triggered", rings: (alert?.rings ?? 0) + 1, log: 1 });
    } else if (alert !== undefined && alert.state !== "resolved") {
      alert.state = event.event_action === "resolve" ? "resolved" : "acknowledged";
    }
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      asked += 1;
      const answer = answers.shift() ?? { status: 202, body: { status: "success", message: "Event processed" } };
      if (answer.hang) return;
      const event = Event.parse(JSON.parse(Buffer.concat(parts).toString("utf8")));
      if (answer.status === 202) take(event);
      if (answer.drop) return void request.socket.destroy();
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/enqueue`,
    taken,
    alerts,
    /** What it answers next, in turn; after that it accepts. */
    answer: (...next: Answer[]) => void answers.push(...next),
    asked: () => asked,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
