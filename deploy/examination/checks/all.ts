import type { Check } from "../check.ts";
import { cors, tokenApiCors } from "./cors.ts";
import { clientDiscovery, serverDiscovery } from "./discovery.ts";
import { meloFiles, securityHeaders, wasm } from "./files.ts";
import {
  account,
  adminApi,
  clock,
  delayedEvents,
  homeserver,
  limits,
  registration,
  rtcTransports,
  slidingSync,
  stickyEvents,
} from "./homeserver.ts";
import { loopbackTcp, loopbackTurn, loopbackUdp } from "./loopback.ts";
import { dns, redirect, tls } from "./name.ts";
import { autoCreate, mediaTcp, mediaUdp, sfuConnection } from "./sfu.ts";
import { delayedLeaveTaken, foreignUsers, membersOnly, tokenApi, tokenApiRefusals } from "./token-api.ts";
import { turnPrivate, turnTls } from "./turn.ts";

/** Every check, in the order of a visitor's way: the name, the homeserver, the call, the page. What another one needs comes before it. */
export const CHECKS: readonly Check[] = [
  dns,
  tls,
  redirect,
  clientDiscovery,
  serverDiscovery,
  homeserver,
  clock,
  delayedEvents,
  stickyEvents,
  slidingSync,
  rtcTransports,
  registration,
  adminApi,
  cors,
  account,
  limits,
  tokenApi,
  tokenApiRefusals,
  tokenApiCors,
  membersOnly,
  foreignUsers,
  sfuConnection,
  mediaUdp,
  mediaTcp,
  turnTls,
  turnPrivate,
  loopbackUdp,
  loopbackTcp,
  loopbackTurn,
  autoCreate,
  delayedLeaveTaken,
  meloFiles,
  wasm,
  securityHeaders,
];
