import { SupplyServiceClient } from '@astrolabe/contracts/fulfillment';
import type { Supply } from '@astrolabe/contracts/fulfillment';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import { purchaseOrder } from '@astrolabe/kernel';
import { grpcAddress } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { expect } from 'vitest';
import type { Harness } from './harness.ts';
import { ProcurementUnderTest } from './procurement.ts';

const DEADLINE_MS = 15_000;

/** Why a call was refused, or its answer. */
export const reasonOr = async <T>(call: Promise<T>): Promise<T | string> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GrpcCallError) return error.reason;
    throw error;
  }
};

export const connectSupplies = ({ stack }: Harness) =>
  createGrpcClient(SupplyServiceClient, {
    address: grpcAddress(stack, 'fulfillment'),
    name: 'system-test',
    defaultDeadlineMs: DEADLINE_MS,
  });

/** The warehouse of a seller that supplies a buyer of the procurement platform. */
export class Warehouse {
  readonly platform: ProcurementUnderTest;
  private readonly supplies: ReturnType<typeof connectSupplies>;

  private constructor(platform: ProcurementUnderTest) {
    this.platform = platform;
    this.supplies = connectSupplies(platform.harness);
  }

  static async open(harness: Harness, pieces = 10n): Promise<Warehouse> {
    return new Warehouse(await ProcurementUnderTest.start(harness, pieces));
  }

  close(): void {
    this.supplies.close();
    this.platform.close();
  }

  /** A requisition of ten pieces that passed, and the order that came of it. */
  async ordered(
    id: string,
    status: 'approved' | 'wait_supplier_confirm' = 'approved',
  ): Promise<void> {
    const requisitionId = `7${id}`;
    await this.platform.putRequisition(requisitionId, 10, 'pass');
    await this.platform.say('REQUISITION_CREATED', requisitionId);
    await this.platform.untilStock('10/10');
    await this.platform.putOrder(id, 10, status, {}, { sourceRootId: requisitionId });
    await this.platform.say('ORDER_CREATED', id);
  }

  /** The same, and it may be shipped. */
  async confirmed(id: string): Promise<void> {
    await this.ordered(id);
    await eventually(async () => expect((await this.supply(id)).state).toBe('OPEN'));
  }

  async cancelled(id: string): Promise<void> {
    await this.platform.put('orders', id, { status: 'canceled' });
    await this.platform.say('ORDER_CANCELLED', id);
  }

  /** The state of a parcel that the warehouse sends off, or why it may not. */
  ship(id: string, parcelNo: string, pieces: bigint): Promise<string> {
    return reasonOr(this.platform.ship(id, parcelNo, pieces));
  }

  /** How often the platform was told of a shipment. */
  async told(): Promise<number> {
    return (await this.platform.calls('ship')).length;
  }

  async supply(id: string): Promise<Supply> {
    const orderRef = purchaseOrder(this.platform.seller.sellerId, id);
    const { supply } = await this.supplies.call('getSupply', { orderRef });
    return supply ?? expect.fail('there is no supply');
  }

  /** The platform has a receipt of so many pieces, and says so. */
  async received(
    { receiptId, orderId }: { readonly receiptId: string; readonly orderId: string },
    pieces: number,
    status: string,
    actions: readonly string[],
  ): Promise<void> {
    const { sellerId } = this.platform.seller;
    const entry = { id: 1, poOrderId: orderId, poOrderEntryId: 41, quantity: pieces };
    const data = { rnCode: `RN${receiptId}`, status, receiveGoodsNoteEntries: [entry] };
    await this.platform.control('PUT', `receipts/${receiptId}`, { sellerId, data });
    for (const action of actions) {
      const message = { kind: 'RECEIPT_CHANGED', id: receiptId, action };
      expect(await this.platform.push(message)).toBe(200);
    }
  }
}
