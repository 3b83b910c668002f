import { lookup as resolveName } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;
type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** `net.connect`'s own form of a resolver. */
type Lookup = (
  hostname: string,
  options: LookupOptions,
  callback: (
    error: NodeJS.ErrnoException | null,
    address: string | LookupAddress[],
    family?: number,
  ) => void,
) => void;

/** Where calls may go whose addresses come from outside. */
export type Destinations = {
  /** Whether an address's own host, where it is an IP address in any spelling, may be connected to. */
  allowsHostOf(url: URL): boolean;
  /** Resolves a name for a connection, which is made to the result; fails when any of it is inner. */
  lookup: Lookup;
  /**
   * Whether an address leads inside now: by what it says or by what its name resolves to. A name that
   * does not resolve in time leads nowhere yet; it is looked at again when it is called.
   */
  leadsInside(url: URL): Promise<boolean>;
};

/** The code of a connection that was not made because its address is an inner one. */
export const INNER_ADDRESS = 'ERR_INNER_ADDRESS';

const RESOLVE_MS = 2_000;

/**
 * Destinations outside: every address that the public Internet routes. Loopback, private, link-local,
 * shared (RFC 6598), unique local, IPv4 inside IPv6 in every form, multicast and reserved ones are
 * refused, except those that `allowed` lists (comma separated networks, e.g. `10.1.0.0/16,::1/128`).
 * Throws when an entry is no network.
 */
export function createDestinations(allowed: string): Destinations {
  const networks = networksOf(allowed);
  const isAllowed = (text: string): boolean => {
    const address = addressOf(text);
    return (
      address !== null &&
      (address.range() === 'unicast' || networks.some((one) => has(one, address)))
    );
  };
  const lookup: Lookup = (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const [first] = found;
      if (!first || !found.every(({ address }) => isAllowed(address))) {
        const refused = new Error(`${hostname} resolves to an inner address`);
        return callback(Object.assign(refused, { code: INNER_ADDRESS }), []);
      }
      return options.all === true
        ? callback(null, found)
        : callback(null, first.address, first.family);
    });
  };
  const allowsHostOf = (url: URL): boolean => {
    const host = hostOf(url);
    return addressOf(host) === null || isAllowed(host);
  };
  return {
    allowsHostOf,
    lookup,
    leadsInside: async (url) => {
      if (!allowsHostOf(url)) return true;
      const host = hostOf(url);
      if (addressOf(host) !== null) return false;
      return await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), RESOLVE_MS);
        lookup(host, { all: true }, (error) => {
          clearTimeout(timer);
          resolve(error?.code === INNER_ADDRESS);
        });
      });
    },
  };
}

/** Every address: for calls whose addresses come from the process's own configuration. */
export const ANYWHERE = '0.0.0.0/0,::/0';

/** The host without the brackets of IPv6; the URL parser has undone every other spelling. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

/** An address as the URL parser or the resolver writes it; null for a name. */
const addressOf = (text: string): Address | null =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text) ? ipaddr.parse(text) : null;

function networksOf(allowed: string): Network[] {
  const entries = allowed.split(',').map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      if (!ipaddr.isValidCIDR(entry)) throw new TypeError(`"${entry}" is no network in CIDR form`);
      return ipaddr.parseCIDR(entry);
    });
}

const has = (network: Network, address: Address): boolean =>
  network[0].kind() === address.kind() && address.match(network);
