import type { DemoSeller, Stack } from '@astrolabe/local-stack';
import { TMALL, yuanFromFen } from '@astrolabe/kernel';
import { httpUrl } from '@astrolabe/local-stack';
import type { Output } from '../output.ts';
import { CELLS, observe } from './observer.ts';
import type { Observer, StockView } from './observer.ts';
import { bindXml, createStoreXml, initialiseXml, restockXml } from './requests.ts';
import type { Sandbox, WireCall } from './sandbox.ts';

export type TourDeps = { stack: Stack; seller: DemoSeller; sandbox: Sandbox; output: Output };

/** What the steps of the tour share. */
type Guide = TourDeps & {
  observer: Observer;
  /** Tells a step and the stock after it; notes when the stock is not as expected. */
  step: (name: string, expected: StockView, act: () => Promise<string>) => Promise<void>;
};

const FIRST = { tid: '2004574256073903', oid: '2004574256073904' };
const SECOND = { tid: '2004574256073913', oid: '2004574256073914' };
const RETRIES_MAX = 100;

/** The stock of the worked example (catalogue 3.7), by the names of its steps. */
const STOCK = {
  start: view('10/0', '4/0', '3/0', '2/0', '13'),
  paid: view('10/2', '4/2', '3/0', '2/0', '11'),
  accepted: view('10/0', '2/0', '3/0', '2/0', '13'),
  refused: view('10/2', '4/0', '3/0', '2/2', '11'),
  acceptedAt123: view('10/0', '4/0', '3/0', '0/0', '13'),
};

function view(...numbers: string[]): StockView {
  return Object.fromEntries(CELLS.map((cell, index) => [cell, numbers[index] ?? '']));
}

/**
 * Plays the documents' order over the wire, twice: accepted at once, and refused first. Returns
 * whether every step was seen to succeed and left the stock that the specification says.
 */
export async function playTour(deps: TourDeps): Promise<boolean> {
  const { output, seller, stack } = deps;
  const observer = observe(stack, seller.sellerId);
  let good = true;
  const guide: Guide = {
    ...deps,
    observer,
    step: async (name, expected, act) => {
      const startedAt = performance.now();
      const told = await act();
      const seen = await observer.stockBecomes(expected);
      const fits = CELLS.every((cell) => seen[cell] === expected[cell]);
      good &&= fits;
      const took = `${Math.round(performance.now() - startedAt)} ms`;
      const numbers = CELLS.map((cell) => (seen[cell] ?? '-').padEnd(9)).join('');
      output.line(`  ${fits ? 'ok    ' : 'WRONG '} ${numbers} ${took.padStart(8)}  ${name}`);
      if (told !== '') output.line(`         ${told}`);
      if (!fits) output.line(`         expected ${JSON.stringify(expected)}`);
    },
  };
  try {
    output.heading(`One order, all the way (seller ${seller.sellerId}, model C)`);
    output.line('  quantity/hold at each place; C certain, U shared; sellable online');
    output.line(`         ${CELLS.map((cell) => cell.padEnd(9)).join('')}`);
    await setUp(guide);
    await acceptedAtOnce(guide);
    await refusedFirst(guide);
    for (const { tid } of [FIRST, SECOND]) {
      const page = `/#/sellers/${seller.sellerId}/orders/${TMALL}/${tid}`;
      output.line(`  order page               ${httpUrl(stack, 'console')}${page}`);
    }
    output.line(good ? '\n  Every step was seen to succeed.' : '\n  Not every step succeeded.');
    return good;
  } catch (error) {
    output.problem(
      `The tour ended early: ${error instanceof Error ? error.message : String(error)}`,
    );
    return false;
  } finally {
    observer.close();
  }
}

async function setUp({ sandbox, seller, step }: Guide): Promise<void> {
  const { sellerId } = seller;
  const erp = async (method: string, xml: string) => {
    const call = await sandbox.erp(sellerId, method, xml);
    if (!call.response.includes('<flag>success</flag>')) throw failed(method, call);
  };
  await step(
    'ERP: store.create twice, itemstore.banding, storeinventory.iteminitial',
    STOCK.start,
    async () => {
      await erp('taobao.qimen.store.create', createStoreXml('S001', '文一西路淘宝店'));
      await erp('taobao.qimen.store.create', createStoreXml('S002', '西湖店'));
      await erp('taobao.qimen.itemstore.banding', bindXml(['1342', '123']));
      const at = (id: string) => ({ type: 'STORE' as const, id });
      const warehouse = { type: 'WAREHOUSE' as const, id: 'WH-01' };
      const xml = initialiseXml(
        sellerId,
        [
          { place: warehouse, kind: 'CERTAIN', pieces: 10n, billNum: 'B-1' },
          { place: at('1342'), kind: 'SHARED', pieces: 4n, billNum: 'B-2' },
          { place: at('123'), kind: 'CERTAIN', pieces: 3n, billNum: 'B-3' },
          { place: at('123'), kind: 'SHARED', pieces: 2n, billNum: 'B-4' },
        ],
        new Date(),
      );
      await erp('taobao.qimen.storeinventory.iteminitial', xml);
      return '';
    },
  );
}

