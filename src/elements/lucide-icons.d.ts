/** Lucide ships one module per icon, and types only for the whole set at once. */
declare module "lucide/dist/esm/icons/*.mjs" {
  import type { IconNode } from "lucide";

  const node: IconNode;
  export default node;
}
