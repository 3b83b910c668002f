import { placeToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import { Command, InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { ONE_PIECE } from '@astrolabe/kernel';
import { peerOf, withClient } from '../clients.ts';
import type { Environment } from '../invocation.ts';
import type { CertificationSeller } from './certification-seller.ts';

const DEADLINE_MS = 15_000;
const ACTOR = 'certification';

/** Says that so many pieces lie at the warehouse WH-01. */
export async function putStock(
  environment: Environment,
  { sellerId }: CertificationSeller,
  goodsId: string,
  pieces: bigint,
): Promise<void> {
  const line = {
    billNum: 'CERT-1',
    place: placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' }),
    goodsId,
    kind: StockKind.CERTAIN,
    quantityMilli: pieces * ONE_PIECE,
    operationTimeMs: undefined,
  };
  const command = Command.fromPartial({
    operationId: `certification/${sellerId}`,
    sellerId,
    actor: ACTOR,
    messageId: sellerId,
    verb: { $case: 'initialise', value: { billScope: ACTOR, lines: [line] } },
  });
  const peer = peerOf(environment, 'INVENTORY_ADDRESS', DEADLINE_MS);
  await withClient(InventoryServiceClient, peer, async (client) => {
    await client.call('execute', { command });
  });
}
