/** All in which one SFU of melo differs from another. */
export interface LivekitSettings {
  readonly bind: readonly string[];
  /** Signalling: WebSocket and the API, behind the web server. */
  readonly port: number;
  /** Media over UDP, all of it on this port, and over TCP for networks that let no UDP out. Browsers reach both without the web server. */
  readonly media: { readonly udp: number; readonly tcp: number };
  /** The address that browsers send media to. */
  readonly address: string;
  /** Whether `address` is a loopback address. */
  readonly loopback?: boolean;
  readonly logLevel?: "info" | "warn";
  readonly key: string;
  readonly secret: string;
  /** Where the token API is told who came and went: the address of its `/sfu_webhook`, of each replica. */
  readonly webhooks: readonly string[];
  /** A TURN server (coturn) that relays media over TLS for networks that let out nothing else. */
  readonly turn?: { readonly host: string; readonly port: number; readonly secret: string };
  /** What several nodes find each other by. */
  readonly redis?: { readonly address: string; readonly password?: string };
}

/** How long what TURN needs is valid, in s. */
const TURN_VALIDITY = 4 * 60 * 60;

/** `livekit.yaml`, as an object: JSON is YAML. */
export function livekitConfig(settings: LivekitSettings): object {
  const { turn, redis } = settings;
  return {
    port: settings.port,
    bind_addresses: settings.bind,
    rtc: {
      udp_port: settings.media.udp,
      tcp_port: settings.media.tcp,
      node_ip: settings.address,
      use_external_ip: false,
      ...(settings.loopback && {
        enable_loopback_candidate: true,
        ips: { includes: ["127.0.0.1/32"] }, // the TCP port cannot be bound to one address; it talks to those alone who were told a secret over the HTTP port
      }),
      // Without a list LiveKit has every browser ask Google's. Nobody needs STUN to reach a server with a public address: nobody listens on port 9, and nobody has to.
      stun_servers: [turn ? `${turn.host}:3478` : `${settings.address}:9`],
      ...(turn && { turn_servers: [{ host: turn.host, port: turn.port, protocol: "tls", secret: turn.secret, ttl: TURN_VALIDITY }] }),
    },
    keys: { [settings.key]: settings.secret },
    room: { auto_create: false }, // only the token API makes rooms, and it asks first who wants one
    webhook: { api_key: settings.key, urls: settings.webhooks },
    ...(redis && { redis: { address: redis.address, ...(redis.password && { password: redis.password }) } }),
    logging: { level: settings.logLevel ?? "info", pion_level: "error", json: true },
  };
}
