import { IngressAdminServiceService } from '@astrolabe/contracts/ingress';
import type { IngressAdminServiceServer, Session } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { expect, test } from 'vitest';
import { serving, unusedIngressAdmin } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const SESSION: Session = {
  sessionId: 's1',
  appKey: '123543',
  sellerId: '21230',
  issuedBy: 'ops:li',
  issuedAt: new Date('2026-11-22T02:00:00Z'),
  expiresAt: new Date('2026-12-22T02:00:00Z'),
  revokedAt: undefined,
};
const orders: unknown[] = [];
const service: IngressAdminServiceServer = {
  ...unusedIngressAdmin(),
  issueSession: unary('issue', async (order) => {
    orders.push(order);
    return { token: 'as-token', session: SESSION };
  }),
  revokeSession: unary('revoke', async ({ sessionId }) => {
    if (sessionId === SESSION.sessionId) return { session: { ...SESSION, revokedAt: new Date(0) } };
    throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_SESSION' });
  }),
  listSessions: unary('list', async ({ appKey, sellerId }) => ({
    sessions: appKey === SESSION.appKey && sellerId === '' ? [SESSION] : [],
    nextToken: '',
  })),
};
const server = serving({
  adminPort: 0,
  services: [[IngressAdminServiceService, service]],
});

async function run(...words: string[]): Promise<{ code: number; out: unknown[] }> {
  const out: string[] = [];
  const output = { out: (line: string) => void out.push(line), error: () => undefined };
  const environment = { GATEWAY_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  const code = await runCli(words, environment, output);
  return { code, out: out.map((line) => JSON.parse(line) as unknown) };
}

test('session issue prints the token with the session', async () => {
  const words = ['session', 'issue', '123543', '--seller', '21230'];
  expect(await run(...words, '--actor', 'ops:li', '--days', '30')).toMatchObject({
    code: 0,
    out: [{ token: 'as-token', sessionId: 's1', expiresAt: '2026-12-22T02:00:00.000Z' }],
  });
  expect(orders).toEqual([{ appKey: '123543', sellerId: '21230', actor: 'ops:li', validDays: 30 }]);
  expect((await run(...words)).code).toBe(2);
  expect((await run(...words, '--actor', 'ops:li', '--days', '401')).code).toBe(2);
});

test('session list and revoke', async () => {
  const { code, out } = await run('session', 'list', '123543');
  expect([code, out]).toEqual([0, [expect.objectContaining({ sessionId: 's1' })]]);
  expect((await run('session', 'list', '123543', '--seller', '9')).out).toEqual([]);
  expect((await run('session', 'revoke', 's1')).out).toMatchObject([
    { revokedAt: '1970-01-01T00:00:00.000Z' },
  ]);
  expect((await run('session', 'revoke', 's2')).code).toBe(1);
});
