import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CALL_POWER_LEVELS } from "./call-power-levels.ts";
import { HomeserverApi } from "./homeserver-api.ts";

export interface SeededUser {
  /** What one types to sign in: "alice". */
  readonly username: string;
  readonly userId: string;
  readonly password: string;
  readonly displayName: string;
}

export interface SeededRoom {
  readonly roomId: string;
  readonly alias: string;
  readonly name: string;
  readonly encrypted: boolean;
  readonly members: readonly string[];
}

export interface Seed {
  readonly users: readonly SeededUser[];
  readonly rooms: readonly SeededRoom[];
}

const USERS = ["Alice", "Bob", "Carol"];
const ROOMS = [
  { alias: "garden", name: "Garden", topic: "What grows, and what should", encrypted: true, members: ["alice", "bob", "carol"] },
  { alias: "square", name: "Square", topic: "Open to everyone, and not encrypted", encrypted: false, members: ["alice", "bob", "carol"] },
] as const;

/** The people and rooms that every stack begins with. Made once per state folder; what an interrupted first start left is completed. */
export async function seed(address: string, folder: string): Promise<Seed> {
  const file = join(folder, "seed.json");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  const passwords = await keptPasswords(folder);
  if (kept) return JSON.parse(kept) as Seed;
  const people = new Map<string, HomeserverApi>();
  const users: SeededUser[] = [];
  for (const displayName of USERS) {
    const username = displayName.toLowerCase();
    const password = passwords[username] ?? "";
    const api = await new HomeserverApi(address).enter(username, password);
    await api.call("PUT", `/profile/${encodeURIComponent(api.userId)}/displayname`, { displayname: displayName });
    people.set(username, api);
    users.push({ username, userId: api.userId, password, displayName });
  }
  const rooms: SeededRoom[] = [];
  for (const room of ROOMS) rooms.push(await seedRoom(room, people));
  // The tokens of the seeding would otherwise stand as nameless devices in everybody's list.
  for (const api of people.values()) await api.call("POST", "/logout");
  const result: Seed = { users, rooms };
  await writeFile(file, JSON.stringify(result), { mode: 0o600 });
  return result;
}

async function seedRoom(room: (typeof ROOMS)[number], people: ReadonlyMap<string, HomeserverApi>): Promise<SeededRoom> {
  const [owner, ...guests] = room.members.map((name) => people.get(name)).filter((api) => api !== undefined);
  if (!owner) throw new Error(`${room.name} has no owner`);
  const server = owner.userId.slice(owner.userId.indexOf(":") + 1);
  const alias = `#${room.alias}:${server}`;
  const known = await owner.call<{ room_id: string }>("GET", `/directory/room/${encodeURIComponent(alias)}`).catch(() => undefined);
  const { room_id: roomId } = known ?? (await owner.call<{ room_id: string }>("POST", "/createRoom", creation(room, guests)));
  for (const guest of guests) await guest.call("POST", `/join/${encodeURIComponent(roomId)}`, {});
  const members = room.members.map((name) => people.get(name)?.userId ?? name);
  return { roomId, alias, name: room.name, encrypted: room.encrypted, members };
}

function creation(room: (typeof ROOMS)[number], guests: readonly HomeserverApi[]): object {
  const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  return {
    name: room.name,
    topic: room.topic,
    room_alias_name: room.alias,
    preset: room.encrypted ? "private_chat" : "public_chat",
    invite: guests.map(({ userId }) => userId),
    power_level_content_override: { events: CALL_POWER_LEVELS },
    initial_state: room.encrypted ? [encryption] : [],
  };
}

/** Passwords are random per state folder: any page that this machine's browser visits can reach a server on localhost. */
async function keptPasswords(folder: string): Promise<Record<string, string>> {
  const file = join(folder, "passwords.json");
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  } catch {
    const passwords = Object.fromEntries(
      USERS.map((name) => [name.toLowerCase(), `${name.toLowerCase()}-${randomBytes(4).toString("hex")}`]),
    );
    await writeFile(file, JSON.stringify(passwords), { mode: 0o600 });
    return passwords;
  }
}
