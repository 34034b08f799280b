/** Distance to what it belongs to, and to the edge of the window, in px. */
const GAP = 6;
const EDGE = 8;

/**
 * For the `beforetoggle` event of an element with `popover`: puts it beside its anchor, below if there is room, else above, and keeps it there while the page scrolls. By script, since
 * not every browser has CSS anchors.
 */
export function placeOnOpen(event: ToggleEvent, anchor: Element | undefined): void {
  const popover = event.target as HTMLElement;
  if (event.newState !== "open" || !anchor) return;
  const place = (): void => placeBeside(popover, anchor);
  requestAnimationFrame(place); // it has no size before it is open
  const listening = new AbortController();
  const { signal } = listening;
  addEventListener("scroll", place, { capture: true, passive: true, signal });
  addEventListener("resize", place, { signal });
  const handleToggle = ({ newState }: ToggleEvent): void => void (newState === "closed" && listening.abort());
  popover.addEventListener("toggle", handleToggle, { signal });
}

function placeBeside(popover: HTMLElement, anchor: Element): void {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const near = anchor.getBoundingClientRect();
  const own = popover.getBoundingClientRect();
  const fitsBelow = near.bottom + GAP + own.height <= Math.min(height, innerHeight) - EDGE;
  const top = fitsBelow ? near.bottom + GAP : Math.max(EDGE, near.top - GAP - own.height);
  const isRightToLeft = getComputedStyle(anchor).direction === "rtl";
  const left = isRightToLeft ? near.right - own.width : near.left;
  popover.style.setProperty("inset", "auto"); // by script, which a security policy against style attributes lets through
  popover.style.setProperty("top", `${top}px`);
  popover.style.setProperty("left", `${Math.max(EDGE, Math.min(left, width - own.width - EDGE))}px`);
}
