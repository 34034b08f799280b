import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "./icon.js";
import { Eye, EyeOff } from "./icons.js";

interface KeyField {
  readonly label: string;
  readonly busy: boolean;
  readonly invalid: boolean;
  readonly shown: boolean;
  /** Without it, what is typed is always shown. */
  readonly onReveal?: () => void;
}

/** A field for a key, or a part of one. What is wrong with it stands in `#problem`. */
export function keyField({ label, busy, invalid, shown, onReveal }: KeyField): TemplateResult {
  return html`<div>
    <label for="typed">${label}</label>
    <div class="field">
      <input
        id="typed"
        type=${shown || !onReveal ? "text" : "password"}
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        ?readonly=${busy}
        aria-invalid=${invalid}
        aria-describedby="problem"
      />
      ${
        onReveal
          ? html`<button type="button" class="square" aria-label=${msg("Show what I type")} aria-pressed=${shown} @click=${onReveal}>
            ${icon(shown ? EyeOff : Eye)}
          </button>`
          : nothing
      }
    </div>
  </div>`;
}
