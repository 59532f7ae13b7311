import type { Command } from "../src/chat/command.ts";
import { accept as acceptRole } from "./incident/accept.ts";
import { assign } from "./incident/assign.ts";
import { claim } from "./incident/claim.ts";
import { close } from "./incident/close.ts";
import { contacts } from "./incident/contacts.ts";
import { declare } from "./incident/declare.ts";
import { decline as declineRole } from "./incident/decline.ts";
import { exportTimeline } from "./incident/export.ts";
import { handoff as handOffRole } from "./incident/handoff.ts";
import { list } from "./incident/list.ts";
import { note } from "./incident/note.ts";
import { notify } from "./incident/notify.ts";
import { plan } from "./incident/plan.ts";
import { reopen } from "./incident/reopen.ts";
import { resolve } from "./incident/resolve.ts";
import { severity } from "./incident/severity.ts";
import { status } from "./incident/status.ts";
import { update } from "./incident/update.ts";
import { burn } from "./ladder/burn.ts";
import { collect } from "./ladder/collect.ts";
import { status as ladderStatus } from "./ladder/status.ts";
import { capture } from "./message/capture.ts";
import { answer as answerPage } from "./oncall/answer.ts";
import { list as listOnCall } from "./oncall/list.ts";
import { page as pagePeople } from "./oncall/page.ts";
import { acknowledge } from "./pause/acknowledge.ts";
import { confirm } from "./pause/confirm.ts";
import { decline } from "./pause/decline.ts";
import { execute } from "./pause/execute.ts";
import { handoff } from "./pause/handoff.ts";
import { propose } from "./pause/propose.ts";
import { status as pauseStatus } from "./pause/status.ts";
import { withdraw } from "./pause/withdraw.ts";
import { agree } from "./playbook/agree.ts";
import { answer as answerStep } from "./playbook/answer.ts";
import { assign as assignStep } from "./playbook/assign.ts";
import { complete } from "./playbook/complete.ts";
import { evidence } from "./playbook/evidence.ts";
import { list as listPlaybooks } from "./playbook/list.ts";
import { look } from "./playbook/look.ts";
import { note as noteStep } from "./playbook/note.ts";
import { reopen as reopenStep } from "./playbook/reopen.ts";
import { skip } from "./playbook/skip.ts";
import { start } from "./playbook/start.ts";
import { take as takeStep } from "./playbook/take.ts";
import { check as checkReadiness } from "./readiness/check.ts";
import { snooze as snoozeReminder } from "./reminder/snooze.ts";
import { take as takeReminder } from "./reminder/take.ts";
import { add as addRisk } from "./risk/add.ts";
import { exportRisks } from "./risk/export.ts";
import { list as listRisks } from "./risk/list.ts";
import { update as updateRisk } from "./risk/update.ts";
import { link } from "./signer/link.ts";
import { list as listSigners } from "./signer/list.ts";

/** All that people can say, in the order of an incident: this is the order of the help. */
export const commands: Command[] = [
  declare,
  status,
  severity,
  claim,
  assign,
  handOffRole,
  acceptRole,
  declineRole,
  note,
  update,
  contacts,
  notify,
  resolve,
  close,
  reopen,
  list,
  plan,
  exportTimeline,
  listOnCall,
  pagePeople,
  answerPage,
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
  answerStep,
  agree,
  skip,
  reopenStep,
  takeStep,
  assignStep,
  noteStep,
  evidence,
  look,
  addRisk,
  listRisks,
  updateRisk,
  exportRisks,
  link,
  listSigners,
  checkReadiness,
  collect,
  ladderStatus,
  burn,
  capture,
  snoozeReminder,
  takeReminder,
];
