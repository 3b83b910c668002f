import { BillType, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, Outcome } from '@astrolabe/contracts/inventory';
import type { Place, StockKind } from '@astrolabe/contracts/common';
import { beforeEach, describe, expect, test } from 'vitest';
import { cellsOf, inPieces } from './cells.ts';
import {
  CERTAIN,
  GOODS,
  S123,
  S1342,
  SELLER,
  SHARED,
  SUB,
  TID,
  WH,
  accept,
  adjust,
  consume,
  giveBack,
  initialise,
  refuse,
  release,
  reserve,
  route,
  workedExample,
} from './commands.ts';
import { environment } from './service.ts';
import type { Running } from './service.ts';

const { db, start } = await environment();
let service: Running;
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
  service = await start();
});

const run = async (...commands: Command[]): Promise<Outcome> => {
  let last: Outcome | undefined;
  for (const command of commands) last = await service.execute(command);
  if (!last) throw new Error('no command');
  return last;
};

async function cell(place: Place, kind: StockKind): Promise<string> {
  const cells = await cellsOf(service.client, [place]);
  const found = cells.find((each) => each.kind === kind);
  return found ? inPieces(found) : 'none';
}

async function sellable(): Promise<number> {
  const asked = { sellerId: SELLER, goodsIds: [GOODS], places: [], channel: 'tmall' };
  const { sellable: found } = await service.client.call('getSellable', asked);
  return Number(found[0]?.sellableMilli ?? 0n) / 1000;
}

async function row(): Promise<string> {
  const cells = [
    await cell(WH, CERTAIN),
    await cell(S1342, SHARED),
    await cell(S123, CERTAIN),
    await cell(S123, SHARED),
  ];
  return `${cells.join(' ')} ${await sellable()}`;
}

/** 100 shared pieces at 1342, of which the platform has sold 5. */
async function sold5of100(): Promise<void> {
  await run(initialise(WH, CERTAIN, 10), initialise(S1342, SHARED, 100));
  await run(reserve(5), route(S1342, SHARED), accept());
}

describe('bills', () => {
  test('[O-25] ten concurrent sends of one bill number take one piece', async () => {
    await run(initialise(S1342, SHARED, 100));
    const sends = Array.from({ length: 10 }, () =>
      service.execute(adjust(S1342, SHARED, BillType.TAOBAO_EXCLUDED, -1, { billNum: 'U-25' })),
    );
    const statuses = (await Promise.all(sends)).map(({ status }) => status);
    expect(statuses.filter((status) => status === OutcomeStatus.APPLIED)).toHaveLength(1);
    expect(statuses.filter((status) => status === OutcomeStatus.ALREADY_DONE)).toHaveLength(9);
    expect(await cell(S1342, SHARED)).toBe('99/0');
  });

  test('[O-21] a report that includes the platform’s own sales is not deducted twice', async () => {
    await sold5of100();
    await run(adjust(S1342, SHARED, BillType.TAOBAO_INCLUDED, -8));
    expect(await cell(S1342, SHARED)).toBe('92/0');
  });

  test('[O-22] a stock-take counts in full and leaves the unreported sales', async () => {
    await sold5of100();
    await run(adjust(S1342, SHARED, BillType.BALANCE, -8));
    expect(await cell(S1342, SHARED)).toBe('87/0');
    await run(adjust(S1342, SHARED, BillType.TAOBAO_INCLUDED, -5));
    expect(await cell(S1342, SHARED)).toBe('87/0');
  });

  test('[O-24] the final quantity is checked, not set', async () => {
    await sold5of100();
    const outcome = await run(adjust(S1342, SHARED, BillType.TAOBAO_EXCLUDED, -3, { final: 90 }));
    expect(outcome.lines[0]?.discrepancy).toBe(true);
    expect(await cell(S1342, SHARED)).toBe('92/0');
  });

  test('a count older than the newest report changes nothing; one without a time is of now', async () => {
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    await run(initialise(S1342, SHARED, 10, 'C-1', ago(10)));
    await run(adjust(S1342, SHARED, BillType.TAOBAO_EXCLUDED, -4, { at: ago(5) }));
    const older = initialise(S1342, SHARED, 10, 'C-2', ago(10));
    // The stock survives a restart, and so does the time of its newest report.
    await service.stop();
    service = await start();
    expect(await run(older)).toMatchObject({
      status: OutcomeStatus.CONFLICT,
      lines: [{ lineId: 'C-2', reason: 'OLDER_THAN_LAST_CHANGE' }],
    });
    expect(await cell(S1342, SHARED)).toBe('6/0');
    expect((await run(initialise(S1342, SHARED, 9, 'C-3'))).status).toBe(OutcomeStatus.APPLIED);
    const { differences } = await service.upkeep.call('verify', { partition: '' });
    expect(differences).toEqual([]);
  });

  test('[O-26] re-initialised below what is held: a shortage, and the hold is kept', async () => {
    await run(...workedExample(), reserve(2), route(S1342, SHARED));
    await run(initialise(S1342, SHARED, 1));
    expect(await cell(S1342, SHARED)).toBe('1/2');
    const other = await run(
      reserve(1, 'tmall:other'),
      route(S1342, SHARED, undefined, 'tmall:other'),
    );
    expect(other.status).toBe(OutcomeStatus.INSUFFICIENT);
    expect((await cellsOf(service.client, [S1342]))[0]?.short).toBe(true);
  });
});

