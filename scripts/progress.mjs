// Everything that is said while something goes on goes to stderr, so that stdout stays free for results (`--json`).

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Carries out one step that may take long, and shows that it is alive: a running clock in a terminal, a line every ten seconds elsewhere.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export async function longStep(title, step) {
  const begin = Date.now();
  const seconds = () => `${Math.round((Date.now() - begin) / 1000)} s`;
  const terminal = process.stderr.isTTY;
  if (!terminal) say(`${title} …`);
  const clock = terminal
    ? setInterval(() => process.stderr.write(`\r${title} … ${seconds()} `), 200)
    : setInterval(() => say(`${title} … ${seconds()}`), 10_000);
  try {
    const result = await step();
    if (terminal) process.stderr.write("\r\x1b[K");
    say(`${title}: done in ${seconds()}`);
    return result;
  } catch (error) {
    if (terminal) process.stderr.write("\n");
    throw error;
  } finally {
    clearInterval(clock);
  }
}
