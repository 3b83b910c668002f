import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { readOmnichannelPairs } from '../jdp/omnichannel-param.ts';
import type { Codec } from '../wire/codec.ts';
import { mapped } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';

const PARAM_CHARS_MAX = 20_000;

/**
 * The store where the buyer collects a trade, out of its `omnichannel_param` (catalogue A.3:
 * `orderType:STORE_COLLECT,targetType:STORE,targetCode:<store id>`); empty when the trade is shipped.
 * A trade is collected as a whole and at one store: a text that names two stores, or a part of the
 * sub-orders to be shipped, is refused.
 */
export function collectStoreOf(param: string): Result<string, string> {
  const pairs = readOmnichannelPairs(param);
  if (!pairs.ok) return err(`"${pairs.error}" is not a key and a value`);
  const subOrders = pairs.value.map((one) => new Map(one));
  const collected = subOrders.filter((one) => one.get('orderType') === 'STORE_COLLECT');
  const [first] = collected;
  if (!first) return ok('');
  const store = first.get('targetCode') ?? '';
  const same = collected.every(
    (one) => one.get('targetCode') === store && one.get('targetType') === 'STORE',
  );
  return store !== '' && same && collected.length === subOrders.length
    ? ok(store)
    : err('store collect must name one store for the whole trade');
}

/** The same as a field of the wire. */
export const collectParam: Codec<string> = mapped(text(PARAM_CHARS_MAX), collectStoreOf, (store) =>
  store === '' ? '' : `orderType:STORE_COLLECT,targetType:STORE,targetCode:${store};`,
);
