import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";

import { fieldsOf, textIn } from "./event-content.js";

/** The id of the event that `event` edits; `undefined` if it is no edit. The relation is in clear also where the content is not. */
export function editedId(event: MatrixEvent): string | undefined {
  if (event.isState() || event.isRedacted()) return undefined;
  const relation = fieldsOf(fieldsOf(event.getWireContent())["m.relates_to"]);
  return textIn(relation, "rel_type") === "m.replace" ? textIn(relation, "event_id") : undefined;
}

/**
 * The newest of `edits` that may replace what `original` says: of the same sender and type, no edit of an edit, and encrypted if the original is (CVE-2026-45057).
 * Client-server specification, "Validity of replacement events".
 */
export function newestEdit(original: MatrixEvent, edits: readonly MatrixEvent[]): MatrixEvent | undefined {
  if (original.isState() || editedId(original) !== undefined) return undefined;
  return edits
    .filter((edit) => isValid(original, edit))
    .reduce<MatrixEvent | undefined>((newest, edit) => (newest && !isNewer(edit, newest) ? newest : edit), undefined);
}

function isValid(original: MatrixEvent, edit: MatrixEvent): boolean {
  return (
    editedId(edit) === original.getId() &&
    edit.getSender() === original.getSender() &&
    edit.getRoomId() === original.getRoomId() &&
    edit.getType() === original.getType() &&
    edit.isEncrypted() === original.isEncrypted() &&
    !edit.isDecryptionFailure() &&
    textIn(fieldsOf(fieldsOf(edit.getOriginalContent())["m.new_content"]), "body") !== undefined
  );
}

function isNewer(one: MatrixEvent, other: MatrixEvent): boolean {
  return one.getTs() === other.getTs() ? (one.getId() ?? "") > (other.getId() ?? "") : one.getTs() > other.getTs();
}
