import { FORMER, FORMER_CITIES } from './former.ts';
import type { Division, Gazetteer } from './gazetteer.ts';
import { cityStem, countyStem, provinceStem, sameCity, saysNoCity } from './names.ts';

/** A county that a name fits; exact where it is the county's own name of today. */
export type Found = {
  readonly county: Division;
  readonly isExact: boolean;
  readonly written: string;
};

/** What names stand for: each list is empty where nothing fits, and longer than one where it is not clear. */
export type Matched = {
  readonly cities: readonly Division[];
  readonly counties: readonly Found[];
};

const NOTHING: Matched = { cities: [], counties: [] };

/** The provinces that a name stands for; all of them where it is empty. */
export const provincesNamed = ({ provinces }: Gazetteer, name: string): readonly Division[] => {
  const stem = provinceStem(name);
  return provinces.filter((one) => name === '' || provinceStem(one.name) === stem);
};

/**
 * The cities and counties that the second and third level name within provinces. Names are plain (`plain`). A name is
 * only ever looked for inside the level above it; a city's place may hold a county's name, as address books have it of
 * counties directly under a province, of county-level cities and of municipalities' districts.
 */
export function match(
  gazetteer: Gazetteer,
  provinces: readonly Division[],
  city: string,
  county: string,
): Matched {
  const within = citiesOf(gazetteer, provinces);
  const named = citiesNamed(provinces, within, city);
  if (!named) return belowAny(gazetteer, within, county);
  if (named.length > 0) {
    return {
      cities: named,
      counties: exactFirst(named.flatMap((one) => countiesOf(gazetteer, one, county))),
    };
  }
  return (
    moved(gazetteer, within, city, county) ??
    countyAsCity(gazetteer, within, city, county) ??
    aloneIn(gazetteer, within, city, county) ??
    NOTHING
  );
}

/** All cities of provinces. */
export const citiesOf = (
  { cities }: Gazetteer,
  provinces: readonly Division[],
): readonly Division[] => provinces.flatMap(({ code }) => cities.get(code) ?? []);

/** The cities of provinces that have a name; null for a name that says nothing. Where none has it, it may be a county's. */
export function citiesNamed(
  provinces: readonly Division[],
  within: readonly Division[],
  city: string,
): readonly Division[] | null {
  if (saysNoCity(city) || isProvinceName(provinces, within, city)) return null;
  return preferring(
    within,
    ({ name }) => sameCity(name, city),
    ({ name }) => name === city,
  );
}

/** 海南省/海南省/陵水县: a province's name instead of a city's says nothing. */
const isProvinceName = (
  provinces: readonly Division[],
  cities: readonly Division[],
  name: string,
): boolean =>
  provinces.some((one) => provinceStem(one.name) === provinceStem(name)) &&
  !cities.some((one) => sameCity(one.name, name));

/** No city was named: the county's name has to be clear within all of them. */
function belowAny(gazetteer: Gazetteer, within: readonly Division[], county: string): Matched {
  const counties =
    county === '' ? [] : exactFirst(within.flatMap((one) => countiesOf(gazetteer, one, county)));
  return { cities: within.length === 1 ? within : parentsOf(gazetteer, counties), counties };
}

/** A city that is part of another one now, where the county is there too; 巢湖 left others elsewhere. */
function moved(
  gazetteer: Gazetteer,
  within: readonly Division[],
  city: string,
  county: string,
): Matched | null {
  const now = FORMER_CITIES[cityStem(city)];
  const cities = within.filter(({ code }) => code === now);
  const wanted = county === '' ? city : county;
  const counties = exactFirst(cities.flatMap((one) => countiesOf(gazetteer, one, wanted)));
  return counties.length > 0 ? { cities, counties } : null;
}

/** 浙江省/义乌市, 湖北省/仙桃市, 上海市/浦东新区. What is below may be a town, but no other county. */
function countyAsCity(
  gazetteer: Gazetteer,
  within: readonly Division[],
  city: string,
  county: string,
): Matched | null {
  const own = exactFirst(within.flatMap((one) => countiesOf(gazetteer, one, city)));
  if (own.length === 0) return null;
  const below =
    county === '' ? [] : exactFirst(within.flatMap((one) => countiesOf(gazetteer, one, county)));
  const same = own.filter((one) => below.some((other) => other.county.code === one.county.code));
  const counties = below.length === 0 ? own : same;
  return { cities: parentsOf(gazetteer, counties), counties };
}

/** 香港/香港岛/中西区: the only city of a province is its city, whatever stands there. */
function aloneIn(
  gazetteer: Gazetteer,
  within: readonly Division[],
  city: string,
  county: string,
): Matched | null {
  const [only, further] = within;
  if (!only || further) return null;
  return { cities: [only], counties: countiesOf(gazetteer, only, county === '' ? city : county) };
}

function parentsOf(gazetteer: Gazetteer, counties: readonly Found[]): readonly Division[] {
  const codes = new Set(counties.map(({ county }) => county.parentCode));
  return [...codes].flatMap((code) => gazetteer.cityByCode.get(code) ?? []);
}

function preferring<T>(
  all: readonly T[],
  fits: (one: T) => boolean,
  isBest: (one: T) => boolean,
): readonly T[] {
  const fitting = all.filter(fits);
  const best = fitting.filter(isBest);
  return best.length > 0 ? best : fitting;
}

const exactFirst = (found: readonly Found[]): readonly Found[] =>
  preferring(
    found,
    () => true,
    ({ isExact }) => isExact,
  );

/** Counties of a city that a name fits: as it is, as it was, or without the word for its kind. */
function countiesOf(gazetteer: Gazetteer, city: Division, name: string): readonly Found[] {
  const all = gazetteer.counties.get(city.code) ?? [];
  const exact = all.filter((county) => county.name === name);
  if (exact.length > 0) return exact.map((county) => ({ county, isExact: true, written: name }));
  // 南昌市 and 南昌 are the city, not 南昌县 in it.
  if (name === '' || name === city.name || name === cityStem(city.name)) return [];
  const gone = FORMER.filter((one) => one.name === name || countyStem(one.name) === name);
  const former = gone.flatMap(({ now }) => all.filter(({ code }) => code === now));
  const stem = countyStem(name);
  const similar = all.filter((county) => countyStem(county.name) === stem);
  const found = [former, similar].find((list) => list.length > 0) ?? [];
  return found.map((county) => ({ county, isExact: false, written: name }));
}
