const channel = new MessageChannel();
const due: (() => void)[] = [];
channel.port1.onmessage = () => due.shift()?.();

/** Runs `work` in a task of its own. Unlike a timer's, it is not put off in a hidden tab, which may be the one that the visible ones follow. */
export function afterThisTask(work: () => void): void {
  due.push(work);
  channel.port2.postMessage(null);
}

/** Makes of many calls one call of `work`, in a task of its own. */
export function coalesced(work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    afterThisTask(() => {
      isDue = false;
      work();
    });
  };
}

/** Lets everything else that waits for the main thread go first. */
export function nextTask(): Promise<void> {
  return new Promise(afterThisTask);
}
