import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";

import type { RoomState } from "../matrix/room-state.js";
import type { SessionApi } from "../session/session-api.js";
import { icon } from "./icon.js";
import { CircleAlert } from "./icons.js";
import type { GateAction, RoomGate } from "./room-gate.js";

export interface GateViewOptions {
  readonly session?: SessionApi | string;
  /** What went wrong with the last action. */
  readonly problem: string;
  readonly busy: boolean;
  readonly onAct: (effect: GateAction["effect"]) => void;
}

/** What stands in place of the messages while the visitor is not in the room. */
export function gateView({ heading, text, reason, actions, tone }: RoomGate, room: RoomState, options: GateViewOptions): TemplateResult {
  const { session, problem, busy, onAct } = options;
  return html`<div class="gate ${tone ?? ""}" part="gate">
    ${room.name ? html`<melo-avatar square .session=${session} .name=${room.name} .colorKey=${room.roomId ?? ""} .src=${room.avatar}></melo-avatar>` : icon(CircleAlert)}
    <h2><bdi>${heading}</bdi></h2>
    ${text ? html`<p dir="auto">${text}</p>` : nothing} ${reason ? html`<p dir="auto">${msg("Reason:")} <q>${reason}</q></p>` : nothing}
    ${problem ? html`<p class="notice bad" role="alert">${icon(CircleAlert)}<span>${problem}</span></p>` : nothing}
    <div class="actions">
      ${actions.map(({ label, effect }, index) => html`<button class=${index ? "outlined" : "filled"} ?disabled=${busy} @click=${() => onAct(effect)}>${label}</button>`)}
    </div>
  </div>`;
}
