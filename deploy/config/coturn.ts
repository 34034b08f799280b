/** All in which one TURN server of melo differs from another. */
export interface CoturnSettings {
  /** The name in its certificate. */
  readonly host: string;
  readonly bind?: string;
  readonly ports: { readonly plain: number; readonly tls: number; readonly relayFrom: number; readonly relayTo: number };
  /** The address that it relays from and to: the SFU's. */
  readonly address: string;
  readonly secret: string;
  readonly certificate: string;
  readonly key: string;
  /** For tests, whose SFU is on a loopback address. */
  readonly loopback?: boolean;
}

/** Everything that is no public address: a relay into it would open the server's own network (CVE-2020-26262, LiveKit 1.12.0's notes). */
const PRIVATE = [
  "0.0.0.0-0.255.255.255",
  "10.0.0.0-10.255.255.255",
  "100.64.0.0-100.127.255.255",
  "127.0.0.0-127.255.255.255",
  "169.254.0.0-169.254.255.255",
  "172.16.0.0-172.31.255.255",
  "192.0.0.0-192.0.0.255",
  "192.168.0.0-192.168.255.255",
  "198.18.0.0-198.19.255.255",
  "224.0.0.0-255.255.255.255",
  "::1",
  "64:ff9b::-64:ff9b::ffff:ffff",
  "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

/** `turnserver.conf`. */
export function coturnConfig(settings: CoturnSettings): string {
  const { ports } = settings;
  return [
    "# Made by deploy/init out of deploy/.env: a change here is lost the next time it runs.",
    // First: until it is read, coturn writes to a file.
    "log-file=stdout",
    "simple-log",
    `realm=${settings.host}`,
    ...(settings.bind ? [`listening-ip=${settings.bind}`, `relay-ip=${settings.bind}`] : []),
    `listening-port=${ports.plain}`,
    `tls-listening-port=${ports.tls}`,
    `min-port=${ports.relayFrom}`,
    `max-port=${ports.relayTo}`,
    ...(settings.bind ? [] : [`external-ip=${settings.address}`]),
    "use-auth-secret",
    `static-auth-secret=${settings.secret}`,
    `cert=${settings.certificate}`,
    `pkey=${settings.key}`,
    "fingerprint",
    "no-cli",
    "no-multicast-peers",
    ...(settings.loopback ? ["allow-loopback-peers", `allowed-peer-ip=${settings.address}`] : []),
    ...PRIVATE.map((range) => `denied-peer-ip=${range}`),
    "user-quota=24",
    "total-quota=1200",
    "",
  ].join("\n");
}
