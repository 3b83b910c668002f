import { placeToMessage } from '@astrolabe/contracts';
import { AreaEntry } from '@astrolabe/contracts/catalog';
import { pagesOf } from '@astrolabe/grpc';
import type { Place } from '@astrolabe/kernel';
import { placeFromKey } from '@astrolabe/kernel';
import { divisionNamed } from '@astrolabe/kernel/regions';
import type { Command } from '../command.ts';
import { UsageError, printList, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { withCatalog } from './seller.ts';

/** `WAREHOUSE:WH-01,STORE:1342`. @throws UsageError for what is no place. */
const placesOf = (words: string): Place[] =>
  words.split(',').map((word) => {
    const place = placeFromKey(word.trim());
    if (!place) throw new UsageError(`${word} is not STORE:<id> or WAREHOUSE:<id>`);
    return place;
  });

/** The code of the division that a word names: a code, or names with slashes between. @throws UsageError */
function regionOf(word: string): string {
  const found = divisionNamed(word);
  if (found.ok) return found.value.code;
  const { code, message } = found.error;
  throw new UsageError(
    code === 'AMBIGUOUS'
      ? `--region ${word} is several places: ${message}; write which, e.g. 天津市/河东区`
      : `--region ${word} is no division: write 6 digits, or names such as 天津市/河东区`,
  );
}

/** `area create`: the places that serve an area; an area that exists gets these instead. */
async function areaCreate(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const sellerId = required(words[0], 'SELLER');
  const areaId = required(words[1], 'AREA');
  const name = required(option('name'), '--name');
  const places = placesOf(required(option('places'), '--places')).map(placeToMessage);
  const region = option('region');
  const regionCode = region === undefined ? undefined : regionOf(region);
  await withCatalog(invocation, async (client) => {
    await client.call('putArea', { sellerId, areaId, name, places, regionCode });
    output.row(AreaEntry.toJSON({ areaId, name, places, regionCode: regionCode ?? '' }));
  });
}

/** `area list`: a seller's areas by their code. */
async function areaList(invocation: Invocation): Promise<void> {
  const sellerId = required(invocation.words[0], 'SELLER');
  await withCatalog(invocation, async (client) => {
    await printList(
      invocation,
      async (page) => await client.call('listAreas', { sellerId, page }),
      ({ areas }) => areas.map((area) => AreaEntry.toJSON(area)),
    );
  });
}

/** `area disable`: no place serves the area any more. */
async function areaDisable(invocation: Invocation): Promise<void> {
  const { words, output } = invocation;
  const sellerId = required(words[0], 'SELLER');
  const areaId = required(words[1], 'AREA');
  await withCatalog(invocation, async (client) => {
    const ask = (token: string) => client.call('listAreas', { sellerId, page: { size: 0, token } });
    for await (const { areas } of pagesOf(ask)) {
      const area = areas.find((one) => one.areaId === areaId);
      if (!area) continue;
      const ended = { ...area, places: [] };
      await client.call('putArea', { sellerId, ...ended });
      output.row(AreaEntry.toJSON(ended));
      return;
    }
    throw new Error(`seller ${sellerId} has no area ${areaId}`);
  });
}

/** Its part of the command line. */
export const AREA_COMMANDS: readonly Command[] = [
  {
    name: 'area create',
    words: ['<SELLER>', '<AREA>'],
    summary: 'the places that serve an area',
    needs: ['name', 'places'],
    takes: ['region'],
    variables: ['CATALOG_ADMIN_ADDRESS'],
    examples: [
      'area create 21230 330100 --name 杭州 --places WAREHOUSE:WH-01,STORE:1342 --region 330100',
      'area create 21230 1000000 --name 河东区 --places WAREHOUSE:WH-01 --region 天津市/河东区',
    ],
    changes: true,
    run: areaCreate,
  },
  {
    name: 'area list',
    words: ['<SELLER>'],
    summary: 'areas by their code',
    takes: ['limit', 'from'],
    variables: ['CATALOG_ADMIN_ADDRESS'],
    examples: ['area list 21230'],
    run: areaList,
  },
  {
    name: 'area disable',
    words: ['<SELLER>', '<AREA>'],
    summary: 'no place serves the area any more',
    variables: ['CATALOG_ADMIN_ADDRESS'],
    examples: ['area disable 21230 330100'],
    changes: true,
    run: areaDisable,
  },
];
