import { msg, str } from "@lit/localize";

import type { CallTestFigures, CallTestFinding, CallTestState, CallTestStep, CallTestVerdict } from "../media/call-test-state.js";
import { callErrorWords, type CallWords } from "./call-words.js";

/** What a step looks at. */
export function testStepWords(step: CallTestStep): string {
  switch (step) {
    case "browser":
      return msg("Browser");
    case "devices":
      return msg("Devices");
    case "permission":
      return msg("Permission");
    case "level":
      return msg("Microphone");
    case "echo":
      return msg("Echo");
    case "encryption":
      return msg("Encryption");
    case "service":
      return msg("Access to calls");
    case "sfu":
      return msg("Call server");
    case "udp":
      return msg("Straight way (UDP)");
    case "tcp":
      return msg("Second way (TCP)");
    case "turn":
      return msg("Detour (TURN)");
    case "loss":
      return msg("Quality");
  }
}

/** What the visitor may have to do while a step runs. */
export function testingWords(step: CallTestStep): string {
  switch (step) {
    case "permission":
      return msg("The browser asks whether this page may use them. Allow it.");
    case "level":
      return msg("Say something.");
    case "echo":
      return msg("You hear some tones. Stay quiet for a moment.");
    case "udp":
    case "tcp":
    case "turn":
      return msg("Sending a tone and a picture there and back…");
    default:
      return msg("Looking…");
  }
}

export function testVerdictWords(verdict: CallTestVerdict): string {
  switch (verdict) {
    case "well":
      return msg("Well");
    case "attention":
      return msg("Could be better");
    case "wrong":
      return msg("Wrong");
    case "impossible":
      return msg("Not looked at");
  }
}

/** How it stands with all that was looked at. */
export function testSummaryWords({ status, findings, stoppedByCall, error }: CallTestState): string {
  if (status === "stopped") {
    return stoppedByCall
      ? msg("Stopped, because a call began. What was seen until then is below.")
      : msg("Stopped. What was seen until then is below.");
  }
  if (status === "failed") return error ? callErrorWords(error).text : msg("The test did not work.");
  const has = (wanted: CallTestVerdict): boolean => findings.some(({ verdict }) => verdict === wanted);
  if (has("wrong")) return msg("Something stands in the way of calls here.");
  if (findings.some(({ reason }) => reason === "in-call")) return msg("You are in a call, so only what does not disturb it was looked at.");
  if (has("attention")) return msg("Calls work here, and could be better.");
  return findings.some(({ step, verdict }) => step === "loss" && verdict === "well")
    ? msg("Calls work here.")
    : msg("Nothing is wrong as far as could be seen.");
}

/** What was seen, and what to do about it. */
export function findingWords(finding: CallTestFinding): CallWords {
  const { reason, step, error } = finding;
  switch (reason) {
    case "well":
      return { text: wellWords(finding) };
    case "not-secure":
      return {
        text: msg("The browser gives microphones and cameras only to pages served over https."),
        how: msg("Tell whoever runs this page."),
      };
    case "no-webrtc":
      return { text: msg("This browser does not let this page make calls."), how: msg("Try a newer browser, or open the page by itself.") };
    case "no-frame-encryption":
      return { text: msg("This browser cannot encrypt calls."), how: msg("Try a newer one.") };
    case "no-microphone":
      return { text: msg("There is no microphone."), how: msg("Connect one to be heard. You can listen without it.") };
    case "no-camera":
      return { text: msg("There is no camera."), how: msg("Connect one to be seen. Calls work without it.") };
    case "microphone-denied":
      return callErrorWords({ code: "microphone-denied", message: "" });
    case "microphone-busy":
      return callErrorWords({ code: "microphone-busy", message: "" });
    case "camera-denied":
      return callErrorWords({ code: "camera-denied", message: "" });
    case "camera-busy":
      return callErrorWords({ code: "camera-busy", message: "" });
    case "quiet":
      return {
        text: msg("The microphone works, and nobody was heard."),
        how: msg("Speak while it listens, come closer, or choose another one."),
      };
    case "dead":
      return {
        text: msg("The microphone gives no sound at all."),
        how: msg("Look for a switch on it, or whether the system has muted it."),
      };
    case "echo":
      return {
        text: msg("The microphone hears the speaker, so the others hear themselves."),
        how: msg("Use headphones, or turn the speaker down."),
      };
    case "no-worker":
      return {
        text: msg("The part that encrypts calls did not start."),
        how: msg("Reload the page. If it stays like this, tell whoever runs the page: its security policy needs worker-src."),
      };
    case "no-room":
      return { text: msg("Access to calls is given by room, and you are in none."), how: msg("Join a room, then test again.") };
    case "no-tests":
      return {
        text: msg("The service for calls gives access to calls only, not to tests."),
        how: msg("Join a call to see whether it works. Whoever runs the server can update the service."),
      };
    case "unreachable":
      return {
        text: msg("The call server does not answer."),
        how: msg("Check your connection. If other pages work, tell whoever runs the server."),
      };
    case "refused":
    case "failed":
      return callErrorWords({ code: error ?? "unknown", message: "" });
    case "blocked":
      return blockedWords(finding);
    case "not-offered":
      return {
        text: msg("The server offers no detour."),
        how: msg("Only networks that let out nothing but web pages need it. Whoever runs the server can set up TURN over TLS for them."),
      };
    case "silent":
      return {
        text: msg("There is a way, and what was sent did not arrive in one piece."),
        how: msg("Try again. If it stays like this, tell whoever runs the server."),
      };
    case "may-not-publish":
      return { text: msg("This server lets you listen, and not speak."), how: msg("Your own server's calls are not affected.") };
    case "lossy":
      return { text: msg("Parts of what is sent are lost."), how: network() };
    case "slow":
      return { text: msg("What is sent takes long to arrive."), how: network() };
    case "uneven":
      return { text: msg("What is sent arrives unevenly."), how: network() };
    case "no-way":
      return { text: msg("Neither sound nor pictures get through from here."), how: msg("Try another network. Some block calls.") };
    case "in-call":
      return { text: msg("Not while you are in a call: it would be disturbed.") };
    case "needs-other":
      return { text: step === "level" || step === "echo" ? msg("It takes a microphone.") : msg("It takes what was not well before.") };
  }
}

