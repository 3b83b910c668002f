import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { PolicyRule } from '@astrolabe/contracts/inventory';
import { beforeEach, expect, test } from 'vitest';
import {
  CERTAIN,
  GOODS,
  SELLER,
  SHARED,
  WH,
  accept,
  command,
  initialise,
  milli,
  release,
  reserve,
} from './commands.ts';
import { environment } from './service.ts';
import type { Running } from './service.ts';

const { db, start } = await environment();
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
});

const put = (...rules: NonNullable<PolicyRule['rule']>[]) =>
  command({ $case: 'putPolicy', value: { rules: rules.map((rule) => ({ rule })) } });
const safety = (pieces: number) =>
  ({
    $case: 'safetyStock',
    value: { goodsId: GOODS, place: WH, quantityMilli: milli(pieces) },
  }) as const;
const share = (shareTenThousandths: number) =>
  ({
    $case: 'channelQuota',
    value: {
      channel: 'tmall',
      goodsId: '',
      limit: { $case: 'shareTenThousandths', value: shareTenThousandths },
    },
  }) as const;
const budget = (most: number | undefined) =>
  ({ $case: 'channelHoldBudget', value: { channel: 'tmall', most } }) as const;

async function sellable(service: Running, channel: string): Promise<bigint | undefined> {
  const asked = { sellerId: SELLER, goodsIds: [GOODS], places: [], channel };
  return (await service.client.call('getSellable', asked)).sellable[0]?.sellableMilli;
}

test('safety stock, quota and budget hold over a restart, and are replayed', async () => {
  const first = await start();
  await first.execute(initialise(WH, CERTAIN, 10));
  await first.execute(put(safety(2), share(5_000), budget(2)));
  expect(await sellable(first, 'tmall')).toBe(milli(5));
  expect(await sellable(first, '1688')).toBe(milli(8));
  expect((await first.execute(reserve(6, 'tmall:a'))).reason).toBe('CHANNEL_QUOTA');
  expect((await first.execute(reserve(3, 'tmall:b'))).status).toBe(OutcomeStatus.APPLIED);
  // Stopped in order, it leaves a snapshot: the next one reads the rules from there.
  await first.stop();

  const second = await start();
  expect(await sellable(second, 'tmall')).toBe(milli(2));
  expect((await second.execute(reserve(3, 'tmall:c'))).reason).toBe('CHANNEL_QUOTA');
  expect((await second.execute(reserve(1, 'tmall:d', 'd'))).status).toBe(OutcomeStatus.APPLIED);
  const over = await second.execute(reserve(1, 'tmall:e', 'e'));
  expect(over).toMatchObject({
    status: OutcomeStatus.OVER_BUDGET,
    reason: 'CHANNEL_HOLD_BUDGET',
  });
  await second.execute(release('tmall:d'));
  // The refusal did not use the operation id up.
  expect((await second.execute(reserve(1, 'tmall:e', 'e'))).status).toBe(OutcomeStatus.APPLIED);
  await second.execute(accept('tmall:b'));
  expect((await second.client.call('getPolicy', { sellerId: SELLER })).rules).toMatchObject([
    { rule: safety(2) },
    { rule: share(5_000) },
    { rule: budget(2) },
  ]);
  // The fold starts at the first record, and decides everything again under the rules of its day.
  const verified = await second.upkeep.call('verify', { partition: '' });
  expect(verified.differences).toEqual([]);
});

test('a rule of no kind, or beyond its range, is refused and changes nothing', async () => {
  const service = await start();
  await service.execute(initialise(WH, CERTAIN, 10));
  const none = await service.execute(
    command({ $case: 'putPolicy', value: { rules: [{ rule: undefined }] } }),
  );
  expect(none).toMatchObject({ status: OutcomeStatus.INVALID, reason: 'MALFORMED' });
  const beyond = await service.execute(put(safety(1), share(10_001)));
  expect(beyond.status).toBe(OutcomeStatus.INVALID);
  expect((await service.client.call('getPolicy', { sellerId: SELLER })).rules).toEqual([]);
  expect(await sellable(service, 'tmall')).toBe(milli(10));
});

test('a cell says what is kept back of it, and when the merchant reported it last', async () => {
  const service = await start();
  await service.execute(initialise(WH, CERTAIN, 10));
  await service.execute(initialise(WH, SHARED, 4));
  await service.execute(put(safety(3)));
  const { cells } = await service.client.call('query', {
    sellerId: SELLER,
    goodsIds: [GOODS],
    places: [],
    pageToken: '',
  });
  // Nothing is kept back of shared stock: it is sold where it stands.
  expect(cells.map(({ keptBackMilli }) => keptBackMilli)).toEqual([milli(3), 0n]);
  for (const { reportedAtMs } of cells) expect(Number(reportedAtMs)).toBeGreaterThan(0);
});
