/** What the page tells a newcomer: the numbered storyline and the facts of this sandbox. */

export interface StoryStep {
  title: string;
  /** Plain text. Words between backticks are shown as code. */
  text: string;
  /** Whom to be for this step: a person's id, or "signers" for everyone who has a wallet. */
  as?: string;
  /** What to type; the page offers to put it into the message box. */
  type?: string;
}

export interface SandboxInfo {
  /** Who is acting when the page is first opened. */
  startAs?: string;
  /** Replaces the storyline below. */
  steps?: StoryStep[];
  /** Shown under "About this sandbox", such as the vault's address and the chain's RPC URL. */
  facts?: { label: string; value: string }[];
}

export const DEFAULT_START_AS = "U0ANA";

export function defaultSteps(startAs: string): StoryStep[] {
  return [{ ...DECLARE, as: startAs }, ...STEPS_AFTER];
}

const DECLARE: StoryStep = {
  title: "Declare",
  text: "Money is leaving the vault, and you are on call. Type `/incident declare` in any channel and fill in the form.",
  type: "/incident declare",
};

const STEPS_AFTER: StoryStep[] = [
  {
    title: "Walk the playbook",
    text: "Allstop opens a private room with a live card. Complete the steps one by one; 📌 any message to put it on the timeline.",
  },
  {
    title: "Propose the pause",
    text: "The playbook offers the pause as a step. Take it there, or type `/pause propose`.",
    type: "/pause propose",
  },
  {
    title: "Act as the signers",
    text: "Be each signer in turn: read Allstop's direct message, press Acknowledge, then Sign. The signing page opens with that person's sandbox wallet.",
    as: "signers",
  },
  {
    title: "Execute, and see it proved",
    text: "With enough signatures, press Execute. Allstop sends the transaction, watches it land, probes the vault, and only then says PAUSED.",
  },
  {
    title: "Resolve",
    text: "Type `/incident resolve`. The postmortem arrives as a file in the room, every step and signature in it.",
    type: "/incident resolve",
  },
];
