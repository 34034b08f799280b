/** How often a fake picture moves, per second: enough to see that it lives, and little work for sixteen of them. */
const RATE = 4;

/** Shows a drawing that moves in a video element, as a camera or a screen does; until the returned function is called. `screen`: lines of writing instead of hills. */
export function showPicture(element: HTMLVideoElement, name: string): () => void {
  const isScreen = name.includes("screen");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = isScreen ? [960, 540] : [320, 200];
  const context = canvas.getContext("2d")!;
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  let count = 0;
  const draw = (): void => (isScreen ? drawScreen(context, hue, count++) : drawCamera(context, hue, count++));
  draw();
  const stream = canvas.captureStream(RATE);
  element.srcObject = stream;
  void element.play().catch(() => undefined); // a video that is taken away at once
  const timer = setInterval(draw, 1000 / RATE);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    element.srcObject = null;
  };
}

function drawCamera(context: CanvasRenderingContext2D, hue: number, count: number): void {
  const { width, height } = context.canvas;
  context.fillStyle = `oklch(0.62 0.06 ${hue})`;
  context.fillRect(0, 0, width, height);
  context.fillStyle = `oklch(0.36 0.05 ${hue + 60})`;
  ellipse(context, width / 2 + Math.sin(count / 4) * 6, height * 1.05, width * 0.32, height * 0.42);
  context.fillStyle = `oklch(0.78 0.06 ${hue + 20})`;
  ellipse(context, width / 2 + Math.sin(count / 4) * 8, height * 0.42, width * 0.12, height * 0.24);
}

function drawScreen(context: CanvasRenderingContext2D, hue: number, count: number): void {
  const { width, height } = context.canvas;
  context.fillStyle = "oklch(0.97 0.005 250)";
  context.fillRect(0, 0, width, height);
  context.fillStyle = `oklch(0.5 0.1 ${hue})`;
  context.fillRect(0, 0, width, 44);
  context.fillStyle = "oklch(0.45 0.02 260)";
  for (let line = 0; line < 14; line++) context.fillRect(60, 84 + line * 30, 200 + ((line * 137 + hue) % 520), 10);
  context.fillStyle = `oklch(0.6 0.15 ${hue})`;
  context.fillRect(60, 84 + (count % 14) * 30, 12, 12);
}

function ellipse(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.ellipse(x, y, width, height, 0, 0, Math.PI * 2);
  context.fill();
}
