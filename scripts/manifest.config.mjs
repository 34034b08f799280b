/** Settings of the custom elements analyzer, for scripts/manifest.ts. */
export default {
  globs: ["src/elements/melo-*.ts"],
  exclude: ["**/*.styles.ts"],
  litelement: true,
  packagejson: false, // else it rewrites package.json at every run
};
