import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocate,
  getAllocation,
  notifyRefund,
  reportConsigned,
  syncAllocation,
} from '../src/omni/index.ts';
import { code, id, place, roundTrips, shape, some, word } from './arbitraries.ts';

describe('open API 2.0', () => {
  const tradeStatus = fc.constantFrom(
    'NOT_PAID' as const,
    'PAID' as const,
    'REFUNDED' as const,
    'SUCCEEDED' as const,
  );
  const subOrders = some(fc.record({ subOrderId: id, status: tradeStatus }));
  const allocationStatus = fc.constantFrom(
    'WAITING' as const,
    'ALLOCATED' as const,
    'FAILED' as const,
  );
  const allocatedMembers = {
    place,
    placeName: word(),
    tradeId: id,
    subOrderId: id,
    status: allocationStatus,
    description: word(),
  };
  const neededOfAllocated = ['place', 'tradeId', 'subOrderId', 'status'] as const;

  /** Lines are of their trade, and the status is that of a line. */
  const consistent = <
    T extends {
      tradeId: string;
      status: 'WAITING' | 'ALLOCATED' | 'FAILED';
      allocations: readonly { tradeId: string; status: 'WAITING' | 'ALLOCATED' | 'FAILED' }[];
    },
  >(
    value: T,
  ): T => ({
    ...value,
    status: value.allocations[0]?.status ?? value.status,
    allocations: value.allocations.map((line) => ({ ...line, tradeId: value.tradeId })),
  });

  test('allocate and its answer', () => {
    const request = shape({ tradeId: id, sellerId: id, sellerNick: word() }, [
      'tradeId',
      'sellerId',
    ]);
    roundTrips(request, allocate.encodeRequest, allocate.decodeRequest);
    const answer = fc.record({ appKeys: some(id) });
    roundTrips(
      answer.map((value) => ({ ok: true as const, message: '', value })),
      allocate.encodeReply,
      allocate.decodeReply,
    );
    const failure = fc.record({ code: id, message: word() });
    roundTrips(
      failure.map((value) => ({ ok: false as const, ...value })),
      allocate.encodeReply,
      allocate.decodeReply,
    );
  });

  test('allocatedinfo.get answer', () => {
    const answer = fc.record({
      tradeId: id,
      status: allocationStatus,
      allocations: fc.array(shape(allocatedMembers, neededOfAllocated), { maxLength: 3 }),
    });
    roundTrips(
      answer.map((value) => ({ ok: true as const, message: '', value: consistent(value) })),
      getAllocation.encodeReply,
      getAllocation.decodeReply,
    );
  });

  test('customer.refund', () => {
    const notice = fc.record({ tradeId: id, subOrders });
    roundTrips(notice, notifyRefund.encodeRequest, notifyRefund.decodeRequest);
  });

  test('allocatedinfo.sync as a form', () => {
    const attributes = fc.dictionary(fc.constantFrom('gift', 'batch', '赠品'), word(), {
      noNullPrototype: true,
    });
    const report = shape(
      {
        tradeId: id,
        status: allocationStatus,
        message: word(),
        allocations: fc.array(shape({ ...allocatedMembers, attributes }, neededOfAllocated), {
          maxLength: 3,
        }),
      },
      ['tradeId', 'status', 'allocations'],
    );
    fc.assert(
      fc.property(report.map(consistent), (value) => {
        const fields = syncAllocation.encodeRequest(value);
        expect(syncAllocation.decodeRequest(fields)).toEqual({ ok: true, value });
      }),
    );
  });

  test('store.consigned as a form, its answer as XML and JSON', () => {
    const report = shape(
      {
        tradeId: id,
        place,
        operator: word(),
        subOrders,
        logisticId: code(),
        logisticCompany: word(),
        mailNo: code(),
        description: word(),
      },
      ['tradeId', 'place', 'operator', 'subOrders', 'logisticId', 'logisticCompany', 'mailNo'],
    );
    fc.assert(
      fc.property(report, (value) => {
        const fields = reportConsigned.encodeRequest(value);
        expect(reportConsigned.decodeRequest(fields)).toEqual({ ok: true, value });
      }),
    );
    const reply = fc.oneof(
      fc.record({ ok: fc.constant(true as const), message: word(), value: fc.constant({}) }),
      fc.record({ ok: fc.constant(false as const), code: id, message: word() }),
    );
    for (const format of ['xml', 'json'] as const) {
      roundTrips(
        reply,
        (value) => reportConsigned.encodeReply(value, format, 'r-1'),
        reportConsigned.decodeReply,
      );
    }
  });
});
