import type { Clock, OrderRef } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { driveCalls, isGivenUp } from '@astrolabe/outbound';
import type { Begun, CallPorts, CallWatch, Failed, Policy, Succeeded } from '@astrolabe/outbound';
import { readingAsked, readingBegun, readingEnded } from '../../domain/supply/receipt-reading.ts';
import type { ReceiptReading } from '../../domain/supply/receipt-reading.ts';
import { receiptSeen } from '../../domain/supply/receipts.ts';
import type { ReceiptRead } from '../../domain/supply/receipts.ts';
import type {
  ReceiptDetail,
  ReceiptReadings,
  Supplies,
  SupplyNotes,
  SupplyPlatform,
} from './ports.ts';

export type ReadReceiptDeps = {
  readonly readings: Pick<ReceiptReadings, 'load' | 'change'>;
  readonly supplies: Pick<Supplies, 'change'>;
  readonly platform: Pick<SupplyPlatform, 'receipt'>;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly watch: CallWatch;
  readonly notes: SupplyNotes;
};

/** A reading, and one more for messages that came meanwhile. */
const CALLS_MAX = 4;

type Read = Succeeded & { readonly orders: readonly string[] };

/**
 * Reads a receipt that a message named (document 000, interface 13), and records it at each order that it is about. A
 * reading that is lost is made again: it changes nothing at the platform, and an older one changes nothing here.
 */
export const makeReadReceipt =
  (deps: ReadReceiptDeps) =>
  async (receipt: OrderRef): Promise<void> => {
    const { readings, clock, policy } = deps;
    const ports: CallPorts<ReceiptReading, Read> = {
      begin: () => begin(deps, receipt),
      lookUp: async () => null,
      send: (reading) => readOnce(deps, reading),
      record: async (tried, outcome) => {
        const orders = outcome.kind === 'succeeded' ? outcome.orders : [];
        const after = await readings.change(
          receipt,
          null,
          (current) =>
            current && readingEnded(current, tried, outcome, clock(), { policy, orders }),
        );
        const problem = after && isGivenUp(after.call) && after.call.problem;
        if (problem) deps.notes.waits('RECEIPT', receipt, problem);
      },
    };
    await driveCalls(ports, deps.watch, CALLS_MAX);
  };

async function begin(
  { readings, clock, policy }: ReadReceiptDeps,
  receipt: OrderRef,
): Promise<Begun<ReceiptReading> | null> {
  const seen = await readings.load(receipt);
  if (!seen || !readingBegun(seen, clock(), policy)) return null;
  let taken: Begun<ReceiptReading> | null = null;
  await readings.change(receipt, null, (current) => {
    taken = current && readingBegun(current, clock(), policy);
    return taken?.call ?? null;
  });
  return taken;
}

async function readOnce(deps: ReadReceiptDeps, reading: ReceiptReading): Promise<Read | Failed> {
  const { channel, sellerId, number } = reading.orderRef;
  const detail = await deps.platform.receipt(sellerId, number);
  // A detail may lag behind the message that named it: "not found" is asked again too.
  if (!detail.ok) return { ...detail.error, kind: later(detail.error.kind) };
  const numbers = new Set([...reading.orders, ...detail.value.orders.keys()]);
  for (const order of numbers) {
    const isKnown = await record(deps, { channel, sellerId, number: order }, detail.value, reading);
    if (!isKnown) {
      return { kind: 'unanswered', problem: { code: 'UNKNOWN_ORDER', message: order } };
    }
  }
  return { kind: 'succeeded', orders: [...detail.value.orders.keys()] };
}

const later = (kind: Failed['kind']): Failed['kind'] => (kind === 'refused' ? 'unanswered' : kind);

/** False when the order is not here, or not yet. */
async function record(
  { supplies }: ReadReceiptDeps,
  order: OrderRef,
  { orders, ...note }: ReceiptDetail,
  { readings }: ReceiptReading,
): Promise<boolean> {
  const read: ReceiptRead = { ...note, reading: readings, lines: orders.get(order.number) ?? [] };
  const changed = await supplies.change<null, 'UNKNOWN_ORDER'>(order, null, (current) =>
    current ? ok({ ...receiptSeen(current, read), result: null }) : err('UNKNOWN_ORDER'),
  );
  return changed.ok;
}

export type ReadAgainDeps = {
  readonly readings: Pick<ReceiptReadings, 'load' | 'change'>;
  readonly clock: Clock;
  /** Reads it, and is waited for a while. */
  readonly tryNow: (receipt: OrderRef) => Promise<void>;
};

/** A person has a receipt read, whether a message named it or not. */
export const makeReadAgain =
  ({ readings, clock, tryNow }: ReadAgainDeps) =>
  async (receipt: OrderRef): Promise<ReceiptReading> => {
    await readings.change(receipt, null, (current) => readingAsked(current, receipt, clock()));
    await tryNow(receipt);
    const reading = await readings.load(receipt);
    if (!reading) throw new TypeError('what was asked for is there');
    return reading;
  };
