const bit = (position: number) => 1n << BigInt(position);

export const VIEW_CHANNEL = bit(10);
/** View, send, read history, attach, embed, react, write in threads: what a responder needs in a room. */
export const MEMBER = VIEW_CHANNEL | bit(11) | bit(16) | bit(15) | bit(14) | bit(6) | bit(38);
/**
 * In a room, the bot also manages the channel, its threads and its pins. Manage Roles is not among them: Discord lets
 * only administrators grant that in a channel, and refuses the whole room. The bot has it from its role.
 */
export const IN_ROOM = MEMBER | bit(4) | bit(34) | bit(35) | bit(51);

/** What the bot's role must allow, and what is missing without it. Names as Discord's own settings have them. */
export const requiredPermissions: readonly { name: string; bit: bigint; without: string }[] = [
  { name: "View Channels", bit: bit(10), without: "the bot sees nothing" },
  { name: "Manage Channels", bit: bit(4), without: "no incident room can be opened" },
  { name: "Manage Roles", bit: bit(28), without: "rooms can't be made private, and nobody can be let in" },
  { name: "Send Messages", bit: bit(11), without: "no cards, no alerts" },
  { name: "Send Messages in Threads", bit: bit(38), without: "nothing can be said under a proposal" },
  { name: "Create Public Threads", bit: bit(35), without: "proposals have no thread" },
  { name: "Manage Threads", bit: bit(34), without: "a sleeping thread can't be woken" },
  { name: "Read Message History", bit: bit(16), without: "after a crash, a post may appear twice" },
  { name: "Embed Links", bit: bit(14), without: "links in cards are not shown as links" },
  { name: "Attach Files", bit: bit(15), without: "the export can't be uploaded" },
  { name: "Add Reactions", bit: bit(6), without: "it can't be granted to people in a room" },
  { name: "Pin Messages", bit: bit(51), without: "the card is not pinned" },
];

export const allPermissions = requiredPermissions.reduce((sum, permission) => sum | permission.bit, 0n);

/** The link by which an administrator invites the bot, or mends what it lacks. */
export function inviteLink(applicationId: string, guildId?: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: "bot applications.commands",
    permissions: allPermissions.toString(),
    ...(guildId !== undefined && { guild_id: guildId, disable_guild_select: "true" }),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
