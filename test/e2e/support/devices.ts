import type { Page } from "playwright-core";

/** Pulls the camera out, as far as the page can tell: its track ends, and it is neither listed nor found any more. Resolves with what plugs it in again. */
export async function pullOutCamera(page: Page): Promise<() => Promise<void>> {
  const plug = await page.evaluateHandle(() => {
    const devices = navigator.mediaDevices;
    let isGone = true;
    const get = devices.getUserMedia.bind(devices);
    const list = devices.enumerateDevices.bind(devices);
    devices.getUserMedia = async (constraints) => {
      if (isGone && constraints?.video) throw new DOMException("Requested device not found", "NotFoundError");
      return get(constraints);
    };
    devices.enumerateDevices = async () => (await list()).filter(({ kind }) => !isGone || kind !== "videoinput");
    const change = () => devices.dispatchEvent(new Event("devicechange"));
    for (const { track } of window.e2eConnections.senders()) {
      if (track?.kind !== "video") continue;
      track.stop();
      track.dispatchEvent(new Event("ended")); // stopping alone says nothing to the page
    }
    change();
    return () => {
      isGone = false;
      change();
    };
  });
  return () => plug.evaluate((plugIn) => plugIn());
}
