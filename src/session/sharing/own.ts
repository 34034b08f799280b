/**
 * Waits until this tab is the only one to own `name`, and runs `work` then; the next tab's turn comes when its promise settles, or when this tab is gone, however
 * it went. Resolves then. Rejects with the signal's reason when it aborts while this tab still waits. Web Locks API.
 */
export async function own(name: string, work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  await navigator.locks.request(name, { mode: "exclusive", signal }, () => work(signal));
}
