import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportKind, OfferAdminServiceService } from '@astrolabe/contracts/catalog';
import type { ImportedRow } from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { parse } from 'csv-parse/sync';
import { beforeEach, expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

type Asked = {
  readonly sellerId: string;
  readonly kind: ImportKind;
  readonly content: Buffer;
  readonly dryRun: boolean;
  readonly firstRow: number;
};
const heard: Asked[] = [];
/** Answers as the catalogue does: a row without a name is refused, one that is there is unchanged. */
const service = {
  importRows: unary('importRows', async (asked: Asked) => {
    heard.push(asked);
    const [, ...rows] = parse(asked.content, { relax_column_count: true });
    return {
      rows: rows.flatMap(([key = '', name = ''], index) => {
        if (key === '') return [];
        const isRefused = name === '' || (name === 'one too many' && index > 0 && rows.length < 4);
        const outcome = isRefused ? 'REFUSED' : name === 'old' ? 'UNCHANGED' : 'CREATED';
        const touches = [key.split(' ')[0] ?? ''];
        return [{ row: asked.firstRow + index, key, outcome, problems: [], touches }];
      }),
    };
  }),
};
const server = serving({ adminPort: 0, services: [[OfferAdminServiceService, service]] });

async function imported(text: string, ...words: string[]) {
  const file = join(await mkdtemp(join(tmpdir(), 'catalog-')), 'offers.csv');
  await writeFile(file, text);
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const environment = { CATALOG_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  const argv = ['catalog', 'import', file, '--seller', '21230', ...words];
  const code = await runCli(argv, environment, output);
  const rows = out.map((line) => JSON.parse(line) as ImportedRow);
  const results = rows.map(({ row, outcome }) => `${row} ${outcome}`);
  return { code, errors, results, problems: rows.map(({ problems }) => problems) };
}
beforeEach(() => void heard.splice(0));

const FILE = '\nsku,name\n001,new\n002,old\n\n003,\n001,twice\n';

test('a file is looked at, and changed only with --apply: what changes is sent, at its own row', async () => {
  const looked = await imported(FILE);
  expect(looked).toMatchObject({
    code: 3,
    results: ['3 CREATED', '4 UNCHANGED', '6 REFUSED', '7 REFUSED'],
  });
  expect(looked.errors).toEqual([
    '4 rows: 1 created, 1 unchanged, 2 refused',
    'Nothing was changed; --apply does it.',
    '2 rows were refused',
  ]);
  expect(heard.map(({ dryRun }) => dryRun)).toEqual([true]);
  const done = await imported(FILE, '--apply');
  expect(done.results).toEqual(looked.results);
  expect(heard.at(-1)).toMatchObject({
    sellerId: '21230',
    kind: ImportKind.OFFERS,
    dryRun: false,
    firstRow: 3,
  });
  expect(heard.at(-1)?.content.toString()).toBe('"sku","name"\n"001","new"\n\n\n\n');
});

test('a large file is sent in parts, and only those in which something changes are sent again', async () => {
  const rows = Array.from(
    { length: 1_200 },
    (_, index) => `${index},${index === 700 ? 'new' : 'old'}`,
  );
  const { code, results } = await imported(['sku,name', ...rows].join('\n'), '--apply');
  expect([code, results.length, results[700]]).toEqual([0, 1_200, '702 CREATED']);
  expect(heard.map(({ dryRun, firstRow }) => `${dryRun} ${firstRow}`)).toEqual([
    'true 2',
    'true 502',
    'true 1002',
    'false 502',
  ]);
});

test.each(['promotions', 'offers'])(
  '%s that have to do with each other in several parts are looked at again, together',
  async (kind) => {
    const rows = Array.from({ length: 1_200 }, (_, index) => `S-${index} TG,old`);
    rows[3] = 'M TG-1,new';
    rows[4] = 'M TG-2,new';
    rows[5] = 'N TG-1,new';
    rows[6] = 'N TG-2,new';
    rows[900] = 'M TG-1,new';
    rows[901] = 'M TG-3,one too many';
    const text = ['sku,name', ...rows].join('\n');
    const { results } = await imported(text, '--kind', kind);
    expect(results.filter((one) => !one.endsWith('UNCHANGED'))).toEqual([
      '5 CREATED',
      '6 CREATED',
      '7 CREATED',
      '8 CREATED',
      '902 REFUSED',
      '903 REFUSED',
    ]);
    expect(heard.map(({ dryRun }) => dryRun)).toEqual([true, true, true, true]);
    expect(heard.at(-1)?.content.toString()).toBe(
      '"sku","name"\n"M TG-1","new"\n"M TG-2","new"\n"M TG-3","one too many"',
    );
  },
);

test.each([
  ['promotions', ImportKind.PROMOTIONS, 'promotion'],
  ['accessories', ImportKind.ACCESSORIES, 'accessory'],
  ['warranties', ImportKind.WARRANTIES, 'warranty'],
  ['pools', ImportKind.POOLS, 'pool'],
])('a file may be of %s', async (word, kind, noun) => {
  const looked = await imported('id,name\n1,new\n1,again\n', '--kind', word);
  expect(looked).toMatchObject({ code: 3, results: ['2 CREATED', '3 REFUSED'] });
  expect(looked.problems).toEqual([[], [`row 2 has this ${noun} too`]]);
  expect(heard.map((asked) => asked.kind)).toEqual([kind]);
  expect((await imported('id,name\n1,\n', '--kind', word)).code).toBe(1);
});

test('a file that is not there, no seller, or a kind that is none, is said', async () => {
  const none = { out: () => undefined, error: () => undefined };
  expect(await runCli(['catalog', 'import', 'no.csv'], {}, none)).toBe(2);
  const named = ['catalog', 'import', 'no.csv', '--seller', '1'];
  expect(await runCli(named, {}, none)).toBe(1);
  expect(await runCli([...named, '--kind', 'prices'], {}, none)).toBe(2);
});
