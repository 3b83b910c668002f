import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@astrolabe/kernel';
import type { DistributionOrders } from '../../../domain/distribution-orders.ts';
import type { ExchangeLog } from '../../../domain/exchanges.ts';
import { NotAsItShould } from '../../../domain/kit.ts';
import type { Seller } from '../../../domain/seller.ts';
import type { TillTrades } from '../../../domain/till-trades.ts';
import type { MallCaller } from '../mall.ts';
import type { Platform } from '../platform.ts';
import type { Pos } from '../pos.ts';
import type { SpiFaults } from '../spi.ts';
import type { Tmall } from '../tmall.ts';

/** What a certification works with: one seller, and every counterparty of it. */
export type Bench = {
  readonly seller: Seller;
  readonly platform: Platform;
  readonly mall: MallCaller;
  readonly pos: Pos;
  readonly tmall: Tmall;
  readonly tillTrades: TillTrades;
  readonly distribution: DistributionOrders;
  readonly spiFaults: SpiFaults;
  readonly log: ExchangeLog;
  readonly clock: Clock;
  /** Numbers of trades that no other run has used. */
  readonly newTradeId: () => string;
};

/** @throws NotAsItShould with the reason. */
export function must(isSo: boolean, reason: string): void {
  if (!isSo) throw new NotAsItShould(reason);
}

const EVERY_MS = 200;

/** Asks again until there is an answer. @throws NotAsItShould with the reason when there is none in time. */
export async function until<T>(
  ask: () => Promise<T | null> | T | null,
  withinMs: number,
  reason: string,
): Promise<T> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (found !== null) return found;
    if (performance.now() >= endsAt) throw new NotAsItShould(`${reason} within ${withinMs} ms`);
    await delay(EVERY_MS);
  }
}

/** The key with a secret that nobody has. */
export const forged = <K extends { secret: string }>(key: K): K => ({
  ...key,
  secret: `not-${key.secret}`,
});
