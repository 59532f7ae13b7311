import type { Client } from "discord.js";
import type { Log } from "../../chat/log.ts";
import { messageOf } from "../../chat/platform.ts";

type HandlePacket = (packet: { t?: string } | undefined, shard: unknown) => unknown;

/**
 * discord.js throws at a dispatch that it can't read, in a promise that nobody holds, which ends the process. One odd
 * dispatch must not end the bot in the middle of an incident: it is logged and left out.
 */
export function outliveDispatches(client: Client, log: Log): void {
  // The library has no hook for this; the method is its own, and is looked up on each packet.
  const manager = client.ws as unknown as { handlePacket: HandlePacket };
  const handle = manager.handlePacket.bind(manager);
  manager.handlePacket = (packet, shard) => {
    try {
      return handle(packet, shard);
    } catch (error) {
      log.error({ dispatch: packet?.t, why: messageOf(error) }, "discord.js could not read a dispatch");
      return false;
    }
  };
}
