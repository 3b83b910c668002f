import type { Clock } from '@astrolabe/kernel';
import { basisOf, routingOrderOf } from '../domain/allocation.ts';
import type { Choice } from '../domain/commands.ts';
import type { OrderState } from '../domain/order.ts';
import { decisionId } from '../domain/order.ts';
import { shanghaiDay } from '../domain/routing/opening.ts';
import { recordPieces } from '../domain/routing/record.ts';
import { route } from '../domain/routing/route.ts';
import { configOf } from '../domain/routing/settings.ts';
import type { RoutingInput, RoutingOutcome } from '../domain/routing/types.ts';
import type { Claim } from '../domain/step.ts';
import { readRoutingInput } from './routing-input.ts';
import type { RoutingInputDeps } from './routing-input.ts';
import type { DecisionArchive } from './ports.ts';

export type ChooseDeps = RoutingInputDeps & {
  readonly archive: Pick<DecisionArchive, 'keep'>;
  readonly clock: Clock;
};

/**
 * Looks at rules, stores and stock, and picks a place for the waiting lines. The record is kept
 * first. Nothing is held or changed: the choice counts when the document takes it.
 */
export const makeChoose =
  (deps: ChooseDeps) =>
  async (state: OrderState): Promise<Choice> => {
    const { input, outcome } = await decideNow(deps, state);
    const { orderRef, allocation, attempt } = state;
    const id = decisionId(orderRef, allocation, attempt);
    await deps.archive.keep({
      id,
      orderRef,
      allocation,
      attempt,
      at: new Date(input.order.atMs),
      rules: input.rules.version,
      pieces: recordPieces(input, outcome),
    });
    return choiceOf(state, input, outcome);
  };

/** The same choice for a look ahead: no record is kept. */
export const makeLook =
  (deps: Omit<ChooseDeps, 'archive'>) =>
  async (state: OrderState): Promise<Choice> => {
    const { input, outcome } = await decideNow(deps, state);
    return choiceOf(state, input, outcome);
  };

async function decideNow(deps: Omit<ChooseDeps, 'archive'>, state: OrderState) {
  const input = await readRoutingInput(deps, routingOrderOf(state, deps.clock()));
  return { input, outcome: route(input) };
}

function choiceOf(state: OrderState, input: RoutingInput, outcome: RoutingOutcome): Choice {
  const { orderRef, allocation, attempt } = state;
  const { chosen } = outcome;
  return {
    basis: basisOf(state),
    chosen: chosen && { place: chosen.place, name: chosen.name },
    kinds: Object.fromEntries(outcome.lines.map((l) => [l.subOrderId, l.kind])),
    claim: claimFor(input, outcome, decisionId(orderRef, allocation, attempt)),
  };
}

/** The slot to claim where the rules count the day's orders and the chosen store has a cap. */
function claimFor(input: RoutingInput, { chosen }: RoutingOutcome, token: string): Claim | null {
  const { order, rules, snapshot } = input;
  const counts = rules.filters.some(({ name }) => name === 'daily-cap');
  if (!counts || chosen?.place.type !== 'STORE') return null;
  const storeId = chosen.place.id;
  const settings = snapshot.settings.find((of) => of.storeId === storeId);
  const cap = configOf(settings, order.flow)?.threshold ?? null;
  if (cap === null) return null;
  return { storeId, day: shanghaiDay(order.atMs), flow: order.flow, cap, token };
}
