import type { Place } from '@astrolabe/kernel';
import {
  notifyAllocation,
  reportAccepted,
  reportConsigned,
  reportRefused,
} from '@astrolabe/schemas/omni';
import type { AllocationReport } from '@astrolabe/schemas/omni';
import type { ChannelReply } from '@astrolabe/schemas/wire';
import type { Seller } from '../../domain/seller.ts';
import type { Answer, Platform } from './platform.ts';

/** An allocation that the platform told the POS. */
export type Allocation = {
  sellerId: string;
  tid: string;
  oids: readonly string[];
  place: Place;
  receivedAtMs: number;
};

/** What a report came to; `code` is "0" on success. */
export type Reported = Answer & { code: string; message: string };

export type StoreVerb = 'accept' | 'refuse' | 'consign';

const OPERATOR = '小王';
const LOGISTICS = { logisticId: '233324', logisticCompany: '顺丰', mailNo: '2323232' };
const KEPT = 100_000;

/** The stores' own system: it hears of allocations by SPI and reports what the stores do. */
export function createPos(platform: Platform) {
  const byTrade = new Map<string, Allocation[]>();
  const listeners = new Set<(allocation: Allocation) => void>();

  const keep = (allocation: Allocation): void => {
    const known = byTrade.get(allocation.tid) ?? [];
    byTrade.set(allocation.tid, [...known, allocation]);
    const [oldest] = byTrade.keys();
    if (byTrade.size > KEPT && oldest !== undefined) byTrade.delete(oldest);
  };

  return {
    /** Takes the SPI's body; the answer to send back. */
    hear: (seller: Seller, body: Buffer, nowMs: number): string => {
      const decoded = notifyAllocation.decodeRequest(body);
      if (!decoded.ok) {
        const { code, message } = decoded.error;
        return notifyAllocation.encodeReply({ ok: false, code, message });
      }
      for (const allocation of allocationsOf(seller, decoded.value, nowMs)) {
        keep(allocation);
        for (const listener of listeners) listener(allocation);
      }
      return notifyAllocation.encodeReply({ ok: true, message: '', value: {} });
    },
    /** Allocations of a trade, in the order in which they came. */
    allocations: (tid: string): readonly Allocation[] => byTrade.get(tid) ?? [],
    onAllocation: (listener: (allocation: Allocation) => void): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    report: (
      seller: Seller,
      verb: StoreVerb,
      task: { tid: string; oids: readonly string[]; place: Place },
    ): Promise<Reported> => report(platform, seller, verb, task),
  };
}

export type Pos = ReturnType<typeof createPos>;

function allocationsOf(
  seller: Seller,
  { tradeId, allocations }: AllocationReport,
  receivedAtMs: number,
): Allocation[] {
  const places = new Map<string, { place: Place; oids: string[] }>();
  for (const { place, subOrderId } of allocations) {
    const key = `${place.type}:${place.id}`;
    const group = places.get(key) ?? { place, oids: [] };
    group.oids.push(subOrderId);
    places.set(key, group);
  }
  return [...places.values()].map(({ place, oids }) => ({
    sellerId: seller.sellerId,
    tid: tradeId,
    oids,
    place,
    receivedAtMs,
  }));
}

async function report(
  platform: Platform,
  seller: Seller,
  verb: StoreVerb,
  { tid, oids, place }: { tid: string; oids: readonly string[]; place: Place },
): Promise<Reported> {
  const request = {
    tradeId: tid,
    place,
    operator: OPERATOR,
    subOrders: oids.map((subOrderId) => ({ subOrderId, status: 'PAID' as const })),
  };
  const send = async (
    wire: { method: string; decodeReply: typeof reportAccepted.decodeReply },
    business: ReadonlyMap<string, string>,
  ): Promise<Reported> => {
    const answer = await platform.top(seller.keys.pos, seller.sellerId, wire.method, business);
    const reply = wire.decodeReply(Buffer.from(answer.response, 'utf8'));
    if (!reply.ok) return { ...answer, code: 'NOT_UNDERSTOOD', message: reply.error };
    return { ...answer, ...codeOf(reply.value) };
  };
  switch (verb) {
    case 'accept':
      return await send(reportAccepted, reportAccepted.encodeRequest(request));
    case 'refuse':
      return await send(reportRefused, reportRefused.encodeRequest(request));
    case 'consign':
      return await send(
        reportConsigned,
        reportConsigned.encodeRequest({ ...request, ...LOGISTICS, description: '已发送' }),
      );
  }
}

const codeOf = (reply: ChannelReply<unknown>): { code: string; message: string } =>
  reply.ok ? { code: '0', message: '' } : { code: reply.code, message: reply.message };
