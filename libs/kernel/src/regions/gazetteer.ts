import { SINCE_THE_DATA } from './former.ts';

/** An administrative division of today. */
export type Division = {
  /** 6 digits of GB/T 2260. */
  readonly code: string;
  readonly name: string;
  /** Of the level above; empty for a province. */
  readonly parentCode: string;
};

/** Provinces, cities and counties, each level below the other without a gap. */
export type Gazetteer = {
  /** Day of the data. */
  readonly asOf: string;
  readonly provinces: readonly Division[];
  /** By the code of a province. */
  readonly cities: ReadonlyMap<string, readonly Division[]>;
  /** By the code of a city. */
  readonly counties: ReadonlyMap<string, readonly Division[]>;
  readonly cityByCode: ReadonlyMap<string, Division>;
  readonly countyByCode: ReadonlyMap<string, Division>;
};

/** A row of the standard: 6 digits of GB/T 2260. */
export type Entry = { readonly code: string; readonly name: string };

/** Municipalities: one city, under which all counties are, also those that the standard puts under 县. */
const MUNICIPALITIES: ReadonlySet<string> = new Set(['11', '12', '31', '50']);
/** Counties directly under the province have no city; the standard's words stand for one. */
const DIRECT = '90';

const provinceOf = (code: string): string => `${code.slice(0, 2)}0000`;

function cityCodeOf(code: string): string {
  return MUNICIPALITIES.has(code.slice(0, 2)) ? `${code.slice(0, 2)}0100` : `${code.slice(0, 4)}00`;
}

function cityNameOf(code: string, byCode: ReadonlyMap<string, string>): string {
  if (MUNICIPALITIES.has(code.slice(0, 2))) return byCode.get(provinceOf(code)) ?? '';
  const known = byCode.get(code);
  if (known !== undefined) return known;
  const isRegion = byCode.get(provinceOf(code))?.endsWith('自治区') === true;
  return isRegion ? '自治区直辖县级行政区划' : '省直辖县级行政区划';
}

/**
 * Puts the rows of the standard in order. What came after their day is added; a municipality has one city of its name; a
 * city without counties, and a province without cities, is its own.
 */
export function makeGazetteer(rows: readonly Entry[], asOf: string): Gazetteer {
  const gone: readonly string[] = SINCE_THE_DATA.gone;
  const entries = [...rows.filter(({ code }) => !gone.includes(code)), ...SINCE_THE_DATA.made];
  const byCode = new Map(entries.map(({ code, name }) => [code, name]));
  const provinces = entries
    .filter(({ code }) => code.endsWith('0000'))
    .map(({ code, name }) => ({ code, name, parentCode: '' }));
  const real = entries.filter(({ code }) => !code.endsWith('00'));
  const cityCodes = new Set([
    ...entries
      .filter(({ code }) => code.endsWith('00') && !code.endsWith('0000'))
      .map(({ code }) => cityCodeOf(code)),
    ...real.map(({ code }) => cityCodeOf(code)),
  ]);
  const named = [...cityCodes].toSorted().map((code): Division => ({
    code,
    name: cityNameOf(code, byCode),
    parentCode: provinceOf(code),
  }));
  const withCities = new Set(named.map(({ parentCode }) => parentCode));
  const alone = provinces
    .filter(({ code }) => !withCities.has(code))
    .map(({ code, name }) => ({ code, name, parentCode: code }));
  const cities = [...named, ...alone];
  const listed = real.map(({ code, name }): Division => ({
    code,
    name,
    parentCode: cityCodeOf(code),
  }));
  const withCounties = new Set(listed.map(({ parentCode }) => parentCode));
  const own = cities
    .filter(({ code }) => !withCounties.has(code))
    .map(({ code, name }) => ({ code, name, parentCode: code }));
  const counties = [...listed, ...own];
  return {
    asOf,
    provinces,
    cities: grouped(cities),
    counties: grouped(counties),
    cityByCode: new Map(cities.map((city) => [city.code, city])),
    countyByCode: new Map(counties.map((county) => [county.code, county])),
  };
}

function grouped(divisions: readonly Division[]): Map<string, Division[]> {
  const groups = new Map<string, Division[]>();
  for (const division of divisions) {
    const group = groups.get(division.parentCode);
    if (group) group.push(division);
    else groups.set(division.parentCode, [division]);
  }
  return groups;
}

/** Counties without a city of their own stand below words that are the name of none. */
export const isDirect = ({ code }: Division): boolean => code.slice(2, 4) === DIRECT;

/** A province that the list has no divisions of: names below it cannot be judged (台湾省). */
export const isClosed = ({ code, name }: Division): boolean =>
  code.endsWith('0000') && !name.endsWith('特别行政区');
