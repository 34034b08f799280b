import { pageHeaders } from "./page-headers.ts";

/** All in which one web server of melo differs from another. */
export interface CaddySettings {
  /** What browsers call the server: a host, with a port unless it is 443. */
  readonly host: string;
  readonly serverName: string;
  /** Where it listens; what reaches it from outside as 80 and 443. */
  readonly ports: { readonly http: number; readonly https: number; readonly health: number };
  readonly bind?: string;
  /** `acme`: certificates that all browsers trust, made and renewed by itself. `internal`: by an authority of its own, for tests. `files`: PEM files. */
  readonly tls:
    | { readonly kind: "acme"; readonly mail: string }
    | { readonly kind: "internal" }
    | { readonly kind: "files"; readonly certificate: string; readonly key: string };
  /** Further names to have a certificate for: the TURN server's. */
  readonly alsoNamed?: string;
  readonly upstreams: { readonly homeserver: string; readonly livekit: readonly string[]; readonly tokenApi: readonly string[] };
  /** Further processes of the homeserver, and a pattern of the paths that are theirs. */
  readonly workers?: { readonly upstreams: readonly string[]; readonly paths: string };
  /** Where the token API finds whichever LiveKit node answers. Never published. Only where there are several. */
  readonly anyLivekit?: { readonly host: string; readonly port: number };
  /** `melo`: the built bundle (dist/cdn). `site`: the page that greets visitors. */
  readonly folders: { readonly melo: string; readonly site: string };
  /** The operator's own: `*.host` goes into the host's block, before all else, and `*.site` beside it. */
  readonly own: string;
  /** Where certificates are kept, unless the environment says so. */
  readonly storage?: string;
}

/** A request whose upstream does not answer waits this long for it, so that a restart is a pause and not an error. */
const RETRY = ["lb_try_duration 5s", "lb_try_interval 250ms", "fail_duration 5s"];

/**
 * A request to one of several: one that refuses is left out at once, and all are asked again and again whether they are there, since whoever does not answer may be on a machine that says
 * nothing at all any more. What could not be begun is tried elsewhere; by a Caddy before 2.11 only if it has no body, so that whoever posts at the very moment in which one has died, and is not
 * yet left out, is answered 502 there, and asks again (melo does). No connection is kept: it may have died in the meantime, and then it is too late. `health`: how `/` is answered.
 */
function balanced(upstreams: readonly string[], indent: string, health: "2xx" | "4xx"): string {
  const lines = [
    "lb_policy least_conn",
    ...RETRY,
    ...(upstreams.length > 1 ? ["health_uri /", `health_status ${health}`, "health_interval 3s", "health_timeout 2s"] : []),
    ...(upstreams.length > 1 ? ["transport http {", "\tdial_timeout 2s", "\tkeepalive off", "}"] : []),
  ];
  return [`reverse_proxy ${upstreams.join(" ")} {`, ...lines.map((line) => `${indent}\t${line}`), `${indent}}`].join("\n");
}

/** The web server's configuration. It is valid for Caddy 2.6 and later. */
export function caddyfile(settings: CaddySettings): string {
  const { host, serverName, ports, tls, upstreams, folders } = settings;
  const address = `https://${host}`;
  const wellKnown = {
    "m.homeserver": { base_url: address },
    "org.matrix.msc4143.rtc_foci": [{ type: "livekit", livekit_service_url: `${address}/livekit/jwt` }],
  };
  const delegation = { "m.server": host.includes(":") ? host : `${host}:443` };
  const headers = Object.entries(pageHeaders(host)).map(([name, value]) => `header ${name} "${value}"`);
  return `# Made by deploy/init out of deploy/.env: a change here is lost the next time it runs.
{
	admin off
	http_port ${ports.http}
	https_port ${ports.https}
	skip_install_trust${tls.kind === "acme" ? `\n\temail ${tls.mail}` : ""}${settings.bind ? `\n\tdefault_bind ${settings.bind}` : ""}${settings.storage ? `\n\tstorage file_system ${settings.storage}` : ""}
	servers {
		protocols h1 h2
		timeouts {
			read_header 10s
		}
	}
	# Browsers can put a token for the SFU nowhere but into the address of the WebSocket, and it must not be in a log.
	log default {
		format filter {
			wrap json
			fields {
				request>uri query {
					replace access_token hidden
				}
				request>headers delete
			}
		}
	}
}

# For the container's health check alone.
http://localhost:${ports.health} {
	bind 127.0.0.1
	respond 200
}

${
  settings.anyLivekit
    ? `# For the token API alone: whichever LiveKit node answers.
http://${settings.anyLivekit.host}:${settings.anyLivekit.port} {
	${balanced(upstreams.livekit, "\t", "2xx")}
}