describe('dual occupancy', () => {
  beforeEach(async () => {
    await run(...workedExample());
  });

  test('[O-27] a paid order holds the place with the largest certain stock', async () => {
    const outcome = await run(reserve(2));
    expect(outcome.lines[0]?.place).toEqual(WH);
    expect(await row()).toBe('10/2 4/0 3/0 2/0 11');
  });

  test('[O-28] routing to shared stock adds a hold and keeps the certain one', async () => {
    await run(reserve(2), route(S1342, SHARED));
    expect(await row()).toBe('10/2 4/2 3/0 2/0 11');
    const { hold } = await service.client.call('getHold', { sellerId: SELLER, holdRef: TID });
    expect(hold?.lines).toMatchObject([{ lineId: SUB, certainPlace: WH, sharedPlace: S1342 }]);
  });

  test('[O-29] [O-30] accepting sells the shared stock and frees the certain; shipping does nothing', async () => {
    await run(reserve(2), route(S1342, SHARED), accept());
    expect(await row()).toBe('10/0 2/0 3/0 2/0 13');
    await run(consume());
    expect(await row()).toBe('10/0 2/0 3/0 2/0 13');
  });

  test('[O-32] re-routing a refused order to certain stock moves the guarantee', async () => {
    await run(reserve(2), route(S1342, SHARED), refuse());
    expect(await row()).toBe('10/2 4/0 3/0 2/0 11');
    await run(route(S123, CERTAIN));
    expect(await row()).toBe('10/0 4/0 3/2 2/0 11');
  });

  test('[O-33] a replayed adjustment changes nothing', async () => {
    const adjustment = route(S1342, SHARED, 'bill:item.adjust:21230:ADJ-1');
    await run(reserve(2), adjustment);
    const again = await run(adjustment);
    expect(again.status).toBe(OutcomeStatus.APPLIED);
    expect(await row()).toBe('10/2 4/2 3/0 2/0 11');
    const anew = await run(route(S1342, SHARED));
    expect(anew.status).toBe(OutcomeStatus.ALREADY_DONE);
  });

  test('[O-35] a refund before accept frees everything', async () => {
    await run(reserve(2), route(S1342, SHARED), release());
    expect(await row()).toBe('10/0 4/0 3/0 2/0 13');
  });

  test('[O-36] goods back on the shelf after accept', async () => {
    await run(reserve(2), route(S1342, SHARED), accept(), giveBack());
    expect(await cell(S1342, SHARED)).toBe('4/0');
  });

  test('[O-39] an accept that is reported twice is deducted once', async () => {
    await run(reserve(2), route(S1342, SHARED), accept(TID, 'accpeted'));
    const again = await run(accept(TID, 'orderStatus'));
    expect(again.status).toBe(OutcomeStatus.ALREADY_DONE);
    expect(await cell(S1342, SHARED)).toBe('2/0');
  });

  test('[O-40] sold out offline: the order is still fulfilled from its certain hold', async () => {
    await run(reserve(2), route(S1342, SHARED));
    await run(initialise(S1342, SHARED, 0));
    await run(refuse());
    expect(await cell(WH, CERTAIN)).toBe('10/2');
    expect((await run(accept())).status).toBe(OutcomeStatus.APPLIED);
    expect(await cell(WH, CERTAIN)).toBe('8/0');
  });
});

test('[O-38] one piece, two simultaneous orders: one is placed, one is rejected', async () => {
  await run(initialise(WH, CERTAIN, 1));
  for (let round = 0; round < 20; round += 1) {
    const refs = [`tmall:a${round}`, `tmall:b${round}`];
    const outcomes = await Promise.all(refs.map((ref) => service.execute(reserve(1, ref))));
    const won = outcomes.findIndex(({ status }) => status === OutcomeStatus.APPLIED);
    expect(outcomes.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      OutcomeStatus.APPLIED,
      OutcomeStatus.INSUFFICIENT,
    ]);
    await run(release(refs[won]));
  }
  expect(await cell(WH, CERTAIN)).toBe('1/0');
});
