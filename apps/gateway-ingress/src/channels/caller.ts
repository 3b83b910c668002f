import type { TimeLeft } from '@astrolabe/door';
import type { AppKey } from '../application/ports.ts';

/** Who calls, for whom, by which request, and how long an answer may take. */
export type Caller = { key: AppKey; sellerId: string; inboundId: string; left: TimeLeft };
