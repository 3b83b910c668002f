import { placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { Cell, HistoryEntry, InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { pagesOf } from '@astrolabe/grpc';
import { placeFromKey } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { createClient, peerOf, withClient } from '../clients.ts';
import { UsageError, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const HISTORY_MAX = 500;

/** Finds the goods that --item and --sku name. */
export async function goodsOf(
  { option, environment }: Invocation,
  sellerId: string,
): Promise<string> {
  return await withClient(
    CatalogServiceClient,
    peerOf(environment, 'CATALOG_ADDRESS', DEADLINE_MS),
    async (catalog) => {
      const itemId = required(option('item'), '--item');
      const { goods } = await catalog.call('resolveGoods', {
        sellerId,
        keys: [{ key: { $case: 'itemSku', value: { itemId, skuId: option('sku') ?? '' } } }],
        createMissing: false,
        outerIds: [],
        storeIds: [],
      });
      const found = goods[0];
      if (!found || found.goodsId === '') {
        throw new Error(`Item ${itemId}: ${found?.reason ?? 'no answer'}`);
      }
      return found.goodsId;
    },
  );
}

function inventoryOf({ environment }: Invocation) {
  return createClient(
    InventoryServiceClient,
    peerOf(environment, 'INVENTORY_ADDRESS', DEADLINE_MS),
  );
}

/** `stock show`: one JSON line per place and kind. */
async function stockShow(invocation: Invocation): Promise<void> {
  const sellerId = required(invocation.option('seller'), '--seller');
  const goodsId = await goodsOf(invocation, sellerId);
  const inventory = inventoryOf(invocation);
  try {
    const asked = { sellerId, goodsIds: [goodsId], places: [] };
    const ask = (pageToken: string) => inventory.call('query', { ...asked, pageToken });
    for await (const { cells } of pagesOf(ask)) {
      for (const cell of cells) invocation.output.row(Cell.toJSON(cell));
    }
  } finally {
    inventory.close();
  }
}

/** `stock history`: one JSON line per entry of one number, newest first. */
async function stockHistory(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const place = placeFromKey(required(option('place'), '--place'));
  if (!place) throw new UsageError('--place is not STORE:<id> or WAREHOUSE:<id>');
  const kind = required(option('kind'), '--kind');
  if (kind !== 'CERTAIN' && kind !== 'SHARED') {
    throw new UsageError('--kind is not CERTAIN or SHARED');
  }
  const limit = Number(option('limit') ?? '100');
  if (!Number.isInteger(limit) || limit < 1 || limit > HISTORY_MAX) {
    throw new UsageError(`--limit is not a whole number from 1 to ${HISTORY_MAX}`);
  }
  const goodsId = await goodsOf(invocation, sellerId);
  const inventory = inventoryOf(invocation);
  try {
    const { entries } = await inventory.call('listHistory', {
      sellerId,
      goodsId,
      place: placeToMessage(place),
      kind: stockKindToMessage(kind),
      page: { size: limit, token: '' },
    });
    for (const entry of entries) output.row(HistoryEntry.toJSON(entry));
  } finally {
    inventory.close();
  }
}

/** Its part of the command line. */
export const STOCK_COMMANDS: readonly Command[] = [
  {
    name: 'stock show',
    summary: "every place's quantities and holds",
    needs: ['seller', 'item'],
    takes: ['sku'],
    variables: ['CATALOG_ADDRESS', 'INVENTORY_ADDRESS'],
    examples: ['stock show --seller 21230 --item 5371 --sku 31'],
    run: stockShow,
  },
  {
    name: 'stock history',
    summary: 'the entries that add up to one number, newest first',
    needs: ['seller', 'item', 'place', ['kind', 'CERTAIN or SHARED']],
    takes: ['sku', ['limit', 'the newest so many; 100 without']],
    variables: ['CATALOG_ADDRESS', 'INVENTORY_ADDRESS'],
    examples: ['stock history --seller 21230 --item 5371 --place STORE:1342 --kind SHARED'],
    run: stockHistory,
  },
];
