import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RoomServiceClient, type ParticipantInfo } from "livekit-server-sdk";
import type { BrowserContext } from "playwright-core";

import { findLivekit, VOICE_NEEDS } from "../../../demo/stack/livekit-binary.ts";
import { LiveKit } from "../../../demo/stack/livekit.ts";
import { findPortBase, PORTS, temporaryBase } from "../../../demo/stack/ports.ts";
import type { LiveKitInfo } from "../../../demo/stack/stack.ts";
import { atEnd } from "./at-end.ts";
import type { E2eEnvironment } from "./environment.ts";
import { ownTokenApi } from "./token-api.ts";

/** One more SFU with a token API of its own, beside those of the environment: what people of another deployment publish at. Its token API takes people of the same homeserver for its own. */
export class SecondSfu {
  readonly livekit: LiveKitInfo;
  /** `kill()` is a power cut. */
  readonly sfu: Pick<LiveKit, "kill" | "start">;

  private constructor(sfu: LiveKit, tokenService: string) {
    this.sfu = sfu;
    this.livekit = { url: sfu.url, address: sfu.address, apiKey: sfu.apiKey, apiSecret: sfu.apiSecret, tokenService };
  }

  static async start({ homeserver, serverName }: Pick<E2eEnvironment, "homeserver" | "serverName">): Promise<SecondSfu> {
    const binary = await findLivekit();
    if (!binary) throw new Error(VOICE_NEEDS);
    const base = await findPortBase(["tokenApi", "livekit", "livekitTcp", "livekitUdp"], undefined, temporaryBase());
    const folder = await mkdtemp(join(tmpdir(), "melo-second-sfu-"));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    const sfu = new LiveKit(binary, base, folder);
    await sfu.prepare();
    await sfu.start();
    atEnd(() => sfu.stop());
    const second = new SecondSfu(sfu, `http://localhost:${base + PORTS.tokenApi}`);
    // Where the SFU's webhooks go.
    await ownTokenApi(
      { homeserver, serverName, livekit: second.livekit },
      { TOKEN_API_LISTEN: `127.0.0.1:${base + PORTS.tokenApi}`, TOKEN_API_FOREIGN: "refuse" },
    );
    return second;
  }

  /** From now on the homeserver names this one to the visitor of that profile, as the homeserver of another deployment does. */
  async isNamedTo(context: BrowserContext): Promise<void> {
    const transport = { type: "livekit", livekit_service_url: this.livekit.tokenService };
    await context.route(/\/rtc\/transports$/, (route) => route.fulfill({ json: { rtc_transports: [transport] } }));
  }
}

/** Who is in the call of a Matrix room, as an SFU has it. */
export async function atSfu({ address, apiKey, apiSecret }: LiveKitInfo, roomId: string): Promise<ParticipantInfo[]> {
  const name = createHash("sha256")
    .update(JSON.stringify([roomId, "m.call#ROOM"]))
    .digest("base64")
    .replace(/=+$/, "");
  return new RoomServiceClient(address, apiKey, apiSecret).listParticipants(name);
}
