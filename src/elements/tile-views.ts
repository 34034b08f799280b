import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { InCall } from "../controllers/participant-controller.js";
import type { Participant } from "../media/calls-state.js";
import { icon } from "./icon.js";
import { Clock, Hand, HeadphoneOff, MicOff, MonitorUp, ShieldAlert, SignalLow, SignalZero, VolumeX } from "./icons.js";
import { qualityWords, type TileReason } from "./tile-words.js";

/** For so long, in ms, an emoji is shown. */
export const REACTION_TIME = 5000;
/** So many at once. */
const REACTIONS = 3;

/** The name on a tile, with what one should know of its person. Said to a screen reader by the tile's own label. */
export function nameTag(participant: Participant, isScreen: boolean): TemplateResult {
  const name = participant.isLocal ? msg("You") : participant.name;
  const facts = isScreen ? icon(MonitorUp) : personFacts(participant);
  return html`<span class="tag" part="name" aria-hidden="true">${facts}<bdi>${name}</bdi></span>`;
}

/** In place of what is not there; where the picture is shown and only the sound is not played, above it. */
export function reasonView({ text, isCalm }: TileReason, isShown: boolean): TemplateResult {
  const kind = `${isShown ? "strip-of-words" : "reason"} ${isCalm ? "calm" : ""}`;
  return html`<p class=${kind} part="reason" dir="auto">${icon(isCalm ? Clock : ShieldAlert)}<span>${text}</span></p>`;
}

/** The emojis of this moment. */
export function reactionBubbles(reactions: InCall["reactions"], now: number): TemplateResult {
  const fresh = reactions.filter(({ at }) => at > now - REACTION_TIME).slice(-REACTIONS);
  return html`<div class="reactions" aria-hidden="true">${repeat(
    fresh,
    ({ id }) => id,
    ({ emoji }) => html`<span>${emoji}</span>`,
  )}</div>`;
}

/** What stands in place of the own screen: to show it would show it in itself. */
export function ownScreenView(stop: () => void, tab: 0 | -1): TemplateResult {
  return html`<div class="sharing">
    ${icon(MonitorUp)}<span>${msg("You are sharing your screen.")}</span>
    <button type="button" class="outlined" tabindex=${tab} @click=${stop}>${msg("Stop sharing")}</button>
  </div>`;
}

function personFacts(participant: Participant): unknown {
  const { muted, deafened, locallyMuted, handRaisedAt, quality } = participant;
  const weak = qualityWords(participant);
  return [
    handRaisedAt === undefined ? nothing : html`<span class="hand" title=${msg("Hand raised")}>${icon(Hand)}</span>`,
    deafened ? html`<span title=${msg("Hears nobody")}>${icon(HeadphoneOff)}</span>` : nothing,
    muted && !deafened ? html`<span title=${msg("Muted")}>${icon(MicOff)}</span>` : nothing,
    locallyMuted ? html`<span title=${msg("Muted by you")}>${icon(VolumeX)}</span>` : nothing,
    weak ? html`<span class="weak" title=${weak}>${icon(quality === "lost" ? SignalZero : SignalLow)}</span>` : nothing,
  ];
}
