import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, mapOk, ok } from '@astrolabe/kernel';
import { resolved, sentAgain } from '../../domain/till/sale.ts';
import type { Resolution, ResolveRefusal, Sale } from '../../domain/till/sale.ts';
import type { Sales, TillNotes, TillPlatform, TillSettings } from './ports.ts';

export type ResolveDeps = {
  readonly sales: Pick<Sales, 'load' | 'change' | 'blocked'>;
  readonly settings: Pick<TillSettings, 'putPlatform'>;
  readonly notes: Pick<TillNotes, 'moved'>;
  /** Takes the steps that are due; it may end before they do. */
  readonly tryNow: (name: OrderRef) => Promise<void>;
  /** Takes them beside the caller. */
  readonly wake: (name: OrderRef) => void;
  readonly clock: Clock;
};

/** A person decides about a sale, and its next steps follow. */
export const makeResolveSale =
  ({ sales, notes, tryNow, clock }: ResolveDeps) =>
  async (
    name: OrderRef,
    resolution: Resolution,
    by: string,
  ): Promise<Result<Sale, ResolveRefusal | 'UNKNOWN_SALE'>> => {
    let before: Sale | null = null;
    const changed = await sales.change<ResolveRefusal | 'UNKNOWN_SALE'>(name, (sale) => {
      before = sale;
      return sale ? resolved(sale, resolution, by, clock()) : err('UNKNOWN_SALE');
    });
    if (!changed.ok) return changed;
    notes.moved(changed.value, (before as Sale | null)?.state ?? 'NEW');
    await tryNow(name);
    return ok((await sales.load(name))?.sale ?? changed.value);
  };

/** Blocked sales that are taken up in one page. */
const PAGE = 200;
/** More pages than a seller has tills that wait. */
const PAGES_MAX = 50;

/** Connects a seller's tills, or gives them a new session; how many sales go on with it is returned. */
export const makePutPlatform =
  (deps: ResolveDeps) =>
  async (platform: TillPlatform): Promise<number> => {
    await deps.settings.putPlatform(platform);
    return platform.url === '' ? 0 : await makeResumeBlocked(deps)(platform.sellerId);
  };

/** Sales of a seller that the platform did not let in go on under their own numbers; how many. */
export const makeResumeBlocked =
  ({ sales, wake, clock }: Pick<ResolveDeps, 'sales' | 'wake' | 'clock'>) =>
  async (sellerId: string): Promise<number> => {
    let resumed = 0;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const names = await sales.blocked(sellerId, PAGE);
      for (const name of names) {
        const changed = await sales.change<'NOT_BLOCKED'>(name, (sale) =>
          sale?.state === 'BLOCKED' ? ok(sentAgain(sale, clock())) : err('NOT_BLOCKED'),
        );
        mapOk(changed, () => (resumed += 1));
        wake(name);
      }
      if (names.length < PAGE) break;
    }
    return resumed;
  };