async function acceptedAtOnce(guide: Guide): Promise<void> {
  const { sandbox, seller, step } = guide;
  guide.output.line(`  -- trade ${FIRST.tid}: accepted at once`);
  await step(
    'Tmall: paid; held at WH-01; routed to 1342 and held there too; POS told by SPI',
    STOCK.paid,
    async () => {
      await pay(guide, FIRST);
      const { place } = await sandbox.allocation(FIRST.tid, 1);
      return `allocatedinfo.sync: ${place.type} ${place.id}, X_ALLOCATION_NOTIFIED`;
    },
  );
  await step(
    'POS: store.accpeted; shared stock sold, the guarantee released',
    STOCK.accepted,
    async () => {
      await report(guide, 'accept', 1, FIRST.tid);
      await guide.observer.orderBecomes(FIRST.tid, 'ACCEPTED');
      return '';
    },
  );
  await step(
    'Tmall: shipped; POS: store.consigned; X_SHOP_HANDLED; settlement',
    STOCK.accepted,
    () => consign(guide, FIRST.tid, 1),
  );
  const { sellerId } = seller;
  await step('ERP: storeinventory.itemupdate, two pieces come into 1342', STOCK.start, async () => {
    const place = { type: 'STORE' as const, id: '1342' };
    const xml = restockXml(sellerId, { place, delta: 2_000n, billNum: 'B-5' }, new Date());
    const method = 'taobao.qimen.storeinventory.itemupdate';
    const call = await sandbox.erp(sellerId, method, xml);
    if (!call.response.includes('<flag>success</flag>')) throw failed(method, call);
    return '';
  });
}

async function refusedFirst(guide: Guide): Promise<void> {
  const { sandbox, step } = guide;
  guide.output.line(`  -- trade ${SECOND.tid}: refused first`);
  await step(
    'Tmall: paid; held at WH-01; routed to 1342 and held there too; POS told by SPI',
    STOCK.paid,
    async () => {
      await pay(guide, SECOND);
      await sandbox.allocation(SECOND.tid, 1);
      return '';
    },
  );
  await step(
    'POS: store.refuse at 1342; re-routed to 123, the guarantee untouched',
    STOCK.refused,
    async () => {
      await report(guide, 'refuse', 1, SECOND.tid);
      const { place } = await sandbox.allocation(SECOND.tid, 2);
      return `allocatedinfo.sync: ${place.type} ${place.id}, X_ALLOCATION_NOTIFIED`;
    },
  );
  await step('POS: store.accpeted at 123', STOCK.acceptedAt123, async () => {
    await report(guide, 'accept', 2, SECOND.tid);
    await guide.observer.orderBecomes(SECOND.tid, 'ACCEPTED');
    return '';
  });
  await step(
    'Tmall: shipped; POS: store.consigned; X_SHOP_HANDLED; settlement',
    STOCK.acceptedAt123,
    () => consign(guide, SECOND.tid, 2),
  );
}

const failed = (what: string, call: WireCall): Error =>
  new Error(`${what} was refused: ${call.response}`);

async function pay({ sandbox, seller }: Guide, { tid, oid }: typeof FIRST): Promise<void> {
  const call = await sandbox.pay(seller.sellerId, tid, oid);
  if (!call.taken) throw failed('the paid trade', call);
}

async function report(
  { sandbox, seller }: Guide,
  verb: 'accept' | 'refuse' | 'consign',
  allocation: number,
  tid: string,
): Promise<void> {
  const task = await sandbox.allocation(tid, allocation);
  for (let attempt = 1; ; attempt += 1) {
    const reported = await sandbox.report(seller.sellerId, verb, task);
    if (reported.code === '0') return;
    // The news that Tmall has shipped may still be on its way.
    const early = reported.code === 'TRADE_NOT_SHIPPED' && attempt < RETRIES_MAX;
    if (!early) throw failed(`store.${verb}`, reported);
  }
}

async function consign(guide: Guide, tid: string, allocation: number): Promise<string> {
  const shipped = await guide.sandbox.ship(guide.seller.sellerId, tid);
  if (!shipped.taken) throw failed('the shipment', shipped);
  await report(guide, 'consign', allocation, tid);
  const order = await guide.observer.orderBecomes(tid, 'SHIPPED');
  const { amountFen, state } = await guide.observer.receivable(tid);
  return `receivable ${yuanFromFen(amountFen)} yuan, ${state}; trace ${order.traceId}`;
}
