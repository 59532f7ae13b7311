/** Lines that the workspace writes by itself: who came, who changed the topic. */
import type { Message, Person } from "../../../slack/client-api.ts";
import { personOf, useWorkspace } from "../client/context.ts";
import { escapeText } from "../text/mrkdwn.ts";
import { Mrkdwn } from "../text/view.tsx";
import { Avatar } from "./avatar.tsx";
import { clockTime, fullTime } from "./time.ts";

export function isSystemLine(message: Message): boolean {
  return /^(channel|group|pinned)_/.test(message.subtype ?? "") && !message.blocks?.length && !message.files?.length;
}

export function SystemLine({ message, person }: { message: Message; person: Person }) {
  return (
    <div class="system-line" data-testid={`message-${message.ts}`} data-ts={message.ts}>
      <Avatar person={person} size="sm" />
      <Mrkdwn text={message.text.startsWith("<@") ? message.text : `${escapeText(person.name)} ${message.text}`} />
      <time title={fullTime(message.ts)}>{clockTime(message.ts)}</time>
    </div>
  );
}

/** Several people came, one after another. */
export function JoinLine({ messages }: { messages: Message[] }) {
  const workspace = useWorkspace();
  const people = messages.map((message) => personOf(workspace, message.user));
  const names = new Intl.ListFormat("en").format(people.map((person) => person.name));
  const { ts } = messages[0]!;
  return (
    <div class="system-line" data-ts={ts}>
      <span class="faces">
        {people.slice(0, 3).map((person) => (
          <Avatar key={person.id} person={person} size="sm" />
        ))}
      </span>
      <span>{names} joined</span>
      <time title={fullTime(ts)}>{clockTime(ts)}</time>
    </div>
  );
}
