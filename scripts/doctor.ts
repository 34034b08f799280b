// `npm run doctor`: the doctor (deploy/examination), on what `npm start` runs on this machine; with arguments, on whatever they name: `npm run doctor -- example.org`.

import { DEFAULT_BASE, PORTS } from "../demo/stack/ports.ts";
import { buildLoopbackPage } from "./loopback-page.ts";

const localhost = (port: keyof typeof PORTS) => `http://localhost:${DEFAULT_BASE + PORTS[port]}`;
if (process.argv.length === 2) process.argv.push(localhost("homeserver"), "--local", "--files", `${localhost("cdn")}/`);
await buildLoopbackPage();
await import("../deploy/examination/melo-doctor.ts");
