import { MeloError } from "../internal/errors.js";

/** Appendices of the specification, "User Identifiers", with the historical ones. */
const USER_ID = /^@[^\s:\0]{0,240}:[a-z0-9.[\]:-]{1,230}$/i;

/** Throws `user-invalid` for what is not a user id. */
export function assertUserId(userId: string): void {
  if (USER_ID.test(userId) && userId.length <= 255) return;
  throw new MeloError("user-invalid", `"${userId.slice(0, 80)}" is not a user id (@name:server).`);
}
