/** As EVENT_LEVELS of src has them: everybody in the room may be in its call (MSC3401, MSC4143). */
export const CALL_POWER_LEVELS = {
  "m.room.name": 50,
  "m.room.avatar": 50,
  "m.room.canonical_alias": 50,
  "m.room.power_levels": 100,
  "m.room.history_visibility": 100,
  "m.room.encryption": 100,
  "m.room.server_acl": 100,
  "m.room.tombstone": 100,
  "org.matrix.msc3401.call.member": 0,
  "org.matrix.msc4143.rtc.member": 0,
  "m.call.member": 0,
  "m.rtc.member": 0,
};
