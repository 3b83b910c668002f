import { BlockList, isIPv4, isIPv6 } from 'node:net';

const V4_IN_V6 = '::ffff:';
/** Groups of 16 bits that name a network of IPv6: one customer has at least 2^64 addresses. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/**
 * Who an address belongs to, for counting: the address of IPv4, however it is spelled, and the /64
 * network of IPv6.
 */
export function peerKey(address: string): string {
  const known = keys.get(address);
  if (known !== undefined) return known;
  // Whoever has many addresses is looked at anew.
  if (keys.size >= KEYS_MAX) keys.clear();
  const key = keyOf(address);
  keys.set(address, key);
  return key;
}

/** Of addresses that called lately: each of their requests is counted, and the address is the same. */
const keys = new Map<string, string>();
const KEYS_MAX = 1_000;

function keyOf(address: string): string {
  const [bare = ''] = address.split('%');
  if (bare.startsWith(V4_IN_V6) && isIPv4(bare.slice(V4_IN_V6.length))) {
    return bare.slice(V4_IN_V6.length);
  }
  if (!isIPv6(bare)) return bare;
  const [head = '', tail = ''] = bare.toLowerCase().split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const gap = bare.includes('::') ? Math.max(0, GROUPS - left.length - right.length) : 0;
  const groups = [...left, ...Array.from({ length: gap }, () => '0'), ...right];
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

/** Tells addresses of the listed addresses and networks (`10.0.0.0/8`) from all others. */
export function addressMatcher(listed: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of listed) {
    const [address = '', bits] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const bare = address.startsWith(V4_IN_V6) ? address.slice(V4_IN_V6.length) : address;
    return list.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
  };
}

/** Addresses and networks of a setting, by comma. */
export const addressList = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
