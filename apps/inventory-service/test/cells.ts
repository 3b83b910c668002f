import type { Place } from '@astrolabe/contracts/common';
import type { Cell, InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import { GOODS, SELLER } from './commands.ts';

/** The cells of the goods at the places, at all places when none is named. */
export async function cellsOf(
  client: GrpcClient<InventoryServiceClient>,
  places: readonly Place[],
  sellerId = SELLER,
): Promise<Cell[]> {
  const asked = { sellerId, goodsIds: [GOODS], places: [...places], pageToken: '' };
  return (await client.call('query', asked)).cells;
}

/** `quantity/held` in pieces. */
export const inPieces = ({ quantityMilli, heldMilli }: Cell): string =>
  `${quantityMilli / 1000n}/${heldMilli / 1000n}`;
