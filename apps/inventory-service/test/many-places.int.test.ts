import { PlaceType } from '@astrolabe/contracts/common';
import type { StockKind } from '@astrolabe/contracts/common';
import type { Cell, Command } from '@astrolabe/contracts/inventory';
import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import { expect, test } from 'vitest';
import { CERTAIN, GOODS, SELLER, SHARED, S1342, command, milli, reserve } from './commands.ts';
import { environment } from './service.ts';
import type { Running } from './service.ts';

const STORES = 10_000;
const LINES = 200;
const COMMANDS = 50;
const OTHER = 'SKU-B';

const { start } = await environment();
const storeOf = (n: number) => ({ type: PlaceType.STORE, id: String(n + 1) });
const piecesAt = (n: number): number => 5 + (n === 7_776 ? 1 : 0);

function initialiseAll(kind: StockKind): Command[] {
  return Array.from({ length: STORES / LINES }, (_, part) =>
    command({
      $case: 'initialise',
      value: {
        billScope: 'item.initial',
        lines: Array.from({ length: LINES }, (__, line) => {
          const n = part * LINES + line;
          return {
            billNum: `${kind}-${n}`,
            place: storeOf(n),
            goodsId: GOODS,
            kind,
            quantityMilli: milli(piecesAt(n)),
          };
        }),
      },
    }),
  );
}

async function executeAll(service: Running, commands: readonly Command[]): Promise<void> {
  for (let from = 0; from < commands.length; from += COMMANDS) {
    const batch = commands.slice(from, from + COMMANDS);
    const { outcomes } = await service.client.call('executeBatch', { commands: batch });
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([OutcomeStatus.APPLIED]));
  }
}

const nameOf = ({ goodsId, place, kind }: Cell): string => `${goodsId} ${place?.id} ${kind}`;

test('goods at ten thousand stores: found, chosen and told page by page', async () => {
  const service = await start();
  await executeAll(service, [...initialiseAll(CERTAIN), ...initialiseAll(SHARED)]);
  const other = { billNum: 'o-1', place: S1342, goodsId: OTHER, kind: SHARED };
  const value = { billScope: 'item.initial', lines: [{ ...other, quantityMilli: milli(2) }] };
  await executeAll(service, [command({ $case: 'initialise', value })]);

  // Of ten thousand, one has a piece more: it is the default location until it has not.
  const first = await service.execute(reserve(1, 'order-1'));
  expect(first.lines[0]?.place?.id).toBe('7777');
  const second = await service.execute(reserve(1, 'order-2'));
  expect(second.lines[0]?.place?.id).toBe('1');

  const asked = { sellerId: SELLER, goodsIds: [GOODS, OTHER], places: [], atLeast: undefined };
  const page = await service.client.call('query', { ...asked, pageToken: '' });
  expect(page.cells).toHaveLength(2 * STORES);
  const rest = await service.client.call('query', { ...asked, pageToken: page.nextToken });
  expect(rest.cells.map(nameOf)).toEqual([`${OTHER} 1342 ${SHARED}`]);
  expect(rest.nextToken).toBe('');
  expect(new Set([...page.cells, ...rest.cells].map(nameOf)).size).toBe(2 * STORES + 1);
  await expect(
    service.client.call('query', { ...asked, pageToken: 'nowhere' }),
  ).rejects.toMatchObject({ reason: 'BAD_PAGE_TOKEN' });

  // A place that is named twice has its stock once.
  const twice = { ...asked, goodsIds: [GOODS], places: [storeOf(41), storeOf(41)] };
  const { cells } = await service.client.call('query', { ...twice, pageToken: '' });
  expect(cells.map(nameOf)).toEqual([`${GOODS} 42 ${CERTAIN}`, `${GOODS} 42 ${SHARED}`]);
  const { sellable } = await service.client.call('getSellable', { ...twice, channel: 'tmall' });
  expect(sellable).toEqual([{ goodsId: GOODS, sellableMilli: milli(5) }]);
});