/** What was measured, for those who want to know; empty where nothing was. */
export function figureWords({ connected, loss, roundTrip, jitter, relay }: CallTestFigures = {}): string {
  const percent = loss === undefined ? "" : (loss * 100).toFixed(loss > 0 && loss < 0.1 ? 1 : 0);
  return [
    connected === undefined ? "" : msg(str`connected in ${connected} ms`),
    roundTrip === undefined ? "" : msg(str`${roundTrip} ms there and back`),
    jitter === undefined ? "" : msg(str`${jitter} ms uneven`),
    percent ? msg(str`${percent} % lost`) : "",
    relay === undefined ? "" : msg(str`relayed over ${relay.toUpperCase()}`),
  ]
    .filter((words) => words !== "")
    .join(" · ");
}

function wellWords({ step, figures = {} }: CallTestFinding): string {
  switch (step) {
    case "browser":
      return msg("It can make encrypted calls.");
    case "devices": {
      const { microphones = 0, cameras = 0, speakers = 0 } = figures;
      const parts = [
        msg(str`Microphones: ${microphones}.`),
        msg(str`Cameras: ${cameras}.`),
        speakers ? msg(str`Speakers: ${speakers}.`) : "",
      ];
      return parts.filter((part) => part !== "").join(" ");
    }
    case "permission":
      return msg("This page may use them.");
    case "level":
      return msg("You were heard.");
    case "echo":
      return msg("The tones did not come back. If you heard them, the speaker works too.");
    case "encryption":
      return msg("The part that encrypts calls runs.");
    case "service":
      return msg("Your account is let in.");
    case "sfu":
      return msg("It answers.");
    case "udp":
    case "tcp":
    case "turn":
      return msg("What was sent came back, encrypted on its way.");
    case "loss":
      return msg("The connection is good enough for sound and pictures.");
  }
}

function blockedWords({ step, verdict }: CallTestFinding): CallWords {
  if (step === "udp") {
    return {
      text: msg("This network, or the server, lets no UDP through. Calls take another way, with gaps."),
      how: msg("Try another network. If it is the same there, whoever runs the server has to open its UDP port."),
    };
  }
  if (step === "turn") {
    const ofServer = msg("Whoever runs the server can see whether its TURN server runs, and whether its port is open.");
    return verdict === "attention"
      ? { text: msg("The server names a detour, which does not carry calls from here. They take another way."), how: ofServer }
      : {
          text: msg("The server names a detour, which does not carry calls from here."),
          how: `${msg("Try another network.")} ${ofServer}`,
        };
  }
  if (verdict === "attention") {
    return { text: msg("This way is closed. Calls take another one."), how: msg("Whoever runs the server may want to know.") };
  }
  return { text: msg("This way is closed."), how: msg("Try another network. Some block calls.") };
}

function network(): string {
  return msg("Come closer to the Wi-Fi, use a cable, or end what else uses the network.");
}
