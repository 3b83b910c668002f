import { CatalogAdminServiceService } from '@astrolabe/contracts/catalog';
import type { AreaEntry, PutAreaRequest } from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { beforeEach, expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const areas = new Map<string, AreaEntry>();
/** An area keeps its division where none is said, as in the catalogue. */
const service = {
  putArea: unary('put', async ({ areaId, name, places, regionCode }: PutAreaRequest) => {
    const known = areas.get(areaId)?.regionCode ?? '';
    areas.set(areaId, { areaId, name, places, regionCode: regionCode ?? known });
    return {};
  }),
  listAreas: unary('list', async () => ({ areas: [...areas.values()], nextToken: '' })),
};
const server = serving({ adminPort: 0, services: [[CatalogAdminServiceService, service]] });
beforeEach(() => areas.clear());

async function area(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const environment = { CATALOG_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  const code = await runCli(['area', ...words], environment, output);
  return { code, errors, rows: out.map((line) => JSON.parse(line) as unknown) };
}
const create = (...words: string[]) =>
  area('create', '7', '1000000', '--name', '河东区', '--places', 'WAREHOUSE:WH-01', ...words);

test.each(['120102', '天津市/河东区', '天津_河东'])(
  'an area is the division that --region names: %s',
  async (region) => {
    expect(await create('--region', region)).toMatchObject({
      code: 0,
      rows: [{ areaId: '1000000', regionCode: '120102' }],
    });
    expect(areas.get('1000000')).toMatchObject({ regionCode: '120102' });
  },
);

test('an area keeps its division while its places change, and when none serves it any more', async () => {
  await create('--region', '120102');
  await create();
  expect((await area('list', '7')).rows).toMatchObject([{ regionCode: '120102' }]);
  await area('disable', '7', '1000000');
  expect(areas.get('1000000')).toMatchObject({ places: [], regionCode: '120102' });
});

test('a name of several places is refused with all of them, and what is none is said', async () => {
  expect(await create('--region', '河东区')).toMatchObject({
    code: 2,
    errors: [
      '--region 河东区 is several places: 天津市河东区、山东省临沂市河东区; write which, e.g. 天津市/河东区',
      expect.any(String),
    ],
  });
  for (const region of ['999999', '天津市/西湖区']) {
    const refused = await create('--region', region);
    expect(refused.code).toBe(2);
    expect(refused.errors[0]).toContain(`${region} is no division`);
  }
  expect(areas.size).toBe(0);
});
