/**
 * The headers of a page that melo runs on, as strict as melo can be run: `npm run test:deploy` has people chat and call under them. `host` is the page's own, with its port:
 * browsers do not all count a WebSocket of the page's own origin as `'self'`.
 */
export function pageHeaders(host: string): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      `connect-src 'self' wss://${host}`,
      "img-src 'self' blob:",
      "media-src 'self' blob:",
      "worker-src 'self' blob:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types lit-html dompurify melo",
    ].join("; "),
    "Permissions-Policy": [
      ...["camera", "microphone", "display-capture", "fullscreen", "autoplay", "picture-in-picture", "speaker-selection"].map(
        (name) => `${name}=(self)`,
      ),
      ...["geolocation", "payment", "usb", "serial", "hid", "midi", "browsing-topics"].map((name) => `${name}=()`),
    ].join(", "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
  };
}
