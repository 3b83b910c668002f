import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { GAZETTEER } from './divisions.ts';
import { currentCode, formerOf } from './former.ts';
import type { Division } from './gazetteer.ts';
import { match, provincesNamed } from './match.ts';
import type { Found } from './match.ts';
import { plain, saysNoCity } from './names.ts';

/** Names and a code as they came; empty ones were not given. */
export type PlaceAsked = {
  readonly province: string;
  readonly city: string;
  readonly county: string;
  /** 6 digits of GB/T 2260, or more, of which the first 6 count. */
  readonly code: string;
};

export type ResolvedPlace = {
  readonly county: Division;
  readonly city: Division;
  readonly province: Division;
  /** What was written otherwise; empty when nothing was. For people. */
  readonly note: string;
};

export type PlaceRefusal = {
  readonly code: 'UNKNOWN_REGION' | 'AMBIGUOUS' | 'CODE_DIFFERS';
  /** Names the places in question. */
  readonly message: string;
};

/** Names from the widest to the narrowest, each once: 天津市河东区. */
const full = (place: Omit<ResolvedPlace, 'note'>): string =>
  [...new Set([place.province.name, place.city.name, place.county.name])].join('');

/**
 * The county of names, a code, or both (field: malls match by the county's name within its city). Names decide; a code
 * that is officially another place makes it a refusal, since a parcel to either would be wrong; a code that nobody knows
 * is passed over.
 */
export function resolvePlace(asked: PlaceAsked): Result<ResolvedPlace, PlaceRefusal> {
  const code = asked.code.slice(0, 6);
  if ([asked.province, asked.city, asked.county].every((name) => plain(name) === '')) {
    return byCode(code);
  }
  const named = byNames(asked);
  if (!named.ok || code === '') return named;
  const { county, city, province } = named.value;
  const current = currentCode(code);
  if ([county.code, city.code, province.code].includes(current)) return named;
  const other = officialName(current);
  if (other === '') return named;
  return refused('CODE_DIFFERS', `${code} 是${other}，名称是${full(named.value)}`);
}

const refused = (code: PlaceRefusal['code'], message: string) => err({ code, message });

/** The name of the division of today that a code is or was; empty where it is none. */
export function officialName(code: string): string {
  const county = byCode(code);
  if (county.ok) return full(county.value);
  const city = GAZETTEER.cityByCode.get(code);
  const province = GAZETTEER.provinces.find((one) => one.code === code);
  return city?.name ?? province?.name ?? '';
}

function byCode(code: string): Result<ResolvedPlace, PlaceRefusal> {
  const county = GAZETTEER.countyByCode.get(currentCode(code));
  const former = formerOf(code);
  const place = county && placeOf(county, former ? noteOf(former.name, county) : '');
  return place ? ok(place) : refused('UNKNOWN_REGION', code);
}

function placeOf(county: Division, note: string): ResolvedPlace | null {
  const city = GAZETTEER.cityByCode.get(county.parentCode);
  const province = GAZETTEER.provinces.find(({ code }) => code === city?.parentCode);
  return city && province ? { county, city, province, note } : null;
}

const noteOf = (written: string, { name }: Division): string =>
  written === name ? '' : `${written}，现为${name}`;

function byNames(asked: PlaceAsked): Result<ResolvedPlace, PlaceRefusal> {
  const words = [asked.province, asked.city, asked.county].map(plain);
  const [province = '', city = '', county = ''] = words;
  const matched = match(GAZETTEER, provincesNamed(GAZETTEER, province), city, county);
  const found =
    matched.counties.length > 0 ? matched.counties : itself(matched.cities, city, county);
  const places = found.flatMap(
    (one) => placeOf(one.county, one.isExact ? '' : noteOf(one.written, one.county)) ?? [],
  );
  const [only, further] = places;
  if (!only) return refused('UNKNOWN_REGION', words.filter((word) => word !== '').join('/'));
  return further ? refused('AMBIGUOUS', places.map(full).join('、')) : ok(only);
}

/** A city without districts is its own county: what is named in it is a town (东莞市长安镇). */
function itself(cities: readonly Division[], cityName: string, written: string): readonly Found[] {
  const [city, further] = cities;
  const own = city && !further ? GAZETTEER.countyByCode.get(city.code) : undefined;
  if (!own || saysNoCity(cityName)) return [];
  return [{ county: own, isExact: written === '', written }];
}

/** What is directly below a code: of a province its cities, of a city its counties; null for any other code. */
export function divisionsBelow(code: string): readonly Division[] | null {
  if (code === '') return GAZETTEER.provinces;
  return GAZETTEER.cities.get(code) ?? GAZETTEER.counties.get(code) ?? null;
}

/**
 * A code of GB/T 2260 (the first 6 digits count), that of the division of today, and those of the city and the province
 * above it, the narrowest first. A code that is none gives those that its digits say.
 */
export function codesAbove(code: string): string[] {
  const asked = code.slice(0, 6);
  const own = currentCode(asked);
  const city = GAZETTEER.countyByCode.get(own)?.parentCode ?? `${own.slice(0, 4)}00`;
  return [...new Set([code, asked, own, city, `${own.slice(0, 4)}00`, `${own.slice(0, 2)}0000`])];
}
