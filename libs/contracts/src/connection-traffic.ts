import type { ConnectionTraffic as Traffic } from '@astrolabe/kernel';
import type { ConnectionTraffic } from './gen/astrolabe/common/v1/connection.ts';

/** Figures of a connection as they are told; undefined where none are known. */
export const trafficToMessage = (
  traffic: Traffic | null | undefined,
): ConnectionTraffic | undefined =>
  traffic
    ? {
        lastOkAt: traffic.lastOkAt ?? undefined,
        lastFailedAt: traffic.lastFailedAt ?? undefined,
        lastCode: traffic.lastCode,
        waitsUntil: traffic.waitsUntil ?? undefined,
        counts: traffic.counts.map(({ code, count }) => ({ code, count: BigInt(count) })),
      }
    : undefined;
