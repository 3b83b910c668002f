import { refusalOfPeer, settled } from '@astrolabe/door';
import { addScItem, encodeTopError, mapScItem, topError } from '@astrolabe/schemas';
import type { ScItemRequest, TopApi } from '@astrolabe/schemas';
import type { Peers } from '../peers.ts';
import type { Caller } from '../caller.ts';
import type { TopMethod } from './protocol.ts';

type GoodsPeers = Pick<Peers, 'catalog'>;

function served<Request, Answer>(
  wire: TopApi<Request, Answer>,
  work: (request: Request, caller: Caller) => Promise<Answer>,
): [string, TopMethod] {
  const method: TopMethod = (params, format, requestId) => {
    const read = wire.decodeRequest(params);
    if (!read.ok) return { refused: read.error };
    return {
      tradeId: null,
      run: async (caller) => {
        try {
          const answer = await work(read.value, caller);
          return { body: wire.encodeReply(answer, format, requestId), isDone: true };
        } catch (error) {
          const { code, message } = settled(refusalOfPeer(error));
          const refused = topError('businessError', code, message);
          return { body: encodeTopError(refused, format, requestId), isDone: false };
        }
      },
    };
  };
  return [wire.method, method];
}

/** What is said of goods beside name and code; 0 is what `item_type` says anyhow. */
function detailsOf(request: ScItemRequest): Record<string, string> {
  const { itemName: _name, outerCode: _code, itemType: _type, ...details } = request;
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
}

/** `taobao.scitem.add` and `taobao.scitem.map.add`: an integrator maps its goods itself (white paper 4.2). */
export const goodsMethods = ({ catalog }: GoodsPeers): [string, TopMethod][] => [
  served(addScItem, async (request, { sellerId, left }) => {
    const { itemName: name, outerCode } = request;
    const asked = { sellerId, outerCode, name, details: detailsOf(request) };
    const { scItemId } = await catalog.call('addScItem', asked, left());
    // Other content under the code would have been refused, so the request is what is kept.
    return { scItem: { ...request, itemId: scItemId } };
  }),
  served(mapScItem, async (request, { sellerId, left }) => {
    const { itemId, skuId = '', scItem, needCheck = false } = request;
    const { scItemId = '', outerCode = '' } = scItem;
    const asked = { sellerId, item: { itemId, skuId }, scItemId, outerCode, needCheck };
    const mapped = await catalog.call('mapScItem', asked, left());
    return mapped.outerCode === '' ? {} : mapped;
  }),
];
