import type { Result } from '@astrolabe/kernel';
import { err, leftOut, ok } from '@astrolabe/kernel';
import { readOmnichannelPairs } from '../jdp/omnichannel-param.ts';
import type { ReadOmnichannelParam } from '../jdp/omnichannel-param.ts';
import type { Codec } from '../wire/codec.ts';
import { invalid } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';

/** As long as a message can be: only a store collect that names no store is a reason to refuse. */
const param = text(Number.MAX_SAFE_INTEGER);

/**
 * The store where the buyer collects a trade, out of its `omnichannel_param` (catalogue A.3:
 * `orderType:STORE_COLLECT,targetType:STORE,targetCode:<store id>`); empty when the trade is shipped.
 * A trade is collected as a whole and at one store: a text that names two stores, or a part of the
 * sub-orders to be shipped, is refused, because routing needs the store.
 */
export function collectStoreOf({ subOrders }: ReadOmnichannelParam): Result<string, string> {
  const all = subOrders.map((one) => new Map(one));
  const collected = all.filter((one) => one.get('orderType') === 'STORE_COLLECT');
  const [first] = collected;
  if (!first) return ok('');
  const store = targetOf(first);
  const same = collected.every(
    (one) => targetOf(one) === store && one.get('targetType') === 'STORE',
  );
  return store !== '' && same && collected.length === all.length
    ? ok(store)
    : err('store collect must name one store for the whole trade');
}

const targetOf = (one: ReadonlyMap<string, string>): string => (one.get('targetCode') ?? '').trim();

/** The same as a field of the wire; parts that cannot be read are left out, with a note. */
export const collectParam: Codec<string> = {
  shape: param.shape,
  decode: (node, path, notes) => {
    const decoded = param.decode(node, path);
    if (!decoded.ok) return decoded;
    const read = readOmnichannelPairs(decoded.value);
    const { length } = read.unread;
    if (length > 0) notes?.push(leftOut(path, `holds ${length} part(s) without key and value`));
    const store = collectStoreOf(read);
    return store.ok ? store : err(invalid(path, store.error));
  },
  encode: (name, store) =>
    param.encode(
      name,
      store === '' ? '' : `orderType:STORE_COLLECT,targetType:STORE,targetCode:${store};`,
    ),
};
