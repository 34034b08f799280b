import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";

import type { SessionApi } from "../session/session-api.js";
import type { CallPerson } from "./call-people.js";
import { icon } from "./icon.js";
import { Hand, HeadphoneOff, MicOff, Video, VolumeX } from "./icons.js";
import "./melo-avatar.js";

/** One person in a call, as the inside of a row: picture, name, and what one should know before speaking to them. Style it by `person-row.styles.ts`. */
export function personRow(person: CallPerson, session: SessionApi | string | undefined): TemplateResult {
  const { name, userId, avatar, isOwn, isThisDevice, speaking, waiting, lost } = person;
  return html`
    <melo-avatar class=${speaking ? "speaking" : ""} .session=${session} .name=${name} .colorKey=${userId} .src=${avatar}></melo-avatar>
    <span class="who ${waiting || lost ? "waiting" : ""}" part="name"
      ><bdi>${name}</bdi>${isOwn ? html` <span class="self">${isThisDevice ? msg("you") : msg("you, on another device")}</span>` : nothing}${
        speaking ? html`<span class="visually-hidden"> ${msg("speaks")}</span>` : nothing
      }</span
    >
    <span class="marks">${marks(person)}</span>
  `;
}

function marks({ hand, sharing, camera, muted, deafened, locallyMuted, maySpeak, waiting, lost }: CallPerson): unknown {
  return [
    waiting || lost ? html`<span class="mark-words">${waiting ? msg("Connecting…") : msg("Connection lost")}</span>` : nothing,
    hand ? icon(Hand, msg("has a hand up")) : nothing,
    sharing ? html`<b class="live" role="img" aria-label=${msg("shares the screen")}>${msg("LIVE")}</b>` : nothing,
    camera ? icon(Video, msg("camera on")) : nothing,
    locallyMuted ? icon(VolumeX, msg("muted for you")) : nothing,
    deafened
      ? icon(HeadphoneOff, msg("hears nobody"))
      : muted || !maySpeak
        ? icon(MicOff, maySpeak ? msg("muted") : msg("may not speak"))
        : nothing,
  ];
}
