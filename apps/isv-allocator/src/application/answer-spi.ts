import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Allocation } from '../domain/allocation.ts';
import {
  allocateAsked,
  allocationTold,
  storeAccepted,
  storeConsigned,
  storeRefused,
} from '../domain/notices.ts';
import type { NoticeRefusal, ToldPlace } from '../domain/notices.ts';
import { refundTold } from '../domain/refund.ts';
import type { ToldRefund } from '../domain/refund.ts';
import type { Allocations } from './ports.ts';

export type SpiDeps = {
  readonly allocations: Allocations;
  readonly clock: Clock;
  /** Has the trade worked on at once; it is due in its document either way. */
  readonly wake: (name: OrderRef) => void;
};

type Answered = Promise<Result<Allocation, NoticeRefusal>>;

/** What the platform may tell and ask. Each answer is given when its effect is durable. */
export type Spi = {
  allocate(name: OrderRef): Answered;
  result(name: OrderRef): Answered;
  refund(name: OrderRef, told: readonly ToldRefund[]): Answered;
  accepted(name: OrderRef): Answered;
  refused(name: OrderRef): Answered;
  consigned(name: OrderRef): Answered;
  told(name: OrderRef, places: readonly ToldPlace[]): Answered;
};

/** The SPIs on our side; every one of them is idempotent by what it says. */
export function makeSpi({ allocations, clock, wake }: SpiDeps): Spi {
  const change = async (
    name: OrderRef,
    decide: (state: Allocation | null) => Result<Allocation, NoticeRefusal>,
  ): Answered => {
    const written = await allocations.change(name, decide);
    if (written.ok && written.value.dueAt) wake(name);
    return written;
  };
  return {
    allocate: (name) => change(name, (state) => allocateAsked(state, name, clock())),
    result: async (name) => {
      const found = await allocations.load(name);
      return found && (found.round > 0 || found.status === 'ALLOCATED')
        ? ok(found)
        : err('UNKNOWN_TRADE');
    },
    refund: (name, told) => change(name, (state) => ok(refundTold(state, name, told, clock()))),
    accepted: (name) => change(name, storeAccepted),
    refused: (name) => change(name, (state) => storeRefused(state, clock())),
    consigned: (name) => change(name, storeConsigned),
    told: (name, places) =>
      change(name, (state) => ok(allocationTold(state, name, places, clock()))),
  };
}
