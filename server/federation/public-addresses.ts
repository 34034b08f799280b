import { lookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Networks that no homeserver of the public federation is in: this machine, private networks, and what stands for them in IPv6. IANA's special-purpose registries. */
const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** The only IPv6 addresses that are given out to the public, and what in them holds another address or is not routed. */
const PUBLIC_IPV6 = "2000::/3";
const SPECIAL_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const special = new BlockList();
for (const net of SPECIAL_IPV4) special.addSubnet(...subnet(net), "ipv4");
for (const net of SPECIAL_IPV6) special.addSubnet(...subnet(net), "ipv6");
const publicIpv6 = new BlockList();
publicIpv6.addSubnet(...subnet(PUBLIC_IPV6), "ipv6");

function subnet(net: string): [string, number] {
  const [address = "", bits = ""] = net.split("/");
  return [address, Number(bits)];
}

/** Whether the address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4");
    case 6:
      return publicIpv6.check(address, "ipv6") && !special.check(address, "ipv6");
    default:
      return false;
  }
}

/**
 * Looks names up for a connection, and gives allowed addresses only. The check is where the connection is made, so that a name cannot
 * mean one thing when it is checked and another when it is used.
 */
export function guardedLookup(isAllowed: (address: string) => boolean, resolve: typeof lookup = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return void callback(error, "", 0);
      const allowed = found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return void callback(new Error(`${hostname} has no public address`), "", 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
