/** What was typed and not sent, per room: kept encrypted, so that it survives a reload. */
export interface Drafts {
  /** The kept text, or an empty string. Never rejects: a draft that cannot be read is an empty one. */
  load(roomReference: string): Promise<string>;
  /** An empty text forgets the draft. Never rejects. */
  save(roomReference: string, text: string): Promise<void>;
}
