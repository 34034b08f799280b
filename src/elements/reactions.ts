import { msg } from "@lit/localize";

/** The emoji that are offered in a call, with what a screen reader says. */
export function reactions(): readonly (readonly [emoji: string, name: string])[] {
  return [
    ["👍", msg("Thumbs up")],
    ["👏", msg("Applause")],
    ["❤️", msg("Heart")],
    ["😂", msg("Laughter")],
    ["😮", msg("Surprise")],
    ["😢", msg("Sadness")],
    ["🎉", msg("Celebration")],
    ["🤔", msg("Thinking")],
  ];
}
