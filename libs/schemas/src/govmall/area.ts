import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Codec } from '../wire/codec.ts';
import { invalid, mapped, optional, record } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { govMethod } from './method.ts';
import { govCode, underAnyName } from './values.ts';

/** A region as a caller names it: each level by the code that 2.10 gave out, or by its name. */
export type GovArea = {
  readonly province?: string;
  readonly city?: string;
  readonly county: string;
};

/** `province_city_county`, a town after it is passed over; or the county alone. */
export function govArea(value: string): Result<GovArea, string> {
  const [first = '', second = '', third = '', ...more] = value
    .split('_')
    .map((part) => part.trim());
  if (/[*?%]/.test(value)) return err('应为一个地区，不能用通配符');
  if (second === '' && third === '' && more.length === 0) {
    return first === '' || value.includes('_') ? err('格式应为 省_市_区县') : ok({ county: first });
  }
  if (first === '' || third === '' || more.length > 1) return err('格式应为 省_市_区县');
  return ok({ province: first, ...(second === '' ? {} : { city: second }), county: third });
}

/** A region as it is written: its levels by `_`, or the county alone. */
export const govAreaText = ({ province, city, county }: GovArea): string =>
  province === undefined ? county : [province, city ?? '', county].join('_');

export const areaCodec: Codec<GovArea> = mapped(text(200), govArea, govAreaText);

const REGIONS_MAX = 1_000;

/** Names of regions and their codes, as the family has them: `{"天津市": "120000"}`. */
const byName: Codec<ReadonlyMap<string, string>> = {
  shape: { kind: 'object', members: [] },
  decode: (node, path) => {
    if (node.kind === 'list' && node.children.length === 0) return ok(new Map());
    if (node.kind !== 'object') return err(invalid(path, 'must be an object'));
    if (node.children.length > REGIONS_MAX) return err(invalid(path, 'has too many entries'));
    return ok(new Map(node.children.map(({ name, text: id }) => [name, id])));
  },
  encode: (name, regions) =>
    objectNode(
      name,
      [...regions].map(([region, id]) => leaf(region, id)),
    ),
};

/** 2.10, first level. */
export const govProvinces = govMethod({
  number: '2.10',
  name: 'provinces',
  path: '/api/area/provinces',
  request: record({}),
  answer: byName,
});

/** 2.10, the cities of a province. */
export const govCities = govMethod({
  number: '2.10',
  name: 'cities',
  path: '/api/area/cities',
  request: record({ parent: underAnyName(['id', 'province'], govCode()) }),
  answer: byName,
});

/** 2.10, the counties of a city; a county's name means something inside its own city alone. */
export const govCounties = govMethod({
  number: '2.10',
  name: 'counties',
  path: '/api/area/getCounty',
  request: record({
    parent: underAnyName(['id', 'city'], govCode()),
    province: optional('province', govCode()),
  }),
  answer: byName,
});
