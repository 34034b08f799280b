import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const WIDTH = 320;
const HEIGHT = 240;
const FRAMES = 10;
/** Frames a second; a few are enough, and cost the machine less. */
const RATE = 10;

/** What the cameras of a test show: far enough from each other to be told apart after encoding. In the limited range of BT.601. */
export const COLOURS = {
  red: [82, 90, 240],
  green: [145, 54, 34],
  blue: [60, 230, 110],
  yellow: [210, 16, 146],
} as const satisfies Record<string, readonly [y: number, u: number, v: number]>;

export type Colour = keyof typeof COLOURS;

/** Writes a short film in one colour, with a bar that moves so that every frame is a new one, and resolves with its path. */
export async function cameraFile(folder: string, colour: Colour): Promise<string> {
  const [luma, blue, red] = COLOURS[colour];
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < FRAMES; frame++) {
    const lines = Buffer.alloc(WIDTH * HEIGHT, luma);
    const top = Math.floor((frame * HEIGHT) / FRAMES);
    lines.fill(luma - 30, top * WIDTH, (top + HEIGHT / FRAMES) * WIDTH);
    const quarter = (WIDTH * HEIGHT) / 4;
    parts.push(Buffer.from("FRAME\n"), lines, Buffer.alloc(quarter, blue), Buffer.alloc(quarter, red));
  }
  const path = join(folder, `camera-${colour}.y4m`);
  await writeFile(path, Buffer.concat(parts));
  return path;
}
