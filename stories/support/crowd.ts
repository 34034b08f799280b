import type { Participant, ParticipantTrack } from "../../src/media/calls-state.js";
import { alice, bob, carol, dan, person } from "./garden.js";
import { participant, track } from "./kitchen.js";

const NAMES = ["Eve Novak", "Farid", "Grace Lee", "Hugo", "Ines Prado", "Jun", "Kofi Mensah", "Lena", "Mo", "Nadia", "Otto", "Priya Rao"];

/** Somebody whose camera is on. */
export function withCamera(one: Participant, extra: Partial<ParticipantTrack> = {}): Participant {
  return { ...one, tracks: [...one.tracks, track(one.id, "camera", { width: 640, height: 400, ...extra })] };
}

/** Somebody who shares a screen, or, by `name`, another one. */
export function withScreen(one: Participant, name = "screen", extra: Partial<ParticipantTrack> = {}): Participant {
  const screen = { ...track(one.id, "screen", { width: 1920, height: 1080, ...extra }), id: `${one.id}/${name}` };
  return { ...one, tracks: [...one.tracks, screen] };
}

/** Alice and others, `count` of them altogether: some with a camera, some muted, one who speaks. */
export function crowd(count: number): readonly Participant[] {
  const people = [alice, bob, carol, dan, ...NAMES.map((name) => person(name))];
  return Array.from({ length: count }, (_, index) => {
    const known = people[index] ?? person(`Guest${index} Number ${index}`);
    const one = participant(known, { muted: index % 4 === 3, speaking: index === 1 });
    return index % 3 === 2 ? one : withCamera(one);
  });
}
