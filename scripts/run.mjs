// The first step of every command that has to work in a fresh clone, on whatever Node the machine has (20 or newer):
// installs the dependencies when they are missing or old, then runs the named script on the project's own Node.
//
//   node scripts/run.mjs demo/stack/main.ts --json

const major = Number(process.versions.node.split(".")[0]);
if (major < 20) {
  process.stderr.write(
    `melo needs Node 20 or newer, and this is ${process.version}: install it from https://nodejs.org and start again.\n`,
  );
  process.exit(1);
}

const { ensureDependencies } = await import("./dependencies.mjs");
const { runProjectNode } = await import("./project-node.mjs");
try {
  await ensureDependencies();
  process.exitCode = await runProjectNode(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
