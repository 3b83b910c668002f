import { placeToMessage, stockKindFromMessage } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { BillType, InventoryServiceClient, OutcomeStatus } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Stock } from '../../application/store-ports.ts';

const DEADLINE_MS = 3_000;

/** The stock truth, for what a clerk has counted. */
export function connectStock(
  catalogAddress: string,
  inventoryAddress: string,
): Stock & { close(): void } {
  const options = (address: string) => ({
    address,
    name: 'console',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const catalog = createGrpcClient(CatalogServiceClient, options(catalogAddress));
  const inventory = createGrpcClient(InventoryServiceClient, {
    ...options(inventoryAddress),
    // The count carries an operation id, and the rest reads.
    repeatLost: true,
  });
  return {
    close: () => {
      catalog.close();
      inventory.close();
    },
    recordCount: async (
      { sellerId, storeId, login },
      { operationId, itemId, skuId, countMilli },
    ) => {
      const { goods } = await catalog.call('resolveGoods', {
        sellerId,
        keys: [{ key: { $case: 'itemSku', value: { itemId, skuId } } }],
        createMissing: false,
        outerIds: [],
        storeIds: [],
      });
      const goodsId = goods[0]?.goodsId ?? '';
      if (goodsId === '') return false;
      const place = placeToMessage({ type: 'STORE', id: storeId });
      const { cells } = await inventory.call('query', {
        sellerId,
        goodsIds: [goodsId],
        places: [place],
        pageToken: '',
      });
      const known = cells.reduce((sum, cell) => sum + cell.quantityMilli, 0n);
      const deltaMilli = countMilli - known;
      if (deltaMilli === 0n) return true;
      // A shelf has one number: what the two kinds add up to. The shared part is the one that the
      // store sells from, so it takes the difference; only where there is none, the certain part.
      const target = cells.find((cell) => stockKindFromMessage(cell.kind) === 'SHARED') ?? cells[0];
      if (!target) return false;
      const { outcome } = await inventory.call('execute', {
        command: {
          operationId,
          sellerId,
          actor: `clerk:${login}`,
          messageId: operationId,
          verb: {
            $case: 'adjust',
            value: {
              billScope: 'console',
              lines: [
                {
                  billNum: operationId,
                  billType: BillType.BALANCE,
                  place,
                  goodsId,
                  kind: target.kind,
                  deltaMilli,
                },
              ],
            },
          },
        },
      });
      // A conflict is the same count told again after other movements: it is recorded.
      const { APPLIED, ALREADY_DONE, CONFLICT } = OutcomeStatus;
      return [APPLIED, ALREADY_DONE, CONFLICT].some((status) => status === outcome?.status);
    },
  };
}
