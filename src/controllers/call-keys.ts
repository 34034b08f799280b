/** Kinds of `<input>` in which letters are not typed. */
const NOT_TYPED = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);
const TYPED_ROLES = new Set(["textbox", "searchbox", "combobox", "spinbutton", "listbox", "menu", "menubar", "menuitem", "tree", "grid"]);
const MODIFIERS = ["Control", "Shift", "Alt", "Meta"] as const;

/** Whether the pressed key is the one that `keys` names: `m`, `Control+Shift+M`, `Space`. Letters are meant by what they write, whatever the layout; modifiers have to be just these. */
export function keyMatches(event: KeyboardEvent, keys: string): boolean {
  const parts = keys
    .trim()
    .split("+")
    .map((part) => part.trim());
  const key = parts.at(-1) ?? "";
  if (!key || key.toLowerCase() === "off") return false;
  const wanted = new Set(parts.slice(0, -1).map((part) => (part.toLowerCase() === "ctrl" ? "control" : part.toLowerCase())));
  const held = { Control: event.ctrlKey, Shift: event.shiftKey, Alt: event.altKey, Meta: event.metaKey };
  const modifiersFit = MODIFIERS.every((name) => held[name] === wanted.has(name.toLowerCase()));
  const pressed = event.key === " " ? "space" : event.key.toLowerCase();
  return modifiersFit && pressed === key.toLowerCase();
}

/** Whether the key goes into a field: also inside shadow roots, and in what the page lets people edit. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || document.designMode === "on") return true;
  const [inner] = event.composedPath();
  if (!(inner instanceof Element)) return false;
  if (inner instanceof HTMLInputElement) return !NOT_TYPED.has(inner.type);
  if (inner instanceof HTMLTextAreaElement || inner instanceof HTMLSelectElement) return true;
  if (inner instanceof HTMLElement && inner.isContentEditable) return true;
  if (inner instanceof HTMLIFrameElement || inner.localName === "embed" || inner.localName === "object") return true;
  if (TYPED_ROLES.has(inner.getAttribute("role") ?? "")) return true;
  return inner.localName.includes("-") && !inner.shadowRoot; // a closed shadow root: there may be a field in it
}

/** Whether the key operates what has the focus: Space and Enter press buttons and follow links. */
export function isOperated(event: KeyboardEvent): boolean {
  if (event.key !== " " && event.key !== "Enter") return false;
  const [inner] = event.composedPath();
  return (
    inner instanceof Element &&
    inner.closest("button, a[href], summary, input, [role=button], [role=link], [role=checkbox], [role=switch]") !== null
  );
}
