import { tmallOrder } from '@astrolabe/kernel';
import { allocate } from '../src/domain/allocate.ts';
import type { Allocation } from '../src/domain/allocate.ts';
import type { Fulfilment, Model } from '../src/domain/fulfilment.ts';
import { report } from '../src/domain/report.ts';
import type { Report } from '../src/domain/rules.ts';

/** The document's order, as the unit tests of the domain use it. */
export const ORDER = tmallOrder('21230', '2004574256073903');
export const SUB = '2004574256073904';
export const SUB_2 = '2004574256073905';

/** Shanghai 10:00 on the document's day, plus minutes and seconds. */
export const at = (minutes: number, seconds = 0): Date =>
  new Date(Date.UTC(2016, 8, 22, 2, minutes, seconds));

export const NOW = at(4, 59);

export const MODELS = {
  A: { allocator: 'ASTROLABE', acceptor: 'DIANZHANGGUI' },
  B: { allocator: 'ISV', acceptor: 'DIANZHANGGUI' },
  C: { allocator: 'ASTROLABE', acceptor: 'POS' },
  D: { allocator: 'ISV', acceptor: 'POS' },
} as const satisfies Record<string, Model>;

export const line = (subOrderId = SUB) => ({
  subOrderId,
  itemId: '9001',
  skuId: '70001',
  outerId: 'SKU-A',
  quantity: 2_000n,
});

export const allocation = (
  n: number,
  storeId: string,
  more: Partial<Allocation> = {},
): Allocation => ({
  orderRef: ORDER,
  allocation: n,
  flow: 'SHIP',
  allocatedAt: at(n - 1),
  notify: true,
  lines: [{ ...line(), place: { type: 'STORE', id: storeId }, placeName: '' }],
  ...more,
});

/** A report of the POS at store 1342, four minutes and 59 seconds before NOW. */
export const sent = (status: string, more: Partial<Report> & { storeId?: string } = {}): Report => {
  const { storeId = '1342', ...rest } = more;
  return {
    subOrderIds: [SUB],
    status,
    channel: 'OMNIORDER',
    place: { type: 'STORE', id: storeId },
    flow: 'SHIP',
    operator: '小王',
    happenedAt: at(0),
    logistics: {
      logisticId: '233324',
      logisticCompany: '顺丰',
      mailNo: '2323232',
      description: '',
    },
    ...rest,
  };
};

/** The order at store 1342. */
export const notified = (more: Partial<Allocation> = {}): Fulfilment =>
  allocate(null, allocation(1, '1342', more), NOW).fulfilment;

/** Takes reports that must all be taken. */
export function after(
  state: Fulfilment,
  reports: readonly Report[],
  model: Model = MODELS.C,
): Fulfilment {
  let current = state;
  for (const one of reports) {
    const result = report(current, one, model, NOW);
    if (!result.ok) throw new Error(`${one.status}: ${result.error}`);
    current = result.value.fulfilment;
  }
  return current;
}

/** What a report comes to: its refusal, `already`, or `taken`. */
export function verdict(state: Fulfilment | null, one: Report, model: Model = MODELS.C): string {
  const result = report(state, one, model, NOW);
  if (!result.ok) return result.error;
  return result.value.changed.length === 0 ? 'already' : 'taken';
}
