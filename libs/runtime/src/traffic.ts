import type { Clock, TrafficLog } from '@astrolabe/kernel';
import { createTrafficLog } from '@astrolabe/mongo';
import { periodic } from '@astrolabe/service';
import type { Component, Logger } from '@astrolabe/service';
import type { OpenedService } from './open-service.ts';

/** Figures are seen some seconds later. */
const WRITE_EVERY_MS = 2_000;

/** The figures of a service's connections, and the loop that writes them. */
export async function openTraffic(
  db: OpenedService['db'],
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<{ readonly traffic: TrafficLog; readonly loop: Component }> {
  const traffic = await createTrafficLog(db, clock);
  const loop = periodic({ name: 'traffic', everyMs: WRITE_EVERY_MS, logger }, traffic.write);
  return { traffic, loop };
}
