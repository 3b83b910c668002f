import { begun, ended, isGivenUp, postponed } from '@astrolabe/outbound';
import type { Begun, OutboundCall, Policy } from '@astrolabe/outbound';
import { outcomeOf } from './platform.ts';
import type { PlatformAnswer } from './platform.ts';
import { created, isOver, rejected, scheduled } from './sale.ts';
import type { AtPlatform, Sale, SaleState } from './sale.ts';

/** `retryMs` before the second attempt, twice as long before each further one, up to 30 s. */
export const tillPolicy = (attemptsMax: number, retryMs: number, leaseMs: number): Policy => ({
  attemptsMax,
  firstWaitMs: retryMs,
  factor: 2,
  waitMaxMs: Math.max(retryMs, 30_000),
  leaseMs,
});

/** Begins the call that is due. Null when there is none: the sale is over, waits, or is under way. */
export function callBegun(
  sale: Sale,
  now: Date,
  policy: Policy,
): { readonly sale: Sale; readonly begun: Begun<OutboundCall> } | null {
  const { platform } = sale;
  if (!platform || isOver(sale) || sale.state === 'DRAFT') return null;
  const next = begun(platform.call, now, policy);
  if (!next) return null;
  // An attempt whose process was lost may have made the trade.
  const inDoubt = platform.inDoubt || next.isDoubtful;
  const begunAt: AtPlatform = { ...platform, call: next.call, inDoubt };
  return { sale: scheduled({ ...sale, state: 'SENT', platform: begunAt }), begun: next };
}

/** The platform is paused: the call that is due waits, and no attempt is used up. */
export function callPostponed(sale: Sale, now: Date): Sale {
  const { platform } = sale;
  if (!platform) return sale;
  return scheduled({ ...sale, platform: { ...platform, call: postponed(platform.call, now) } });
}

/** How an attempt ended. One that is not under way any more changes nothing. */
export function callEnded(
  sale: Sale,
  attempt: Pick<OutboundCall, 'attempts'>,
  answer: PlatformAnswer,
  now: Date,
  { policy, treatAsPaid }: { readonly policy: Policy; readonly treatAsPaid: boolean },
): Sale {
  const { platform } = sale;
  if (!platform || isOver(sale)) return sale;
  const call = ended(platform.call, attempt, outcomeOf(answer), now, policy);
  if (call === platform.call) return sale;
  const isUnread = answer.kind === 'repeatable' || answer.kind === 'unknown';
  const after: Sale = {
    ...sale,
    platform: { ...platform, call, inDoubt: platform.inDoubt || isUnread },
  };
  if (answer.kind === 'created') return created(after, answer.trade, now, treatAsPaid);
  return failed({ ...after, problem: answer.problem }, answer.kind, now);
}

function failed(sale: Sale, kind: Exclude<PlatformAnswer['kind'], 'created'>, now: Date): Sale {
  const { platform, problem } = sale;
  if (!platform || !problem) return sale;
  switch (kind) {
    case 'refused':
      // After an attempt of unknown end, "no" may be said of the trade that it has made.
      return platform.inDoubt ? manual(sale) : rejected(sale, problem, now);
    case 'repeated':
      return manual(sale);
    case 'blocked':
      return over(sale, 'BLOCKED');
    case 'busy':
      if (!isGivenUp(platform.call)) return inState(sale, 'RETRYABLE');
      return platform.inDoubt ? manual(sale) : rejected(sale, problem, now);
    case 'repeatable':
      return isGivenUp(platform.call) ? manual(sale) : inState(sale, 'RETRYABLE');
    case 'unknown':
      return isGivenUp(platform.call) ? manual(sale) : inState(sale, 'UNKNOWN');
  }
}

const inState = (sale: Sale, state: SaleState): Sale => scheduled({ ...sale, state });

/** No further attempt by itself; the hold stays. */
const over = (sale: Sale, state: 'BLOCKED' | 'MANUAL'): Sale =>
  inState(
    {
      ...sale,
      platform: sale.platform && {
        ...sale.platform,
        call: { ...sale.platform.call, nextAt: null },
      },
    },
    state,
  );

const manual = (sale: Sale): Sale => over(sale, 'MANUAL');
