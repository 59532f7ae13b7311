import { beforeEach, describe, expect, it } from "vitest";
import { RetryableError } from "../../../src/chat/platform.ts";
import { acts } from "./acts.ts";
import { messages } from "./messages.ts";
import { people } from "./people.ts";
import { rendering } from "./rendering.ts";
import { rooms } from "./rooms.ts";
import { hostileWords } from "./words.ts";
import { type Get, titled, view, type World } from "./world.ts";

/** Everything that each chat platform must do, told from both sides: what the bot asks, and what people then see. */
export function platformContract(name: string, open: () => Promise<World>): void {
  describe(`${name}, as every chat platform`, () => {
    let world: World;
    beforeEach(async () => {
      world = await open();
    });
    describe("rooms", () => rooms(() => world));
    describe("messages", () => messages(() => world));
    describe("people", () => people(() => world));
    describe("what people wrote", () => hostileWords(() => world));
    describe("what the bot shows", () => rendering(() => world));
    describe("what people do", () => acts(() => world));
    describe("trouble", () => trouble(() => world));

    it("knows its workspace while it is connected, and can be closed twice", async () => {
      const { platform } = world;
      expect(platform.name).toBe(name);
      expect(platform.home).toMatch(new RegExp(`^${name}:[^/\\s]+$`));
      expect(world.channel.startsWith(`${platform.home}/`)).toBe(true);
      await platform.close();
      await platform.close();
    });
  });
}

function trouble(get: Get): void {
  it("that passes says how long to wait", async ({ skip }) => {
    const { platform, channel, faults, seen } = get();
    if (faults.rateLimit === undefined) return skip("Nothing asks to wait here.");
    faults.rateLimit(30_000);
    const refused = await platform.post(channel, view("Chatter"), { key: "k" }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RetryableError);
    expect((refused as RetryableError).retryAfterMs).toBeGreaterThan(25_000);
    expect((refused as RetryableError).retryAfterMs).toBeLessThanOrEqual(31_000);
    expect(titled(seen("ana", channel), ["Chatter"])).toEqual([]);
  });

  it("that stays bears the platform's own word, and what to do", async () => {
    const { code, work } = get().refusal();
    await expect(work()).rejects.toMatchObject({ name: "RefusedError", code, remedy: expect.stringMatching(/\w\.$/) });
  });
}
