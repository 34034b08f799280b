import type { IconNode } from "lucide";
import { nothing, svg, type SVGTemplateResult } from "lit";
import { ifDefined } from "lit/directives/if-defined.js";

/** Draws one Lucide icon at the size of the text. Decorative unless `label` is given. Style it by `controls.styles.ts`. */
export function icon(node: IconNode, label?: string): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" role=${label ? "img" : nothing} aria-label=${ifDefined(label)} aria-hidden=${label ? nothing : "true"}>${node.map(shape)}</svg>`;
}

function shape([tag, a]: IconNode[number]): SVGTemplateResult {
  const at = (name: string) => ifDefined(a[name]);
  switch (tag) {
    case "path":
      return svg`<path d=${at("d")}></path>`;
    case "circle":
      return svg`<circle cx=${at("cx")} cy=${at("cy")} r=${at("r")}></circle>`;
    case "rect":
      return svg`<rect x=${at("x")} y=${at("y")} width=${at("width")} height=${at("height")} rx=${at("rx")} ry=${at("ry")}></rect>`;
    case "line":
      return svg`<line x1=${at("x1")} x2=${at("x2")} y1=${at("y1")} y2=${at("y2")}></line>`;
    case "ellipse":
      return svg`<ellipse cx=${at("cx")} cy=${at("cy")} rx=${at("rx")} ry=${at("ry")}></ellipse>`;
    case "polyline":
      return svg`<polyline points=${at("points")}></polyline>`;
    case "polygon":
      return svg`<polygon points=${at("points")}></polygon>`;
    default:
      return svg``;
  }
}
