import { IngressAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { AuditEntry } from '@astrolabe/contracts/ingress';
import { createGrpcClient } from '@astrolabe/grpc';
import { NO_RECORDS, followed } from '@astrolabe/signing';
import type { ChainEnd } from '@astrolabe/signing';
import { required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 10_000;
const PAGE = 500;

/**
 * `audit verify`: reads the gateway's audit log from its first entry and follows the chain; fails at
 * the first entry that is missing, changed or out of its place, and when none has the hash of
 * `--head`, which was noted before: then the log was cut off or written anew.
 */
export async function auditVerify({ option, environment, output }: Invocation): Promise<void> {
  const noted = option('head') ?? null;
  let end = NO_RECORDS;
  let isSeen = noted === null;
  for await (const entry of entriesOf(environment['GATEWAY_ADMIN_ADDRESS'])) {
    end = next(end, entry);
    isSeen ||= end.hash === noted;
  }
  if (!isSeen) throw new Error(`no entry has the hash ${noted}: the log was cut off or replaced`);
  output.out(JSON.stringify({ entries: end.sequence.toString(), head: end.hash }));
}

function next(end: ChainEnd, { at, ...entry }: AuditEntry): ChainEnd {
  const reached = at ? followed(end, { ...entry, at }) : null;
  if (reached) return reached;
  throw new Error(`entry ${end.sequence + 1n} is missing, changed or out of its place`);
}

async function* entriesOf(address: string | undefined): AsyncGenerator<AuditEntry> {
  const gateway = createGrpcClient(IngressAdminServiceClient, {
    address: required(address, 'GATEWAY_ADMIN_ADDRESS'),
    name: 'astrolabe-cli',
    defaultDeadlineMs: DEADLINE_MS,
    repeatLost: true,
  });
  try {
    let afterSequence = 0n;
    for (;;) {
      const { entries } = await gateway.call('listAuditEntries', { afterSequence, size: PAGE });
      const last = entries.at(-1);
      if (!last) return;
      yield* entries;
      afterSequence = last.sequence;
    }
  } finally {
    gateway.close();
  }
}
