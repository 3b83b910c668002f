import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { FORMER, FORMER_CITIES, currentCode, formerOf } from './former.ts';
import { isDirect } from './gazetteer.ts';
import type { Division, Gazetteer } from './gazetteer.ts';

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

const PROVINCE_KIND = /(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$/u;
const CITY_KIND = /(?:地区|盟|市|自治州|州)$/u;
const COUNTY_KIND = /(?:林区|特区|自治旗|自治县|区|县|市|旗)$/u;
/** What stands for a city where it says nothing (GB/T 2260 and its users). */
const NO_CITY =
  /^(?:市辖区|市辖县|县|(?:省|自治区)?直辖(?:县|县级)?(?:行政区划|行政单位)?|省直管县?)?$/u;

const plain = (name: string): string => name.normalize('NFKC').replaceAll(/\s/gu, '');

/** The name without its kind; one character is no name. */
function stem(name: string, kind: RegExp): string {
  const short = name.replace(kind, '');
  return Array.from(short).length > 1 ? short : name;
}

/** 内蒙 is the one short form that is not the name without its kind. */
const provinceStem = (name: string): string => {
  const short = stem(plain(name), PROVINCE_KIND);
  return short === '内蒙' ? '内蒙古' : short;
};

const full = (place: Omit<ResolvedPlace, 'note'>): string =>
  [...new Set([place.province.name, place.city.name, place.county.name])].join('');

/**
 * The county of names, a code, or both (field: malls match by the county's name within its city). Names decide; a code
 * that is officially another place makes it a refusal, since a parcel to either would be wrong; a code that nobody knows
 * is passed over.
 */
export function resolvePlace(
  gazetteer: Gazetteer,
  asked: PlaceAsked,
): Result<ResolvedPlace, PlaceRefusal> {
  const code = asked.code.slice(0, 6);
  if ([asked.province, asked.city, asked.county].every((name) => plain(name) === '')) {
    return byCode(gazetteer, code);
  }
  const named = byNames(gazetteer, asked);
  if (!named.ok || code === '') return named;
  const { county, city, province } = named.value;
  const current = currentCode(code);
  if ([county.code, city.code, province.code].includes(current)) return named;
  const other = officialName(gazetteer, current);
  if (other === '') return named;
  return refused('CODE_DIFFERS', `${code} 是${other}，名称是${full(named.value)}`);
}

const refused = (code: PlaceRefusal['code'], message: string) => err({ code, message });

function officialName(gazetteer: Gazetteer, code: string): string {
  const county = byCode(gazetteer, code);
  if (county.ok) return full(county.value);
  const city = gazetteer.cityByCode.get(code);
  const province = gazetteer.provinces.find((one) => one.code === code);
  return city?.name ?? province?.name ?? '';
}

function byCode(gazetteer: Gazetteer, code: string): Result<ResolvedPlace, PlaceRefusal> {
  const county = gazetteer.countyByCode.get(currentCode(code));
  const former = formerOf(code);
  const place = county && placeOf(gazetteer, county, former ? noteOf(former.name, county) : '');
  return place ? ok(place) : refused('UNKNOWN_REGION', code);
}

function placeOf(gazetteer: Gazetteer, county: Division, note: string): ResolvedPlace | null {
  const city = gazetteer.cityByCode.get(county.parentCode);
  const province = gazetteer.provinces.find(({ code }) => code === city?.parentCode);
  return city && province ? { county, city, province, note } : null;
}

const noteOf = (written: string, { name }: Division): string =>
  written === name ? '' : `${written}，现为${name}`;

function byNames(gazetteer: Gazetteer, asked: PlaceAsked): Result<ResolvedPlace, PlaceRefusal> {
  const words = [asked.province, asked.city, asked.county].map(plain);
  const [province = '', city = '', county = ''] = words;
  const written = words.filter((word) => word !== '').join('/');
  const cities = citiesOf(gazetteer, province, city);
  const found = cities.flatMap((one) => countiesOf(gazetteer, one, city, county));
  const places = found.flatMap(
    (one) =>
      placeOf(gazetteer, one.county, one.isExact ? '' : noteOf(one.written, one.county)) ?? [],
  );
  const exact = places.filter((_place, index) => found[index]?.isExact);
  const [only, further] = exact.length > 0 ? exact : places;
  if (!only) return refused('UNKNOWN_REGION', written);
  if (!further) return ok(only);
  return refused('AMBIGUOUS', (exact.length > 0 ? exact : places).map(full).join('、'));
}

/** The cities that province and city name; all of them where the city says nothing. */
function citiesOf(gazetteer: Gazetteer, province: string, city: string): Division[] {
  const within = gazetteer.provinces
    .filter(({ name }) => province === '' || provinceStem(name) === provinceStem(province))
    .flatMap(({ code }) => gazetteer.cities.get(code) ?? []);
  if (NO_CITY.test(city)) return within;
  const named = within.filter(({ name }) => sameCity(name, city));
  const moved = FORMER_CITIES[stem(city, CITY_KIND)];
  const former = within.filter(({ code }) => code === moved);
  const direct = within.filter(isDirect);
  return [named, former, direct].find((list) => list.length > 0) ?? [];
}

/** 恩施州, 恩施 and 恩施土家族苗族自治州 are one; 天津 and 津市 are not. */
function sameCity(name: string, city: string): boolean {
  if (name === city) return true;
  const [a, b] = [stem(name, CITY_KIND), stem(city, CITY_KIND)];
  return a === b || (name.endsWith('自治州') && !city.endsWith('市') && a.startsWith(b));
}

type Found = { readonly county: Division; readonly isExact: boolean; readonly written: string };

/** Counties of a city that fit: by their names, without their kinds, by former names, or as the city itself. */
function countiesOf(gazetteer: Gazetteer, city: Division, cityName: string, name: string): Found[] {
  const all = gazetteer.counties.get(city.code) ?? [];
  // Below a province directly, the city's name may be the county's.
  const wanted = name === '' || (isDirect(city) && !NO_CITY.test(cityName)) ? cityName : name;
  const exact = all.filter((county) => county.name === wanted);
  if (exact.length > 0) return exact.map((county) => ({ county, isExact: true, written: wanted }));
  const gone = FORMER.filter((one) => one.name === wanted).flatMap(({ now }) =>
    all.filter(({ code }) => code === now),
  );
  const similar = all.filter(
    (county) => stem(county.name, COUNTY_KIND) === stem(wanted, COUNTY_KIND),
  );
  const [only] = all;
  // A city without districts: what is named there is a town of it.
  const itself = only && only.code === city.code && !NO_CITY.test(cityName) ? [only] : [];
  const found = [gone, similar, itself].find((list) => list.length > 0) ?? [];
  return found.map((county) => ({ county, isExact: false, written: wanted }));
}
