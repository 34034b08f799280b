import { decodeQR } from "qr/decode.js";

/** Larger pictures are made smaller before they are read, in pixels: it is faster, and the codes of screens are large. */
const LONGEST_SIDE = 1000;

/** The bytes of the QR code in a picture; `undefined` if there is none that can be read. */
export function readQrCode(picture: HTMLVideoElement | ImageBitmap): Uint8Array<ArrayBuffer> | undefined {
  const [width, height] = picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const parts: Uint8Array[] = [];
  const textDecoder = (bytes: Uint8Array): string => {
    parts.push(bytes.slice());
    return "";
  };
  try {
    decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), { textDecoder });
  } catch {
    return undefined;
  }
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all.length > 0 ? all : undefined;
}
