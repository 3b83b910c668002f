import type { StateMapping } from '@astrolabe/mongo';
import type { Received } from '@astrolabe/kernel';
import type { OrderLine, OrderState } from '../../domain/order.ts';
import { marksOf } from './marks.ts';
import type { RouteTarget, Step } from '../../domain/step.ts';

/** A list may do without these. */
type Listed = Omit<StoredOrder, 'decisions' | 'inbox' | 'steps' | 'timeline'> &
  Partial<Pick<StoredOrder, 'decisions' | 'inbox' | 'steps' | 'timeline'>>;

type Pair = readonly [string, string];
type StoredAttributes = { readonly attributes: readonly Pair[] };
type StoredLine = Omit<OrderLine, 'attributes'> & StoredAttributes;
type StoredTarget = Omit<RouteTarget, 'attributes'> & StoredAttributes;
type Aimed = Extract<Step, { readonly targets: unknown }>;
type StoredAimed<S extends Aimed> = S extends Aimed
  ? Omit<S, 'targets'> & { readonly targets: StoredTarget[] }
  : never;
type StoredStep = Exclude<Step, Aimed> | StoredAimed<Aimed>;
type StoredOrder = Omit<OrderState, 'lines' | 'steps' | 'inbox'> & {
  readonly lines: readonly StoredLine[];
  readonly steps: readonly StoredStep[];
  readonly inbox: readonly (Received & { readonly source: string })[];
  /** What lists and counts find the order by; written only. */
  readonly marks?: readonly string[];
};

/**
 * Names that come from outside (sources of events, a seller's attributes) must not become field
 * names: they may hold dots and dollars. They are kept as pairs.
 */
export const orderMapping: StateMapping<OrderState> = {
  encode: (state): StoredOrder => ({
    ...state,
    lines: state.lines.map(toPairs),
    steps: state.steps.map((step) =>
      'targets' in step ? { ...step, targets: step.targets.map(toPairs) } : step,
    ),
    marks: marksOf(state),
    inbox: Object.entries(state.inbox).map(([source, received]) => ({ source, ...received })),
  }),
  decode: (stored): OrderState => {
    const { marks: _written, ...order } = stored as Listed;
    return {
      ...order,
      // What a list does without.
      timeline: order.timeline ?? [],
      decisions: order.decisions ?? [],
      // Documents of before there were caps, retries, withdrawn refunds and actions of operators.
      claim: order.claim ?? null,
      flags: order.flags ?? [],
      hold: order.hold ?? null,
      actions: order.actions ?? [],
      collectStoreId: order.collectStoreId ?? '',
      retryAt: order.retryAt ?? null,
      retries: order.retries ?? 0,
      waits: order.waits ?? {},
      passages: order.passages ?? [],
      lines: order.lines.map((line) =>
        fromPairs({
          ...line,
          hold: line.hold ?? 0,
          returns: line.returns ?? 0,
          refunded: line.refunded ?? false,
          left: line.left ?? false,
          rides: line.rides ?? false,
        }),
      ),
      steps: (order.steps ?? []).map((step) => {
        if ('targets' in step) return { ...step, targets: step.targets.map(fromPairs) };
        return step.kind === 'reserve' ? { ...step, hold: step.hold ?? 0 } : step;
      }),
      inbox: Object.fromEntries(
        (order.inbox ?? []).map(({ source, high, missing }) => [source, { high, missing }]),
      ),
    };
  },
};

type WithAttributes = { readonly attributes: Readonly<Record<string, string>> };

const toPairs = <T extends WithAttributes>(value: T): Omit<T, 'attributes'> & StoredAttributes => ({
  ...value,
  attributes: Object.entries(value.attributes),
});

const fromPairs = <T extends StoredAttributes>(
  value: T,
): Omit<T, 'attributes'> & WithAttributes => ({
  ...value,
  attributes: Object.fromEntries(value.attributes),
});
