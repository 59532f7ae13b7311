import { slackManifest } from "../platforms/slack/manifest.ts";

/** Needs no settings: the app has to be created before there are any. */
export function printManifest(env: NodeJS.ProcessEnv): void {
  const mode = env.SLACK_MODE === "http" ? "http" : "socket";
  console.log(JSON.stringify(slackManifest({ mode, publicUrl: env.PUBLIC_URL }), null, 2));
}
