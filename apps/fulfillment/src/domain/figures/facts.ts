import type { OrderRef, Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';

/** What can happen to sub-orders at the place of one allocation. */
export type Step = 'ALLOCATED' | 'NOTIFIED' | 'ACCEPTED' | 'REFUSED' | 'GIVEN_BACK' | 'CONSIGNED';

/** When a step happened, and when it was told to Astrolabe. */
export type Moment = {
  readonly at: Date;
  readonly toldAt: Date;
  /** Of a refusal: the code of its reason; absent where none was given. */
  readonly reason?: string;
};

/** One allocation of a sub-order to one place. */
export type Leg = {
  readonly allocation: number;
  readonly place: Place;
  readonly steps: Readonly<Partial<Record<Step, Moment>>>;
};

export type SubOrderFacts = {
  readonly subOrderId: string;
  /** By allocation and place. */
  readonly legs: readonly Leg[];
  readonly signedAt: Date | null;
};

/** Everything that the operating metrics need to know of an order. */
export type OrderFacts = {
  readonly orderRef: OrderRef;
  /** An order without omni-channel goods is in no figure. */
  readonly omni: boolean;
  readonly paidAt: Date | null;
  /** By id. */
  readonly subOrders: readonly SubOrderFacts[];
};

/** One thing that an event tells of an order. */
export type Fact =
  | { readonly kind: 'PAID'; readonly at: Date }
  | { readonly kind: 'SIGNED'; readonly subOrderIds: readonly string[]; readonly at: Date }
  | ({
      readonly kind: 'STEP';
      readonly step: Step;
      readonly allocation: number;
      readonly place: Place;
      readonly subOrderIds: readonly string[];
    } & Moment);

/** The first so many allocations of a sub-order count; a limit to the document, not to routing. */
const LEGS_MAX = 64;

export const noFacts = (orderRef: OrderRef): OrderFacts => ({
  orderRef,
  omni: false,
  paidAt: null,
  subOrders: [],
});

/**
 * Adds what an event tells. The earliest telling of each thing wins, so the result depends neither
 * on the order of the facts nor on how often each is told. Returns the same object when nothing is
 * new.
 */
export function withFact(facts: OrderFacts, fact: Fact): OrderFacts {
  switch (fact.kind) {
    case 'PAID': {
      const paidAt = earlier(facts.paidAt, fact.at);
      return facts.omni && paidAt === facts.paidAt ? facts : { ...facts, omni: true, paidAt };
    }
    case 'SIGNED':
      return changeSubOrders(facts, fact.subOrderIds, (sub) => {
        const signedAt = earlier(sub.signedAt, fact.at);
        return signedAt === sub.signedAt ? sub : { ...sub, signedAt };
      });
    case 'STEP':
      return changeSubOrders(facts, fact.subOrderIds, (sub) => withStep(sub, fact));
  }
}

function withStep(sub: SubOrderFacts, fact: Fact & { kind: 'STEP' }): SubOrderFacts {
  const key = legKey(fact);
  const leg: Leg = sub.legs.find((one) => legKey(one) === key) ?? {
    allocation: fact.allocation,
    place: fact.place,
    steps: {},
  };
  const known = leg.steps[fact.step];
  if (known && !isBefore(fact, known)) return sub;
  const { at, toldAt, reason } = fact;
  const moment = { at, toldAt, ...(reason !== undefined && { reason }) };
  const changed = { ...leg, steps: { ...leg.steps, [fact.step]: moment } };
  const others = sub.legs.filter((one) => one !== leg);
  const legs = [...others, changed].toSorted(byAllocation).slice(0, LEGS_MAX);
  return legs.includes(changed) ? { ...sub, legs } : sub;
}

function changeSubOrders(
  facts: OrderFacts,
  subOrderIds: readonly string[],
  change: (sub: SubOrderFacts) => SubOrderFacts,
): OrderFacts {
  const known = new Map(facts.subOrders.map((sub) => [sub.subOrderId, sub]));
  let anything = false;
  for (const subOrderId of subOrderIds) {
    const before = known.get(subOrderId);
    const after = change(before ?? { subOrderId, legs: [], signedAt: null });
    if (after === before) continue;
    known.set(subOrderId, after);
    anything = true;
  }
  if (!anything) return facts;
  const subOrders = [...known.values()].toSorted((a, b) => compare(a.subOrderId, b.subOrderId));
  return { ...facts, subOrders };
}

/** The one that is known already when both are the same instant. */
const earlier = (known: Date | null, told: Date): Date =>
  known !== null && known.getTime() <= told.getTime() ? known : told;

const isBefore = (a: Moment, b: Moment): boolean =>
  a.at.getTime() !== b.at.getTime()
    ? a.at.getTime() < b.at.getTime()
    : a.toldAt.getTime() < b.toldAt.getTime();

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const legKey = ({ allocation, place }: Pick<Leg, 'allocation' | 'place'>): string =>
  `${allocation} ${placeKey(place)}`;

const byAllocation = (a: Leg, b: Leg): number =>
  a.allocation - b.allocation || compare(placeKey(a.place), placeKey(b.place));
