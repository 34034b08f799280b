// A worker as Vite bundles it.
declare module "livekit-client/e2ee-worker?worker" {
  const worker: new () => Worker;
  export default worker;
}
