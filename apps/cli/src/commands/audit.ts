import { ConsoleAdminServiceClient } from '@astrolabe/contracts/console';
import { IngressAdminServiceClient } from '@astrolabe/contracts/ingress';
import { NO_RECORDS, followed, followedDeed } from '@astrolabe/signing';
import type { ChainEnd } from '@astrolabe/signing';
import { createClient, peerOf } from '../clients.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';

const DEADLINE_MS = 10_000;
const PAGE = 300;

/** A log with a chain: what follows an end of it, by pages; each entry is where it leads, null if broken. */
type Log = (environment: Environment) => AsyncGenerator<(end: ChainEnd) => ChainEnd | null>;

const LOGS: Readonly<Record<string, Log>> = { gateway: looksOfGateway, console: deedsOfConsole };

/**
 * `audit verify [gateway|console]`: reads an audit log from its first entry and follows the chain; fails at
 * the first entry that is missing, changed or out of its place, and when none has the hash of
 * `--head`, which was noted before: then the log was cut off or written anew.
 */
async function auditVerify(invocation: Invocation): Promise<void> {
  const { words, option, environment, output } = invocation;
  const noted = option('head') ?? null;
  output.row(await followLog(environment, words[0] ?? 'gateway', noted));
}

/** How many entries an audit log has, and its last hash. @throws Error where its chain is broken, or lacks a hash */
export async function followLog(
  environment: Environment,
  name: string,
  noted: string | null = null,
): Promise<{ entries: string; head: string }> {
  const log = Object.hasOwn(LOGS, name) ? LOGS[name] : undefined;
  if (!log) throw new UsageError(`${name} is no audit log: gateway or console`);
  let end = NO_RECORDS;
  let isSeen = noted === null;
  for await (const follow of log(environment)) {
    const reached = follow(end);
    if (!reached) {
      throw new Error(`entry ${end.sequence + 1n} is missing, changed or out of its place`);
    }
    end = reached;
    isSeen ||= end.hash === noted;
  }
  if (!isSeen) throw new Error(`no entry has the hash ${noted}: the log was cut off or replaced`);
  return { entries: end.sequence.toString(), head: end.hash };
}

/** Every entry of a log, page by page, oldest first. */
async function* pages<Entry extends { sequence: bigint }>(
  ask: (page: { afterSequence: bigint; size: number }) => Promise<{ entries: readonly Entry[] }>,
): AsyncGenerator<Entry> {
  let afterSequence = 0n;
  for (;;) {
    const { entries } = await ask({ afterSequence, size: PAGE });
    const last = entries.at(-1);
    if (!last) return;
    yield* entries;
    afterSequence = last.sequence;
  }
}

async function* looksOfGateway(environment: Environment): ReturnType<Log> {
  const gateway = createClient(IngressAdminServiceClient, {
    ...peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS),
    repeatLost: true,
  });
  try {
    for await (const { at, ...look } of pages((page) => gateway.call('listAuditEntries', page))) {
      yield (end) => (at ? followed(end, { ...look, at }) : null);
    }
  } finally {
    gateway.close();
  }
}

async function* deedsOfConsole(environment: Environment): ReturnType<Log> {
  const admin = createClient(ConsoleAdminServiceClient, {
    ...peerOf(environment, 'CONSOLE_ADMIN_ADDRESS', DEADLINE_MS),
    repeatLost: true,
  });
  try {
    for await (const { at, ...told } of pages((page) => admin.call('listAuditEntries', page))) {
      yield (end) => (at ? followedDeed(end, { ...told, at }) : null);
    }
  } finally {
    admin.close();
  }
}

/** Its part of the command line. */
export const AUDIT_COMMANDS: readonly Command[] = [
  {
    name: 'audit verify',
    words: ['[LOG]'],
    summary:
      'follows the chain of an audit log to its end, and prints its length and last hash, or names the first broken link; ' +
      'gateway: looks at receivers and connections; console: what people did',
    takes: ['head'],
    variables: ['GATEWAY_ADMIN_ADDRESS', 'CONSOLE_ADMIN_ADDRESS'],
    examples: ['audit verify', 'audit verify console'],
    run: auditVerify,
  },
];
