/** A transaction id that no other tab or device makes: 128 random bits. Client-server specification, "Transaction identifiers". */
export function newTransactionId(): string {
  return `melo-${crypto.randomUUID()}`;
}