`
    : ""
}(security) {
	header {
		Strict-Transport-Security "max-age=31536000"
		X-Content-Type-Options nosniff
		-Server
	}
}

${address} {
	import security${tls.kind === "internal" ? "\n\ttls internal" : tls.kind === "files" ? `\n\ttls ${tls.certificate} ${tls.key}` : ""}

	import ${settings.own}/*.host

	# How clients, other servers and calls find everything else (Matrix client-server and server-server API, "Server discovery"; MSC4143).
	handle /.well-known/matrix/client {
		header Access-Control-Allow-Origin *
		header Content-Type application/json
		respond \`${JSON.stringify(wellKnown)}\`
	}
	handle /.well-known/matrix/server {
		header Access-Control-Allow-Origin *
		header Content-Type application/json
		respond \`${JSON.stringify(delegation)}\`
	}

${
  settings.workers
    ? `	# Each device goes to the same worker, which knows it already.
	@workers path_regexp ${settings.workers.paths}
	handle @workers {
		encode zstd gzip
		reverse_proxy ${settings.workers.upstreams.join(" ")} {
			lb_policy header Authorization
			${RETRY.join("\n\t\t\t")}
			flush_interval -1
		}
	}

`
    : ""
}	# Not the admin API (/_synapse/admin): that is reached from the server itself.
	@homeserver path /_matrix/* /_synapse/client/*
	handle @homeserver {
		request_body {
			max_size 60MB
		}
		encode zstd gzip
		reverse_proxy ${upstreams.homeserver} {
			${RETRY.join("\n\t\t\t")}
			flush_interval -1
		}
	}

	# Signalling. Media does not come this way.
	handle_path /livekit/sfu/* {
		${balanced(upstreams.livekit, "\t\t", "2xx")}
	}

	# The token API, all of it: /sfu/get, /get_token, /delegate_delayed_leave, /sfu_webhook, /healthz.
	handle_path /livekit/jwt/* {
		request_body {
			max_size 64KB
		}
		${balanced(upstreams.tokenApi, "\t\t", "4xx")}
	}

	# melo, for the pages of any site. Files with a hash in their names never change.
	handle_path /melo/* {
		root * ${folders.melo}
		header Access-Control-Allow-Origin *
		header Cross-Origin-Resource-Policy cross-origin
		header Timing-Allow-Origin *
		@hashed path_regexp -[\\w-]{8,}\\.\\w+$
		@named not path_regexp -[\\w-]{8,}\\.\\w+$
		header @hashed Cache-Control "public, max-age=31536000, immutable"
		header @named Cache-Control no-cache
		encode zstd gzip
		file_server {
			precompressed br
		}
	}

	handle {
		root * ${folders.site}
		${headers.join("\n\t\t")}
		header Cache-Control no-cache
		encode zstd gzip
		file_server
	}

	# A browser may read why a request failed only if it is told so.
	handle_errors {
		import security
		header Access-Control-Allow-Origin *
		header Content-Type application/json
		respond \`{"errcode":"M_UNKNOWN","error":"The web server answered {http.error.status_code}."}\`
	}
}

import ${settings.own}/*.site
${
  settings.alsoNamed
    ? `
# Only for the certificate, which the TURN server uses.
https://${settings.alsoNamed} {
	import security${tls.kind === "internal" ? "\n\ttls internal" : tls.kind === "files" ? `\n\ttls ${tls.certificate} ${tls.key}` : ""}
	respond 404
}
`
    : ""
}${serverName !== host && tls.kind === "acme" ? `\n# ${serverName} itself is served elsewhere: it has to answer /.well-known/matrix/ as ${host} does (deploy/README.md).\n` : ""}`;
}
