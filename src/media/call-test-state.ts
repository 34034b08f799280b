import type { ErrorInfo, MeloErrorCode } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

/** What a test of calls looks at, in this order. */
export const CALL_TEST_STEPS = [
  "browser",
  "devices",
  "permission",
  "level",
  "echo",
  "encryption",
  "service",
  "sfu",
  "udp",
  "tcp",
  "turn",
  "loss",
] as const;
export type CallTestStep = (typeof CALL_TEST_STEPS)[number];

/** `impossible`: it could not be looked at here and now, which is no fault. */
export type CallTestVerdict = "well" | "attention" | "wrong" | "impossible";

/** Why a step has its verdict, in one word. Elements have a sentence and a remedy for each. */
export type CallTestReason =
  | "well"
  /** The page is not served securely, so that the browser gives it no devices. */
  | "not-secure"
  /** The browser has no WebRTC, or the page may not use it. */
  | "no-webrtc"
  /** The browser cannot encrypt frames before they leave. */
  | "no-frame-encryption"
  | "no-microphone"
  | "no-camera"
  | "microphone-denied"
  | "microphone-busy"
  | "camera-denied"
  | "camera-busy"
  /** The microphone gives sound, and nobody was heard. */
  | "quiet"
  /** The microphone gives nothing, not even noise: a switch, or the system, has muted it. */
  | "dead"
  /** The microphone hears the speaker. */
  | "echo"
  /** The worker that encrypts did not start. */
  | "no-worker"
  /** The account is in no room yet, and access to calls is given by room. */
  | "no-room"
  /** The service for calls gives access to calls only, not to tests. */
  | "no-tests"
  /** The service for calls gives no access; `error` says why. */
  | "refused"
  /** Something that has no word of its own; `error` has one. */
  | "failed"
  /** The SFU does not answer. */
  | "unreachable"
  /** Nothing comes through by this way. */
  | "blocked"
  /** The SFU offers no such way. */
  | "not-offered"
  /** Connected, and what was sent could not be decoded at the other end. */
  | "silent"
  /** The account may listen at this SFU, and not speak. */
  | "may-not-publish"
  /** Packets are lost. */
  | "lossy"
  /** Packets take long. */
  | "slow"
  /** Packets come unevenly. */
  | "uneven"
  /** No way carries sound and pictures. */
  | "no-way"
  /** A call is under way, and the test would disturb it. */
  | "in-call"
  /** What this step needs has failed. */
  | "needs-other";

/** What was measured. */
export interface CallTestFigures {
  readonly microphones?: number;
  readonly cameras?: number;
  readonly speakers?: number;
  /** The loudest that was heard, 0 to 1. */
  readonly level?: number;
  /** How far the tone stood out in the microphone, in dB. */
  readonly echo?: number;
  /** Until connected, in ms. */
  readonly connected?: number;
  /** Lost packets, 0 to 1. */
  readonly loss?: number;
  /** To the SFU and back, in ms. */
  readonly roundTrip?: number;
  /** In ms. */
  readonly jitter?: number;
  /** How the relay is reached. */
  readonly relay?: "udp" | "tcp" | "tls";
  /** Which way the figures are of. */
  readonly way?: "udp" | "tcp" | "turn";
}

export interface CallTestFinding {
  readonly step: CallTestStep;
  readonly verdict: CallTestVerdict;
  readonly reason: CallTestReason;
  readonly figures?: CallTestFigures;
  /** With `refused`, `unreachable` and `failed`. */
  readonly error?: MeloErrorCode;
}

export interface CallTestState {
  /** `stopped`: taken back by the visitor, or ended by a call that began; `findings` has what was seen until then. `failed`: its code could not be loaded. */
  readonly status: "idle" | "running" | "done" | "stopped" | "failed";
  /** What is looked at now. */
  readonly step?: CallTestStep;
  /** Of the steps so far. */
  readonly findings: readonly CallTestFinding[];
  /** How loud the microphone is, 0 to 1, while it is listened to. */
  readonly level?: number;
  /** When it began, in ms since 1970. */
  readonly startedAt?: number;
  /** It was `stopped` by a call. */
  readonly stoppedByCall?: boolean;
  readonly error?: ErrorInfo;
}

export const INITIAL_CALL_TEST: CallTestState = Object.freeze({ status: "idle", findings: Object.freeze([]) });

export interface CallTestOptions {
  /** By whose room access to the SFU is asked for: an id or alias. Nobody in the room notices. Default: any room that the account is in. */
  readonly room?: string;
}

/**
 * Tries out everything that a call needs, from this page: devices, encryption, services, and the ways to the SFU, over which a tone and a picture are sent encrypted and decoded again. A call
 * that is under way is not disturbed: what would disturb it is left out.
 */
export interface CallTest extends Readable<CallTestState> {
  /** Begins anew. Call it from a click, so that the browser plays the tone. Resolves when the test has ended; does nothing while one runs. Never rejects for what it finds. */
  start(options?: CallTestOptions): Promise<void>;
  /** Stops, and lets go of microphone and connections. */
  stop(): Promise<void>;
}
