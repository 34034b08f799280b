const told = new Set<string>();

/**
 * Tells the page's owner, once per sentence, what to change on their page. The only place where melo writes to the console:
 * a visitor can do nothing about such a mistake, and the owner may never see what a visitor sees.
 */
export function tellOwner(sentence: string): void {
  if (told.has(sentence)) return;
  told.add(sentence);
  // oxlint-disable-next-line no-console
  console.error(sentence);
}
