import { GovmallAdminServiceService } from '@astrolabe/contracts/govmall';
import type { Account } from '@astrolabe/contracts/govmall';
import { unary } from '@astrolabe/grpc';
import { expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const accounts = new Map<string, Account>();
const server = serving({
  adminPort: 0,
  services: [
    [
      GovmallAdminServiceService,
      {
        putAccount: unary('put', async ({ account }: { account?: Account }) => {
          if (account) accounts.set(account.username, account);
          return {};
        }),
        listAccounts: unary('list', async () => ({
          accounts: [...accounts.values()].map((one) => ({ ...one, password: '' })),
          nextToken: '',
        })),
      },
    ],
  ],
});

async function run(environment: Record<string, string>, ...words: string[]) {
  const out: string[] = [];
  const output = { out: (line: string) => void out.push(line), error: () => undefined };
  const address = { GOVMALL_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  const code = await runCli(words, { ...address, ...environment }, output);
  return { code, out };
}

test('an account is put with what its mall is shown, and listed without its password', async () => {
  const put = ['mall', 'account', 'put', 'tjzfcg', '--seller', '21230', '--name', '天津'];
  const made = await run({}, ...put, '--pools', 'A0101,A0102', '--words', 'payment=9:5');
  const { password } = JSON.parse(made.out[0] ?? '') as { password: string };
  expect(password.length).toBeGreaterThan(20);
  expect(accounts.get('tjzfcg')).toEqual({
    username: 'tjzfcg',
    password,
    sellerId: '21230',
    enabled: true,
    mallName: '天津',
    agreementNo: '',
    poolIds: ['A0101', 'A0102'],
    moneyAsText: false,
    wireWords: { 'payment=9': '5' },
  });
  const given = await run({ MALL_PASSWORD: 'p@ss' }, ...put, '--texts', '--disabled');
  expect(given.out[0]).not.toContain('p@ss');
  expect(accounts.get('tjzfcg')).toMatchObject({ password: 'p@ss', enabled: false, poolIds: [] });
  const listed = await run({}, 'mall', 'account', 'list');
  expect(JSON.parse(listed.out[0] ?? '')).toMatchObject({ username: 'tjzfcg', moneyAsText: true });
  expect(listed.out[0]).not.toContain('p@ss');
});

test('wrong words on the line are told', async () => {
  expect((await run({}, 'mall', 'account', 'drop', 'x')).code).toBe(2);
  expect((await run({}, 'mall', 'account', 'put', 'x')).code).toBe(2);
  const words = ['mall', 'account', 'put', 'x', '--seller', '1', '--words', 'nine'];
  expect((await run({}, ...words)).code).toBe(2);
});
