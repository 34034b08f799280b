/**
 * Gives a page a screen to share on which something moves. That of a browser without a window is black and still, and some of its captures never get a first picture.
 * Goes into a page as a whole (`addInitScript`), so it uses nothing of this file.
 */
export function installScreen(): void {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
    const context = canvas.getContext("2d")!;
    let step = 0;
    const draw = (): void => {
      context.fillStyle = "blue";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = "white";
      context.fillRect((step++ * 16) % canvas.width, 0, 64, canvas.height);
    };
    draw();
    const timer = setInterval(draw, 100);
    const stream = canvas.captureStream(10);
    const [track] = stream.getVideoTracks();
    const stop = track!.stop.bind(track);
    track!.stop = () => {
      clearInterval(timer);
      stop();
    };
    return stream;
  };
}
