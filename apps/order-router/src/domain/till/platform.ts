import type { Fen } from '@astrolabe/kernel';
import type { Failed, Outcome, Problem } from '@astrolabe/outbound';

/** A trade as the platform has made it; an amount that it did not say, or not readably, is null. */
export type PlatformTrade = {
  readonly tradeNo: string;
  readonly totalFen: Fen | null;
  readonly payFen: Fen | null;
};

/**
 * What the platform answered to a sale. `refused`: this sale is not to be made. `repeated`: it has had the number
 * before, perhaps from us. `blocked`: it does not let us in, and nothing was looked at. `busy`: it did not
 * look either, and may be asked again. `repeatable`: it failed on its side; it may have made the trade.
 * `unknown`: nothing can be read from it.
 */
export type PlatformAnswer =
  | { readonly kind: 'created'; readonly trade: PlatformTrade }
  | {
      readonly kind: 'refused' | 'repeated' | 'blocked' | 'busy' | 'repeatable' | 'unknown';
      readonly problem: Problem;
    };

/** The answer as the attempt machine knows it. */
export function outcomeOf(answer: PlatformAnswer): Outcome {
  if (answer.kind === 'created') return { kind: 'succeeded' };
  const { problem } = answer;
  return { kind: KINDS[answer.kind], problem };
}

const KINDS = {
  refused: 'refused',
  repeated: 'unknown',
  blocked: 'unanswered',
  busy: 'unanswered',
  repeatable: 'unknown',
  unknown: 'unknown',
} as const satisfies Record<Exclude<PlatformAnswer['kind'], 'created'>, Failed['kind']>;
