/**
 * Every Web API method that we call, with the bot scopes that it needs, all of them. `Api.call` takes no other method,
 * so that what is called here is granted by the manifest.
 */
export const METHOD_SCOPES = {
  "auth.test": [],
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "conversations.create": ["groups:write"],
  "conversations.invite": ["groups:write"],
  "conversations.setTopic": ["groups:write"],
  "conversations.setPurpose": ["groups:write"],
  "conversations.list": ["groups:read"],
  "conversations.history": ["groups:history", "channels:history", "im:history"],
  "conversations.replies": ["groups:history", "channels:history", "im:history"],
  "conversations.open": ["im:write"],
  "views.open": [],
  "views.publish": [],
  "pins.add": ["pins:write"],
  "bookmarks.list": ["bookmarks:read"],
  "bookmarks.add": ["bookmarks:write"],
  "users.info": ["users:read"],
  "files.getUploadURLExternal": ["files:write"],
  "files.completeUploadExternal": ["files:write"],
} as const satisfies Record<string, readonly string[]>;

export type Method = keyof typeof METHOD_SCOPES;

/**
 * Methods that may be sent again at once when no answer came: they read, or the second time changes nothing. A message
 * or a channel is not among them: the first may have been made.
 */
const REPEATABLE: ReadonlySet<Method> = new Set<Method>([
  "auth.test",
  "chat.update",
  "conversations.invite",
  "conversations.setTopic",
  "conversations.setPurpose",
  "conversations.list",
  "conversations.history",
  "conversations.replies",
  "conversations.open",
  "views.publish",
  "pins.add",
  "bookmarks.list",
  "users.info",
  "files.getUploadURLExternal",
]);

export function isRepeatable(method: Method): boolean {
  return REPEATABLE.has(method);
}
