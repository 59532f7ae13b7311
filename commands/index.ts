import type { Command } from "../src/chat/command.ts";
import { assign } from "./incident/assign.ts";
import { declare } from "./incident/declare.ts";
import { exportTimeline } from "./incident/export.ts";
import { list } from "./incident/list.ts";
import { note } from "./incident/note.ts";
import { reopen } from "./incident/reopen.ts";
import { resolve } from "./incident/resolve.ts";
import { severity } from "./incident/severity.ts";
import { status } from "./incident/status.ts";
import { update } from "./incident/update.ts";
import { burn } from "./ladder/burn.ts";
import { collect } from "./ladder/collect.ts";
import { status as ladderStatus } from "./ladder/status.ts";
import { capture } from "./message/capture.ts";
import { acknowledge } from "./pause/acknowledge.ts";
import { confirm } from "./pause/confirm.ts";
import { decline } from "./pause/decline.ts";
import { execute } from "./pause/execute.ts";
import { handoff } from "./pause/handoff.ts";
import { propose } from "./pause/propose.ts";
import { status as pauseStatus } from "./pause/status.ts";
import { withdraw } from "./pause/withdraw.ts";
import { assign as assignStep } from "./playbook/assign.ts";
import { complete } from "./playbook/complete.ts";
import { list as listPlaybooks } from "./playbook/list.ts";
import { note as noteStep } from "./playbook/note.ts";
import { skip } from "./playbook/skip.ts";
import { start } from "./playbook/start.ts";
import { check as checkReadiness } from "./readiness/check.ts";
import { link } from "./signer/link.ts";
import { list as listSigners } from "./signer/list.ts";

/** All that people can say, in the order of an incident: this is the order of the help. */
export const commands: Command[] = [
  declare,
  status,
  severity,
  assign,
  note,
  update,
  resolve,
  reopen,
  list,
  exportTimeline,
  propose,
  acknowledge,
  decline,
  confirm,
  execute,
  withdraw,
  handoff,
  pauseStatus,
  listPlaybooks,
  start,
  complete,
  skip,
  assignStep,
  noteStep,
  link,
  listSigners,
  checkReadiness,
  collect,
  ladderStatus,
  burn,
  capture,
];
