import { addScItem, mapScItem } from '@astrolabe/schemas/top';
import type { ScItemRequest } from '@astrolabe/schemas/top';
import { TEXTS_BODY_BYTES } from '../body-limits.ts';
import type { Peers } from '../peers.ts';
import { topRow } from './method.ts';
import type { TopMethod } from './method.ts';

/** What is said of goods beside name and code; 0 is what `item_type` says anyhow. */
function detailsOf(request: ScItemRequest): Record<string, string> {
  const { itemName: _name, outerCode: _code, itemType: _type, ...details } = request;
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
}

/** `taobao.scitem.add` and `taobao.scitem.map.add`: an integrator maps its goods itself (white paper 4.2). */
export const goodsMethods = ({ catalog }: Pick<Peers, 'catalog'>): readonly TopMethod[] => [
  topRow(addScItem, {
    bodyBytesMax: TEXTS_BODY_BYTES,
    work: async (request, { sellerId, left }) => {
      const { itemName: name, outerCode } = request;
      const asked = { sellerId, outerCode, name, details: detailsOf(request) };
      const { scItemId } = await catalog.call('addScItem', asked, left());
      // Other content under the code would have been refused, so the request is what is kept.
      return { scItem: { ...request, itemId: scItemId } };
    },
  }),
  topRow(mapScItem, {
    work: async (request, { sellerId, left }) => {
      const { itemId, skuId = '', scItem, needCheck = false } = request;
      const { scItemId = '', outerCode = '' } = scItem;
      const asked = { sellerId, item: { itemId, skuId }, scItemId, outerCode, needCheck };
      const mapped = await catalog.call('mapScItem', asked, left());
      return mapped.outerCode === '' ? {} : mapped;
    },
  }),
];
