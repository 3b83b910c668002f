import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok, orderKey } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type {
  Begun,
  CallPorts,
  CallWatch,
  OutboundCall,
  Policy,
  Succeeded,
} from '@astrolabe/outbound';
import type { StockOutcome } from '../../domain/commands.ts';
import { callBegun, callEnded, callPostponed } from '../../domain/till/attempts.ts';
import { planHolds } from '../../domain/till/plan.ts';
import type { FreeAtStore } from '../../domain/till/plan.ts';
import { outcomeOf } from '../../domain/till/platform.ts';
import type { PlatformAnswer } from '../../domain/till/platform.ts';
import {
  holdsPlanned,
  isStepDue,
  nextStep,
  notReserved,
  owedReturn,
  putBack,
  rejected,
  reserved,
  stepFailed,
  stockSettled,
} from '../../domain/till/sale.ts';
import type { Sale, SaleReturn, Step } from '../../domain/till/sale.ts';
import type { Stock, StockVerb } from '../ports.ts';
import type { Platforms, Sales, TillNotes, TillSettings } from './ports.ts';

export type DriveSaleDeps = {
  readonly sales: Pick<Sales, 'load' | 'change'>;
  readonly stock: Pick<Stock, 'execute' | 'free'>;
  readonly settings: Pick<TillSettings, 'platform'>;
  readonly platforms: Platforms;
  readonly notes: TillNotes;
  readonly clock: Clock;
  /** Its lease is longer than one attempt takes. */
  readonly policy: Policy;
  readonly watch: CallWatch;
};

/** A sale has at most a plan or three, a reservation each, one call and one settlement at a time. */
const STEPS_MAX = 12;

/**
 * Takes the steps of a sale that are due, one after the other: hold, send, consume or release, put back. Every step may be
 * taken twice: the inventory recognises operations, and the platform's call is leased.
 */
export const makeDriveSale =
  (deps: DriveSaleDeps) =>
  async (name: OrderRef): Promise<void> => {
    for (let count = 0; count < STEPS_MAX; count += 1) {
      const found = await deps.sales.load(name);
      const step = found && nextStep(found.sale);
      if (!step || !isStepDue(found.sale, deps.clock())) return;
      if (!(await taken(deps, found.sale, step))) return;
    }
  };

/** False when the step has to wait for another turn. */
async function taken(deps: DriveSaleDeps, sale: Sale, step: Step): Promise<boolean> {
  if (step === 'SEND') {
    await send(deps, sale.orderRef);
    return true;
  }
  try {
    return await atInventory(deps, sale, step);
  } catch (error) {
    deps.notes.stepFailed(sale.orderRef, step, error);
    await change(deps, sale.orderRef, (current) => stepFailed(current, deps.clock()));
    return false;
  }
}

async function atInventory(
  deps: DriveSaleDeps,
  sale: Sale,
  step: Exclude<Step, 'SEND'>,
): Promise<boolean> {
  const { clock } = deps;
  if (step === 'RESERVE') return await reserve(deps, sale);
  if (step === 'PUT_BACK') return await putGoodsBack(deps, sale);
  const outcome = await execute(deps, sale, step === 'CONSUME' ? consumption(sale) : RELEASE);
  if (outcome.kind !== 'done') throw new Error(`the inventory refused: ${outcome.reason}`);
  const stock = step === 'CONSUME' ? 'CONSUMED' : 'RELEASED';
  await change(deps, sale.orderRef, (current) => stockSettled(current, stock, clock()));
  return true;
}

async function reserve(deps: DriveSaleDeps, sale: Sale): Promise<boolean> {
  const { clock } = deps;
  if (!sale.holds) {
    const plan = planHolds(sale.lines, await freeAtStore(deps, sale));
    await change(deps, sale.orderRef, (current) => holdsPlanned(current, plan, clock()));
    return true;
  }
  const outcome =
    sale.holds.length > 0 ? await execute(deps, sale, reservation(sale)) : NOTHING_HELD;
  await change(deps, sale.orderRef, (current) => {
    // Another process may have planned anew since: this outcome is not about its plan.
    if (current.plans !== sale.plans) return current;
    if (outcome.kind === 'done') return reserved(current, clock());
    if (outcome.kind === 'insufficient') return notReserved(current, clock());
    return rejected(current, { code: outcome.reason, message: '' }, clock());
  });
  return true;
}

const NOTHING_HELD: StockOutcome = { kind: 'done', places: {} };

async function freeAtStore({ stock }: DriveSaleDeps, sale: Sale): Promise<readonly FreeAtStore[]> {
  const { orderRef, place, lines } = sale;
  const goodsIds = [...new Set(lines.map(({ goodsId }) => goodsId))];
  return await stock.free(orderRef.sellerId, goodsIds, [place]);
}

