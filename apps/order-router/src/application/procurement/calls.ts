import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type {
  Begun,
  CallWatch,
  Failed,
  OutboundCall,
  Outcome,
  Succeeded,
} from '@astrolabe/outbound';
import {
  answerBegun,
  answerEnded,
  answerSeen,
  readBegun,
  readEnded,
} from '../../domain/procurement/calls.ts';
import type { About } from '../../domain/procurement/calls.ts';
import { orderIn, sawOrder, sawRequisition } from '../../domain/procurement/procurement.ts';
import type { Procurement, RequisitionSeen } from '../../domain/procurement/procurement.ts';
import type { Rules } from '../../domain/procurement/settle.ts';
import { makeFindHome } from './find-home.ts';
import type {
  Detail,
  Got,
  ProcurementCatalog,
  ProcurementNotes,
  ProcurementPlatform,
  Procurements,
} from './ports.ts';

export type CallDeps = {
  readonly procurements: Pick<Procurements, 'load' | 'change' | 'homeOf' | 'keeping' | 'setHome'>;
  readonly platform: ProcurementPlatform;
  readonly catalog: ProcurementCatalog;
  readonly notes: ProcurementNotes;
  readonly watch: CallWatch;
  readonly clock: Clock;
  readonly rules: Rules;
  /** Has the work of another procurement done. */
  readonly wake: (ref: OrderRef) => void;
};

/** The calls to the platform: interfaces 3 and 6, which are read again and again, and 7 and 8. */
export function makeCalls(deps: CallDeps) {
  const reads = makeReads(deps);
  return { read: makeRead(deps, reads), answer: makeAnswer(deps, reads) };
}

/** What a read came to, and what it makes of the procurement. */
type Read = {
  readonly outcome: Outcome;
  readonly seen: (p: Procurement) => Procurement;
};

type Reads = {
  readonly order: (ref: OrderRef, orderId: string, reading: number) => Promise<Read>;
  readonly requisition: (ref: OrderRef, reading: number) => Promise<Read>;
};

/** Details of the platform, and where they belong. */
function makeReads(deps: CallDeps): Reads {
  const { clock, platform } = deps;
  const findHome = makeFindHome(deps);

  /** A reading of an order, of which it is known where it belongs, and what came of the call. */
  const order: Reads['order'] = async (ref, orderId, reading) => {
    const got = await platform.order(ref.sellerId, orderId);
    if (got.kind !== 'answered') return { outcome: got, seen: (p) => p };
    const seen = { ...(await withGoods(deps, ref.sellerId, got.value)), reading };
    const home = await findHome(ref, orderId, got.value.origins, seen);
    // Taken to its requisition, where the reading is.
    if (home !== null && home !== ref) return { outcome: SUCCEEDED, seen: (p) => p };
    return {
      outcome: home === null ? NO_REQUISITION : SUCCEEDED,
      seen: (p) => sawOrder(p, orderId, seen, clock()),
    };
  };

  const requisition: Reads['requisition'] = async (ref, reading) => {
    const got = await requisitionOf(deps, ref);
    if (got.kind !== 'answered') return { outcome: got, seen: (p) => p };
    const seen = { ...(await withGoods(deps, ref.sellerId, got.value)), reading };
    return { outcome: SUCCEEDED, seen: (p) => sawRequisition(p, seen, clock()) };
  };

  return { order, requisition };
}

/** Reads the detail that is due. */
function makeRead(deps: CallDeps, reads: Reads) {
  const { clock, rules, watch } = deps;
  return async (ref: OrderRef, about: About): Promise<void> => {
    let reading = 0;
    let seen: Read['seen'] = (p) => p;
    await driveCalls<OutboundCall, Succeeded>(
      {
        begin: () =>
          beginning(deps, ref, (p) => {
            const next = readBegun(p, about, clock(), rules.read);
            reading = next?.reading ?? 0;
            return next;
          }),
        // A read has no effect: it is simply made again.
        lookUp: async () => null,
        send: async () => {
          const made =
            about === ''
              ? await reads.requisition(ref, reading)
              : await reads.order(ref, about, reading);
          seen = made.seen;
          return made.outcome;
        },
        record: async (call, outcome) => {
          tellFailure(deps, ref, about === '' ? 'requisition' : 'order', outcome);
          // Together: what follows of the reading sees that the call is over.
          await change(deps, ref, (p) =>
            seen(readEnded(p, about, call, repeatable(outcome), clock(), rules.read)),
          );
        },
      },
      watch,
      1,
    );
  };
}

