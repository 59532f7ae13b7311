/** Every inbound act is written here before the platform is told that we have it. A repeated id is the same act. */
export interface Inbox {
  /** Throws when it can't be written: then nothing is acknowledged, and the platform delivers again. */
  seen(id: string, body: unknown): Promise<"new" | "repeated">;
  done(id: string): Promise<void>;
}
