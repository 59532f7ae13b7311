/** What the Web API and the events show of the model, field by field as Slack names them. */
import type { Fields } from "./json.ts";
import { permalinkOf, repliesOf } from "./messages.ts";
import type { Bookmark, PersonRecord, Room, StoredFile, StoredMessage } from "./model.ts";
import { seconds, type Workspace } from "./workspace.ts";

export function messageShape(workspace: Workspace, message: StoredMessage, withMetadata = false): Fields {
  const { team, app } = workspace;
  const room = workspace.rooms.get(message.channel);
  const root = message.threadTs === undefined ? undefined : room?.messages.get(message.threadTs);
  return {
    type: "message",
    ...(message.subtype && { subtype: message.subtype }),
    ...(message.broadcast && { subtype: "thread_broadcast" }),
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: team.id,
    ...(message.clientMsgId && { client_msg_id: message.clientMsgId }),
    ...(message.fromApp && { bot_id: app.botId, app_id: app.id, bot_profile: botProfile(workspace) }),
    ...(message.blocks ? { blocks: message.blocks } : !message.fromApp && !message.subtype && richText(message)),
    ...(message.attachments && { attachments: message.attachments }),
    ...(message.files.length > 0 && { files: message.files.map((id) => fileShape(workspace, id)), upload: false }),
    ...message.extra,
    ...threadFields(room, message),
    ...(root && { parent_user_id: root.user }),
    ...(message.edited && { edited: message.edited }),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map(({ name, users }) => ({ name, users: [...users], count: users.length })),
    }),
    ...(room?.pins.some((pin) => pin.ts === message.ts) && { pinned_to: [room.id] }),
    ...(withMetadata && message.metadata && { metadata: message.metadata }),
  };
}

function threadFields(room: Room | undefined, message: StoredMessage): Fields {
  if (message.threadTs !== undefined) return { thread_ts: message.threadTs };
  const replies = room ? repliesOf(room, message.ts) : [];
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
    reply_users: users.slice(0, 5),
    is_locked: false,
    subscribed: false,
  };
}

/** People's messages carry their text as rich text too. */
function richText(message: StoredMessage): Fields {
  const text = message.text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  if (text === "") return {};
  const section = { type: "rich_text_section", elements: [{ type: "text", text }] };
  return { blocks: [{ type: "rich_text", block_id: message.ts.slice(-5), elements: [section] }] };
}

function botProfile(workspace: Workspace): Fields {
  const { app, team } = workspace;
  return { id: app.botId, app_id: app.id, name: app.name, team_id: team.id, deleted: false, updated: 0, icons: {} };
}

export function pinShape(workspace: Workspace, room: Room, message: StoredMessage): Fields {
  const pin = room.pins.find((each) => each.ts === message.ts);
  return {
    type: "message",
    channel: room.id,
    created: pin?.at ?? seconds(workspace.clock.now()),
    created_by: pin?.by ?? "",
    message: {
      ...messageShape(workspace, message),
      pinned_to: [room.id],
      permalink: permalinkOf(workspace, message),
    },
  };
}

export function roomShape(workspace: Workspace, room: Room): Fields {
  const bot = workspace.app.userId;
  const common = {
    id: room.id,
    created: seconds(room.createdMs),
    updated: room.createdMs,
    is_archived: room.archived,
    is_im: room.kind === "im",
    is_org_shared: false,
    context_team_id: workspace.team.id,
  };
  if (room.kind === "im") return { ...common, user: [...room.members].find((id) => id !== bot), is_open: true };
  return {
    ...common,
    name: room.name,
    name_normalized: room.name,
    is_channel: room.kind === "public",
    is_group: false,
    is_mpim: false,
    is_private: room.kind === "private",
    is_general: false,
    is_shared: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
    is_member: room.members.has(bot),
    creator: room.creator,
    unlinked: 0,
    topic: room.topic,
    purpose: room.purpose,
    previous_names: room.previousNames,
    num_members: room.members.size,
  };
}

export function userShape(workspace: Workspace, person: PersonRecord, withEmail: boolean): Fields {
  return {
    id: person.id,
    team_id: workspace.team.id,
    name: handleOf(person),
    deleted: person.deactivated,
    real_name: person.name,
    tz: "Etc/UTC",
    tz_label: "Coordinated Universal Time",
    tz_offset: 0,
    is_admin: false,
    is_owner: false,
    is_restricted: person.guest,
    is_ultra_restricted: false,
    is_bot: person.isBot,
    is_app_user: false,
    updated: 0,
    profile: {
      real_name: person.name,
      real_name_normalized: person.name,
      display_name: person.name,
      display_name_normalized: person.name,
      title: person.title,
      team: workspace.team.id,
      ...(withEmail && !person.isBot && { email: person.email }),
      ...(person.isBot && { bot_id: workspace.app.botId, api_app_id: workspace.app.id }),
    },
  };
}

/** The old-style user name: `ana` for Ana Lima. */
export function handleOf(person: PersonRecord): string {
  return person.email.split("@")[0] ?? person.id.toLowerCase();
}

export function fileShape(workspace: Workspace, id: string): Fields {
  const file = workspace.files.get(id);
  return file ? fileFields(workspace, file) : { id, mode: "tombstone" };
}

function fileFields(workspace: Workspace, file: StoredFile): Fields {
  const path = `${workspace.origin}/files-pri/${workspace.team.id}-${file.id}`;
  const type = file.name.includes(".") ? (file.name.split(".").at(-1) ?? "") : "binary";
  return {
    id: file.id,
    created: seconds(file.createdMs),
    timestamp: seconds(file.createdMs),
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: type,
    user: file.user,
    size: file.bytes.length,
    mode: "hosted",
    is_external: false,
    is_public: false,
    url_private: `${path}/${encodeURIComponent(file.name)}`,
    url_private_download: `${path}/download/${encodeURIComponent(file.name)}`,
    permalink: `${workspace.permalinkBase}/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    channels: file.channels,
    groups: [],
    ims: [],
  };
}

export function bookmarkShape(room: Room, bookmark: Bookmark): Fields {
  return {
    id: bookmark.id,
    channel_id: room.id,
    title: bookmark.title,
    link: bookmark.link,
    emoji: bookmark.emoji ? bookmark.emoji : null,
    icon_url: null,
    type: bookmark.type,
    entity_id: null,
    date_created: seconds(bookmark.createdMs),
    date_updated: 0,
    rank: "i",
    last_updated_by_user_id: "",
    last_updated_by_team_id: "",
    shortcut_id: null,
    app_id: null,
  };
}