/** Says to the platform what is due of an order. */
function makeAnswer(deps: CallDeps, reads: Reads) {
  const { clock, rules, platform, watch } = deps;
  return async (ref: OrderRef, orderId: string): Promise<void> => {
    await driveCalls<OutboundCall, Succeeded>(
      {
        begin: () => beginning(deps, ref, (p) => answerBegun(p, orderId, clock(), rules.answer)),
        // Nothing is said twice: what the detail shows decides (catalogue P-A20, field A4 and W1).
        lookUp: async () => {
          const reading = await numbered(deps, ref);
          const { outcome, seen } = await reads.order(ref, orderId, reading);
          await change(deps, ref, seen);
          if (outcome.kind !== 'succeeded') return { kind: 'unknown', problem: outcome.problem };
          const order = await orderAt(deps, ref, orderId);
          return order && answerSeen(order);
        },
        send: async () => {
          const order = await orderAt(deps, ref, orderId);
          const due = order?.answer;
          if (!due || order.seen?.status !== 'AWAITS_SUPPLIER') return NOT_DUE;
          return await platform.answer(ref.sellerId, orderId, due.kind, due.reason);
        },
        record: async (call, outcome) => {
          tellFailure(deps, ref, 'answer', outcome);
          await change(deps, ref, (p) =>
            answerEnded(p, orderId, call, outcome, clock(), rules.answer),
          );
        },
      },
      watch,
      1,
    );
  };
}

/** Changes a procurement that is there; what follows is written with it. */
export async function change(
  { procurements, notes }: Pick<CallDeps, 'procurements' | 'notes'>,
  ref: OrderRef,
  next: (p: Procurement) => Procurement,
): Promise<void> {
  let before: Procurement | null = null;
  const stored = await procurements.change(ref, null, (p) => {
    if (!p) throw new TypeError('a procurement that is due has a document');
    before = p;
    return ok(next(p));
  });
  if (stored.ok) notes.changed(before, stored.value);
}

const SUCCEEDED: Outcome = { kind: 'succeeded' };
const NOT_DUE: Failed = { kind: 'refused', problem: { code: 'NOT_DUE', message: '' } };
/** Message 2 may still be on its way: the order is looked at again before a person is asked. */
const NO_REQUISITION: Outcome = {
  kind: 'unanswered',
  problem: { code: 'NO_REQUISITION', message: 'no requisition is known that it came of' },
};

/** Details lag behind messages: "not found" may be found a moment later (field Q2). */
const repeatable = (outcome: Outcome): Outcome =>
  outcome.kind === 'refused' ? { ...outcome, kind: 'unanswered' } : outcome;

const orderAt = async ({ procurements }: CallDeps, ref: OrderRef, orderId: string) => {
  const found = await procurements.load(ref);
  return (found && orderIn(found.p, orderId)) ?? null;
};

async function requisitionOf(
  { platform, procurements }: CallDeps,
  ref: OrderRef,
): Promise<Got<Detail<RequisitionSeen>>> {
  const id = (await procurements.load(ref))?.p.requisition?.id ?? '';
  return await platform.requisition(ref.sellerId, id);
}

/** A number for a reading that is made beside the queue of reads. */
async function numbered(deps: CallDeps, ref: OrderRef): Promise<number> {
  let reading = 0;
  await change(deps, ref, (p) => {
    reading = p.readings + 1;
    return { ...p, readings: reading };
  });
  return reading;
}

async function beginning(
  deps: CallDeps,
  ref: OrderRef,
  next: (p: Procurement) => { readonly p: Procurement; readonly begun: Begun<OutboundCall> } | null,
): Promise<Begun<OutboundCall> | null> {
  let begun: Begun<OutboundCall> | null = null;
  await change(deps, ref, (p) => {
    const after = next(p);
    begun = after?.begun ?? null;
    return after?.p ?? p;
  });
  return begun;
}

/** A detail with our goods in its lines. */
async function withGoods<
  L extends { readonly goodsId: string },
  S extends { readonly lines: readonly L[] },
>(
  { catalog }: Pick<CallDeps, 'catalog'>,
  sellerId: string,
  { seen, goods }: { readonly seen: S; readonly goods: Detail<never>['goods'] },
): Promise<S> {
  const found = goods.length === 0 ? [] : await catalog.goods(sellerId, goods);
  return {
    ...seen,
    lines: seen.lines.map((line, at) => ({ ...line, goodsId: found[at] ?? '' })),
  };
}

function tellFailure(
  { notes }: Pick<CallDeps, 'notes'>,
  ref: OrderRef,
  what: string,
  outcome: Outcome,
): void {
  if (outcome.kind !== 'succeeded') notes.callFailed(ref, what, outcome.problem.code);
}
