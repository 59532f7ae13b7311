import type { Stage } from "./stage.ts";

/** Who is on Discord when the incident lives in both chats. Everybody else is on Slack. */
const ON_DISCORD: ReadonlySet<string> = new Set(["chidi", "emil", "sofia"]);

/** One story in two chats: each person acts where they are, and sees there what the others do elsewhere. */
export function bothStages(slack: Stage, discord: Stage): Stage {
  const of = (who: string) => (ON_DISCORD.has(who) ? discord : slack);
  return {
    until: slack.until,
    say: (who, ...rest) => of(who).say(who, ...rest),
    press: (who, ...rest) => of(who).press(who, ...rest),
    submit: (who, ...rest) => of(who).submit(who, ...rest),
    react: (who, ...rest) => of(who).react(who, ...rest),
    sign: (who, ...rest) => of(who).sign(who, ...rest),
    sees: (who, ...rest) => of(who).sees(who, ...rest),
    async channelOf(prefix) {
      await discord.channelOf(prefix);
      return slack.channelOf(prefix);
    },
    files: slack.files,
    step: slack.step,
  };
}