const reservation = ({ holds, place }: Sale): StockVerb => ({
  kind: 'reserve',
  buyerRef: '',
  // It survives an outcome that nobody knows, however long that takes.
  policy: { kind: 'SHARED', ttlMs: 0n },
  lines: (holds ?? []).map(({ lineId, goodsId, quantityMilli, kind }) => ({
    subOrderId: lineId,
    goodsId,
    quantityMilli,
    at: { place, kind },
  })),
});

const consumption = ({ orderRef, holds }: Sale): StockVerb => ({
  kind: 'consume',
  subOrderIds: (holds ?? []).map(({ lineId }) => lineId),
  shipmentRef: orderRef.number,
});

const RELEASE: StockVerb = { kind: 'release', subOrderIds: [], reason: 'till sale rejected' };

/** Name space of the bill numbers of goods that have come back. */
const RETURNS = 'till-return';

/** Goods go back to what the store sells itself: online they are promised when the store has counted them. */
const returning = ({ orderRef, place, lines }: Sale, back: SaleReturn): StockVerb => ({
  kind: 'adjust',
  billScope: RETURNS,
  lines: back.lines.map(({ lineId, quantityMilli }) => ({
    billNum: `${orderRef.number}/${back.returnNo}/${lineId}`,
    goodsId: lines.find((line) => line.lineId === lineId)?.goodsId ?? '',
    quantityMilli,
    at: { place, kind: 'SHARED' },
  })),
});

async function putGoodsBack(deps: DriveSaleDeps, sale: Sale): Promise<boolean> {
  const back = owedReturn(sale);
  if (!back) return true;
  const { orderRef } = sale;
  const { returnNo } = back;
  const operationId = `${orderKey(orderRef)}/till/return/${returnNo}`;
  const verb = returning(sale, back);
  const outcome = await deps.stock.execute({ orderRef, operationId, hold: 0, verb });
  if (outcome.kind !== 'done') {
    deps.notes.stepFailed(
      orderRef,
      'PUT_BACK',
      new Error(`the inventory refused: ${outcome.kind}`),
    );
  }
  const stock = outcome.kind === 'done' ? 'POSTED' : 'REFUSED';
  await change(deps, orderRef, (current) => putBack(current, returnNo, stock, deps.clock()));
  return true;
}

const execute = (deps: DriveSaleDeps, sale: Sale, verb: StockVerb): Promise<StockOutcome> =>
  deps.stock.execute({
    orderRef: sale.orderRef,
    operationId: `${orderKey(sale.orderRef)}/till/${verb.kind}/${sale.plans}`,
    hold: 0,
    verb,
  });

/** One attempt at the platform, the one that is due. */
async function send(deps: DriveSaleDeps, name: OrderRef): Promise<void> {
  const { sales, clock, policy } = deps;
  const platform = await deps.settings.platform(name.sellerId);
  if (platform?.pause) {
    return await change(deps, name, (current) => callPostponed(current, clock()));
  }
  let answer: PlatformAnswer | null = null;
  const ports: CallPorts<OutboundCall, Succeeded> = {
    begin: () => begin(deps, name),
    // There is no interface to look a trade up by its request number: the number itself is asked again.
    lookUp: async () => null,
    send: async () => {
      const found = await sales.load(name);
      const request = found?.sale.platform?.request;
      answer =
        platform && request ? await deps.platforms.send(platform, name, request) : NOT_CONNECTED;
      return outcomeOf(answer);
    },
    record: async (call, outcome) => {
      const ended: PlatformAnswer =
        answer ??
        (outcome.kind === 'succeeded'
          ? NOT_CONNECTED
          : { kind: 'unknown', problem: outcome.problem });
      const treatAsPaid = platform?.treatAsPaid ?? false;
      await change(deps, name, (current) =>
        callEnded(current, call, ended, clock(), { policy, treatAsPaid }),
      );
    },
  };
  await driveCalls(ports, deps.watch, 1);
}

/** The connection was taken away meanwhile: nothing is sent, and a person or a new connection decides. */
const NOT_CONNECTED: PlatformAnswer = {
  kind: 'blocked',
  problem: { code: 'NOT_CONNECTED', message: '' },
};

async function begin(deps: DriveSaleDeps, name: OrderRef): Promise<Begun<OutboundCall> | null> {
  let taken: Begun<OutboundCall> | null = null;
  await change(deps, name, (current) => {
    const next = callBegun(current, deps.clock(), deps.policy);
    taken = next?.begun ?? null;
    return next?.sale ?? current;
  });
  return taken;
}

async function change(
  { sales, notes }: Pick<DriveSaleDeps, 'sales' | 'notes'>,
  name: OrderRef,
  next: (sale: Sale) => Sale,
): Promise<void> {
  let before: Sale | null = null;
  const changed = await sales.change(name, (current) => {
    if (!current) throw new TypeError('a sale that is due has a document');
    before = current;
    return ok(next(current));
  });
  const from = (before as Sale | null)?.state;
  if (changed.ok && from && from !== changed.value.state) notes.moved(changed.value, from);
}
