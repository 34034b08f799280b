import { CALL_POWER_LEVELS } from "./call-power-levels.ts";
import { HomeserverApi, HomeserverError } from "./homeserver-api.ts";
import type { Seed } from "./seed.ts";

/** A space with voice channels in it, for the page of voices. */
export interface Village {
  readonly alias: string;
  readonly roomId: string;
  readonly name: string;
  readonly channels: readonly { readonly roomId: string; readonly alias: string; readonly name: string }[];
}

const CHANNELS = [
  { alias: "kitchen", name: "Kitchen table" },
  { alias: "bench", name: "Bench under the quince tree" },
] as const;

/** Makes the village with everybody in it, or finds the one of an earlier start; what an interrupted start left is completed. */
export async function seedVillage(address: string, { users }: Seed): Promise<Village> {
  const people: HomeserverApi[] = [];
  for (const { username, password } of users) people.push(await new HomeserverApi(address).enter(username, password));
  const [owner] = people;
  if (!owner) throw new Error("Nobody lives in the village.");
  const server = owner.userId.slice(owner.userId.indexOf(":") + 1);
  const guests = people.slice(1);
  const space = { name: "Village", room_alias_name: "village", preset: "private_chat", creation_content: { type: "m.space" } };
  const roomId = await findOrCreate(owner, guests, `#village:${server}`, space);
  const channels: Village["channels"][number][] = [];
  for (const [index, { alias: local, name }] of CHANNELS.entries()) {
    const alias = `#${local}:${server}`;
    const id = await findOrCreate(owner, guests, alias, {
      name,
      room_alias_name: local,
      preset: "private_chat",
      creation_content: { type: "org.matrix.msc3417.call" },
      power_level_content_override: { events: CALL_POWER_LEVELS },
      initial_state: [
        { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
        { type: "m.space.parent", state_key: roomId, content: { via: [server], canonical: true } },
      ],
    });
    const child = `/rooms/${encodeURIComponent(roomId)}/state/m.space.child/${encodeURIComponent(id)}`;
    await owner.call("PUT", child, { via: [server], order: String(index) });
    channels.push({ roomId: id, alias, name });
  }
  for (const api of people) await api.call("POST", "/logout");
  return { alias: `#village:${server}`, roomId, name: space.name, channels };
}

async function findOrCreate(owner: HomeserverApi, guests: readonly HomeserverApi[], alias: string, creation: object): Promise<string> {
  const known = await owner.call<{ room_id: string }>("GET", `/directory/room/${encodeURIComponent(alias)}`).catch((error: unknown) => {
    if (error instanceof HomeserverError && error.errcode === "M_NOT_FOUND") return undefined;
    throw error;
  });
  const invite = guests.map(({ userId }) => userId);
  const { room_id: roomId } = known ?? (await owner.call<{ room_id: string }>("POST", "/createRoom", { ...creation, invite }));
  for (const guest of guests) await guest.call("POST", `/join/${encodeURIComponent(roomId)}`, {});
  return roomId;
}
