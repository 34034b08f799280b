import { MeloError } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallJoinEvent, MeloCallOpenEvent } from "./call-events.js";
import { callErrorWords } from "./call-words.js";

export interface MissedCall {
  /** Of the event that told of it. */
  readonly id: string;
  /** Id or alias. */
  readonly room: string;
  readonly video: boolean;
}

/** Calls somebody back: joins the call of the room, and rings. Resolves with a sentence if that did not go. */
export async function callBack(host: Element, { calls }: SessionApi, { id, room, video }: MissedCall): Promise<string | undefined> {
  const options = { microphone: true, camera: video, ring: true };
  if (!host.dispatchEvent(new MeloCallJoinEvent(room, options))) return undefined;
  try {
    await calls.join(room, options);
  } catch (error) {
    const { text, how } = callErrorWords(MeloError.from(error).toInfo());
    return [text, how].filter(Boolean).join(" ");
  }
  await calls.dismiss(id).catch(() => undefined); // it is told once more, by what rings
  host.dispatchEvent(new MeloCallOpenEvent(calls.state.call?.roomId ?? room));
  return undefined;
}
