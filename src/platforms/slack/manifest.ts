import { SLASH_COMMANDS } from "../../chat/slash.ts";
import { EVENT_SCOPES, requiredScopes } from "./scopes.ts";

export { requiredScopes };

/** The message shortcut's id is the command that it runs. */
export const CAPTURE_SHORTCUT = "message capture";

/**
 * The app's manifest: whoever creates the app from it has tokens, scopes, commands and events right at once.
 * `publicUrl` is where Slack reaches the bot in HTTP mode.
 */
export function slackManifest({
  mode,
  publicUrl,
  commands = SLASH_COMMANDS,
}: {
  mode: "socket" | "http";
  publicUrl?: string;
  commands?: readonly { command: string; description: string; usageHint: string }[];
}) {
  const base = (publicUrl ?? "https://allstop.example.org").replace(/\/+$/, "");
  const url = mode === "http" ? `${base}/slack/events` : undefined;
  return {
    display_information: {
      name: "Allstop",
      description: "Runs the incident, and pauses the contract",
      background_color: "#16181d",
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: "Allstop", always_online: true },
      shortcuts: [
        {
          name: "Add to timeline",
          type: "message" as const,
          callback_id: CAPTURE_SHORTCUT,
          description: "Put this message on the incident's timeline",
        },
      ],
      slash_commands: commands.map(({ command, description, usageHint }) => ({
        command,
        description,
        usage_hint: usageHint,
        // People and channels arrive by id, which nobody can imitate.
        should_escape: true,
        ...(url !== undefined && { url }),
      })),
    },
    oauth_config: { scopes: { bot: [...requiredScopes] } },
    settings: {
      event_subscriptions: { ...(url !== undefined && { request_url: url }), bot_events: Object.keys(EVENT_SCOPES) },
      interactivity: {
        is_enabled: true,
        ...(url !== undefined && { request_url: url, message_menu_options_url: url }),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: mode === "socket",
      token_rotation_enabled: false,
    },
  };
}
