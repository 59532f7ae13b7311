import type { Platform } from "../chat/platform.ts";
import type { Effect } from "../core/effects.ts";
import type { App } from "../core/ports.ts";
import { announce, postHead } from "./announce.ts";
import { askSigner, refreshPause, refreshPlaybook } from "./cards.ts";
import { owedToRoom } from "./deps.ts";
import { deliverExport } from "./export.ts";
import { deliverHandOff } from "./hand-off.ts";
import { askLadder, tellAlerts } from "./ladder.ts";
import { confirmCapture, refreshHome, tellRoom } from "./lines.ts";
import { offerRole } from "./offer-role.ts";
import { page } from "./page.ts";
import type { Deliver, Owed } from "./pump.ts";
import { refreshReadiness, tellReadiness } from "./readiness.ts";
import { deliverRisks } from "./risks.ts";
import { invite, openRoom, refreshCard } from "./room.ts";
import { showPage } from "./show-page.ts";
import { showReminder } from "./show-reminder.ts";

export interface ChatDeps {
  app: App;
  platforms: Map<string, Platform>;
  /** The chat that this delivery is for. */
  chat: string;
  /** What a direct message showed last, by its place: nothing is edited to what it is. */
  shown: Map<string, string>;
  /** This delivery: how often it was tried before, and since when it is owed. */
  owed: Owed;
  /** It may have been delivered before, without our hearing of it: a post looks for itself first. */
  again: boolean;
}

/** Each effect names what to show; it is rendered from the timeline as it stands at delivery. */
export function createChatDelivery(app: App, platforms: Map<string, Platform>): Deliver {
  const shown = new Map<string, string>();
  return (owed) => {
    const again = owed.attempts > 0;
    return deliver({ app, platforms, owed, again, shown, chat: owed.lane.slice("chat/".length) }, owed.effect);
  };
}

function deliver(deps: ChatDeps, effect: Effect): Promise<void> {
  switch (effect.kind) {
    case "open_room":
      return openRoom(deps, effect);
    case "refresh_card":
      return owedToRoom(deps, effect.incident, () => refreshCard(deps, effect));
    case "invite":
      return invite(deps, effect);
    case "announce":
      return announce(deps, effect);
    case "tell_room":
      return owedToRoom(deps, effect.incident, () => tellRoom(deps, effect));
    case "post_head":
      return postHead(deps, effect);
    case "confirm_capture":
      return owedToRoom(deps, effect.incident, () => confirmCapture(deps, effect));
    case "refresh_playbook":
      return owedToRoom(deps, effect.incident, () => refreshPlaybook(deps, effect));
    case "refresh_pause":
      return owedToRoom(deps, effect.incident, () => refreshPause(deps, effect));
    case "ask_signer":
      return owedToRoom(deps, effect.incident, () => askSigner(deps, effect));
    case "refresh_home":
      return refreshHome(deps, effect);
    case "page":
      return page(deps, effect);
    case "hand_off":
      return owedToRoom(deps, effect.incident, () => deliverHandOff(deps, effect));
    case "refresh_readiness":
      return refreshReadiness(deps);
    case "tell_readiness":
      return tellReadiness(deps, effect);
    case "deliver_export":
      return deliverExport(deps, effect);
    case "tell_alerts":
      return tellAlerts(deps, effect);
    case "ask_ladder":
      return askLadder(deps, effect);
    case "show_page":
      return showPage(deps, effect);
    case "offer_role":
      return owedToRoom(deps, effect.incident, () => offerRole(deps, effect));
    case "show_reminder":
      return owedToRoom(deps, effect.incident, () => showReminder(deps, effect));
    case "deliver_risks":
      return deliverRisks(deps, effect);
    case "timer":
    case "check_step":
    case "link_risk":
    case "page_out":
      throw new Error(`${effect.kind} is not owed to a chat.`);
    case "arm":
    case "execute":
    case "note_opening":
    case "settle_nested":
      throw new Error(`${effect.kind} is owed to the chain, not to the chat.`);
    default:
      return effect satisfies never;
  }
}
