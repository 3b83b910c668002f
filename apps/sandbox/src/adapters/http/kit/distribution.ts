import { decodeCrateReply } from '@astrolabe/schemas/fenxiao';
import type { DistributionMode, TakenOrder } from '../../../domain/distribution-orders.ts';
import type { Trials } from '../../../domain/kit.ts';
import { forged, must, until } from './bench.ts';
import type { Bench } from './bench.ts';

/** The offer that a certification's seller distributes; who prepares the seller registers it. */
const CARGO = {
  offerId: 902_719_378_311,
  specId: '3304a52052baafcbd679efd04e8589a5',
  quantity: 1,
  channel: 'thyny',
  outShopCode: '661153176',
  outItemCode: '902993428771',
};
const ADDRESS = {
  address: '东方路200号',
  areaText: '浦东新区',
  cityText: '上海市',
  fullName: '张三',
  mobile: '13877778888',
  postCode: '200120',
  provinceText: '上海',
  townText: '陆家嘴街道',
};
const TAKEN_MS = 60_000;

/** Distribution orders come by fw199 (document 001) and are sent on to the gateway upstream. */
export function distributionTrials({ seller, platform, distribution, newTradeId }: Bench): Trials {
  const { sellerId, keys, nick } = seller;
  const place = async (outOrderId: string, key = keys.erp, nickname = nick) => {
    const request = { flow: 'fenxiao', outOrderId, addressParam: ADDRESS, cargoParamList: [CARGO] };
    return await platform.crate(key, nickname, JSON.stringify(request));
  };
  const takenOf = (outOrderId: string): readonly TakenOrder[] =>
    distribution.of(sellerId).filter((order) => order.outOrderId.startsWith(outOrderId));
  const orderIdIn = (response: string): string => /"orderId":"(\d+)"/.exec(response)?.[1] ?? '';
  const good = async (outOrderId: string): Promise<string> => {
    const { response } = await place(outOrderId);
    const reply = decodeCrateReply(Buffer.from(response));
    must(reply !== null && orderIdIn(response) !== '', `it was answered ${response}`);
    return orderIdIn(response);
  };
  const asked = (outOrderId: string): number => distribution.asked(sellerId, outOrderId);
  const lookedUp = (outOrderId: string): number => distribution.lookedUp(sellerId, outOrderId);
  /** An order whose first try upstream goes wrong is there once, when `isOver` says that all was done for it. */
  const through = async (
    modes: readonly DistributionMode[],
    isOver: (outOrderId: string) => boolean,
    what: string,
  ): Promise<string> => {
    const outOrderId = `cert-${newTradeId()}`;
    distribution.setModes(sellerId, modes);
    await good(outOrderId);
    await until(() => (isOver(outOrderId) ? true : null), TAKEN_MS, `the order was not ${what}`);
    must(takenOf(outOrderId).length === 1, 'the order was taken twice upstream');
    return `taken once upstream, requests ${asked(outOrderId)}, lookups ${lookedUp(outOrderId)}`;
  };
  const isTaken = (outOrderId: string): boolean => takenOf(outOrderId).length > 0;
  /** What may have been taken is looked up, and not sent again. */
  const inDoubt = async (mode: DistributionMode): Promise<string> => {
    const isFound = (outOrderId: string): boolean =>
      isTaken(outOrderId) && lookedUp(outOrderId) > 0 && asked(outOrderId) === 1;
    return await through([mode], isFound, 'looked up');
  };
  const refused = async (outOrderId: string, response: string): Promise<string> => {
    must(orderIdIn(response) === '', `it was answered ${response}`);
    must(takenOf(outOrderId).length === 0, 'it was sent on');
    return `refused: ${response}`;
  };
  return {
    'good call': async () => await through([], isTaken, 'taken'),
    duplicates: async () => {
      const outOrderId = `cert-${newTradeId()}`;
      const ids = [await good(outOrderId), await good(outOrderId), await good(outOrderId)];
      must(new Set(ids).size === 1, `three calls, orders ${ids.join()}`);
      await until(
        () => (takenOf(outOrderId).length > 0 ? true : null),
        TAKEN_MS,
        'nothing was sent on',
      );
      must(takenOf(outOrderId).length === 1, 'it was sent on twice');
      return `three calls with one number are the order ${ids[0] ?? ''}, which was sent on once`;
    },
    reordering: { notApplicable: 'an order is one call' },
    loss: async () => await inDoubt('drop-after'),
    'late answer': async () => await inDoubt('late'),
    '429': async () => await through(['status-429'], isTaken, 'sent again'),
    '503 then success': async () => await inDoubt('status-503-after'),
    'wrong signature': async () => {
      const outOrderId = `cert-${newTradeId()}`;
      return await refused(outOrderId, (await place(outOrderId, forged(keys.erp))).response);
    },
    'misspelled topic': { notApplicable: 'the channel has one address and no topics' },
  };
}
