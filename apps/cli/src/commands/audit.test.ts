import { ConsoleAdminServiceService } from '@astrolabe/contracts/console';
import type {
  AuditEntry as Deed,
  ListAuditEntriesRequest as ListDeedsRequest,
  ListAuditEntriesResponse as ListDeedsResponse,
} from '@astrolabe/contracts/console';
import { SERVICE_NAMES } from '@astrolabe/contracts/callers';
import { IngressAdminServiceService } from '@astrolabe/contracts/ingress';
import type {
  AuditEntry,
  IngressAdminServiceServer,
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
} from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { CHAIN_START, chainedHash, createServiceIdentity, deedHash } from '@astrolabe/signing';
import { expect, test } from 'vitest';
import { serving, unusedIngressAdmin } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

/** More than a page. */
const ENTRIES = 620;

let log: AuditEntry[] = [];
const service: IngressAdminServiceServer = {
  ...unusedIngressAdmin(),
  listAuditEntries: unary<ListAuditEntriesRequest, ListAuditEntriesResponse>(
    'listAuditEntries',
    async ({ afterSequence, size }) => ({
      entries: log.filter(({ sequence }) => sequence > afterSequence).slice(0, size),
    }),
  ),
};
let deeds: Deed[] = [];
const unused = unary<unknown, never>('unused', async () => {
  throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNUSED' });
});
const consoleService = {
  putUser: unused,
  disableUser: unused,
  listUsers: unused,
  listAuditEntries: unary<ListDeedsRequest, ListDeedsResponse>(
    'listAuditEntries',
    async ({ afterSequence, size }) => ({
      entries: deeds.filter(({ sequence }) => sequence > afterSequence).slice(0, size),
    }),
  ),
};
const server = serving({
  adminPort: 0,
  services: [
    [IngressAdminServiceService, service],
    [ConsoleAdminServiceService, consoleService],
  ],
});

/** An unbroken chain of deeds. */
function chainOfDeeds(count: number): Deed[] {
  let hash = CHAIN_START;
  return Array.from({ length: count }, (_, index) => {
    const deed = {
      sequence: BigInt(index + 1),
      at: new Date(1_764_400_000_000 + index),
      login: 'li',
      name: '小李',
      address: '127.0.0.1',
      sellerId: '21230',
      action: 'sellers.orders.retry',
      target: `tmall/${index}`,
      reason: '',
      before: '',
      after: '',
      outcome: '',
      about: 0n,
    };
    hash = deedHash(hash, deed);
    return { ...deed, hash };
  });
}

/** An unbroken chain of entries. */
function chain(count: number): AuditEntry[] {
  let hash = CHAIN_START;
  return Array.from({ length: count }, (_, index) => {
    const record = {
      sequence: BigInt(index + 1),
      at: new Date(1_764_400_000_000 + index),
      caller: 'console',
      person: 'clerk:xiaowang',
      action: 'receiver.masked',
      target: `21230/${index}`,
    };
    hash = chainedHash(hash, record);
    return { ...record, hash };
  });
}

async function run(...words: string[]): Promise<{ code: number; out: string; error: string }> {
  const [out, error]: string[][] = [[], []];
  const output = {
    out: (line: string) => void out?.push(line),
    error: (line: string) => void error?.push(line),
  };
  const code = await runCli(
    words,
    {
      GATEWAY_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}`,
      CONSOLE_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}`,
    },
    output,
  );
  return { code, out: (out ?? []).join('\n'), error: (error ?? []).join('\n') };
}

test('a whole chain is followed over its pages, and its last hash is told', async () => {
  log = chain(ENTRIES);
  const { code, out } = await run('audit', 'verify');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ entries: String(ENTRIES), head: log.at(-1)?.hash });
  log = [];
  expect(JSON.parse((await run('audit', 'verify')).out)).toEqual({
    entries: '0',
    head: CHAIN_START,
  });
});

test('a changed and a missing entry are named, and a log that was cut off lacks the noted hash', async () => {
  log = chain(10).map((entry) => (entry.sequence === 7n ? { ...entry, person: 'x' } : entry));
  expect((await run('audit', 'verify')).error).toContain('entry 7 is missing, changed');
  log = chain(10).toSpliced(3, 1);
  expect(await run('audit', 'verify')).toMatchObject({ code: 1, out: '' });
  const head = chain(10).at(-1)?.hash ?? '';
  log = chain(12);
  expect((await run('audit', 'verify', '--head', head)).code).toBe(0);
  log = chain(9);
  expect((await run('audit', 'verify', '--head', head)).error).toContain('cut off');
});

test('the chain of what people did in the console is followed alike', async () => {
  deeds = chainOfDeeds(ENTRIES);
  const { code, out } = await run('audit', 'verify', 'console');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ entries: String(ENTRIES), head: deeds.at(-1)?.hash });
  deeds = deeds.map((one) => (one.sequence === 501n ? { ...one, reason: 'x' } : one));
  expect((await run('audit', 'verify', 'console')).error).toContain(
    'entry 501 is missing, changed',
  );
  expect((await run('audit', 'verify', 'nowhere')).code).toBe(2);
});

test('new keys of all services prove each of them', async () => {
  const { code, out } = await run('identity', 'new');
  expect(code).toBe(0);
  const made = new Map(
    out.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
  const peers = made.get('SERVICE_PEERS') ?? '';
  for (const name of SERVICE_NAMES) {
    const key = made.get(`SERVICE_KEY_${name.toUpperCase().replaceAll('-', '_')}`) ?? '';
    const token = createServiceIdentity(key, peers).tokenFor('a.Contract', 0);
    expect(createServiceIdentity(key, peers).callerOf(token, 'a.Contract', 0)).toBe(name);
  }
  expect((await run('identity', 'new', 'nobody')).code).toBe(2);
});
