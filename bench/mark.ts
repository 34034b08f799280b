/** Begins every message that is waited for. A word that no page says by itself: what a page writes about a room must not pass for a message. */
export const MARK = "zephyr";
