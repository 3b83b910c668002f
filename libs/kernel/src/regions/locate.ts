import { GAZETTEER } from './divisions.ts';
import { isClosed, isDirect } from './gazetteer.ts';
import type { Division } from './gazetteer.ts';
import { citiesNamed, citiesOf, match, provincesNamed } from './match.ts';
import type { Matched } from './match.ts';
import { cityStem, plain, provinceStem, sameArea, saysNoCity } from './names.ts';
import type { PlaceRefusal } from './resolve.ts';

/** A place as an order or a store names it; what is not known is empty. */
export type NamedPlace = {
  readonly province: string;
  readonly city: string;
  readonly area: string;
};

/**
 * Where a place is, as far as its names say so: per level the code of GB/T 2260, else, inside a level that is known, the
 * name that no table has (a new district, a development zone, a town), else empty.
 */
export type Located = NamedPlace;

/**
 * Finds the place of an address, as exactly as it can. It never fails: an address whose district is not known is in its
 * city, one whose city is not clear in its province. It never guesses either: a name that several cities have is none
 * of them.
 */
export function locate(place: NamedPlace): Located {
  const [province, city, area] = [plain(place.province), plain(place.city), plain(place.area)];
  const provinces = provincesNamed(GAZETTEER, province);
  if (provinces.length === 0) {
    return { province: provinceStem(province), city: cityStem(city), area };
  }
  const matched = match(GAZETTEER, provinces, city, area);
  const [only, further] = matched.cities;
  if (only && !further && !isClosed(only)) return inCity(only, matched, { city, area });
  const [alone, others] = provinces;
  if (!alone || others) return { province: '', city: '', area: '' };
  return { province: alone.code, city: saysNoCity(city) ? '' : cityStem(city), area };
}

/**
 * What the names of province and city settle of `locate`, whatever the area is: each level is the one of every place that has
 * these names, or empty where the area has a say (a county in the city's place, no city at all). Without a city it is what the
 * province's name settles for every city.
 */
export function settledBy(province: string, city: string): Located {
  const [first, second] = [plain(province), plain(city)];
  const provinces = provincesNamed(GAZETTEER, first);
  if (provinces.length === 0) {
    return { province: provinceStem(first), city: cityStem(second), area: '' };
  }
  const named = citiesNamed(provinces, citiesOf(GAZETTEER, provinces), second) ?? [];
  const [only, further] = named;
  if (only && !further && !isClosed(only)) {
    return { province: only.parentCode, city: isDirect(only) ? '' : only.code, area: '' };
  }
  const [alone, others] = provinces;
  return { province: alone && !others ? alone.code : '', city: '', area: '' };
}

function inCity(
  city: Division,
  { counties }: Matched,
  written: { readonly city: string; readonly area: string },
): Located {
  const [found, further] = counties;
  const county = found && !further ? found.county : null;
  // Counties directly under a province have no city between: each is one of its own.
  if (isDirect(city)) {
    const own = county?.code ?? '';
    return { province: city.parentCode, city: own, area: own };
  }
  if (county && county.code !== city.code) {
    return { province: city.parentCode, city: city.code, area: county.code };
  }
  return { province: city.parentCode, city: city.code, area: nameIn(city, written) };
}

/** The name of what is in a city and in no table; empty where it says the city again. */
function nameIn(city: Division, written: { readonly city: string; readonly area: string }): string {
  const isCityItself = (name: string): boolean =>
    saysNoCity(name) || name === city.name || name === cityStem(city.name);
  // 香港特别行政区/中西区: where a province is one city, its second level may be the area.
  const isAlone = GAZETTEER.cities.get(city.parentCode)?.length === 1;
  const isArea = isAlone && provinceStem(written.city) !== provinceStem(city.name);
  const name = written.area === '' && isArea ? written.city : written.area;
  return isCityItself(name) ? '' : name;
}

/** How near two places are: 0 same area, 1 same city, 2 same province, 3 else. What is not known is never the same. */
export function nearness(a: Located, b: Located): 0 | 1 | 2 | 3 {
  if (a.province === '' || a.province !== b.province) return 3;
  if (a.city === '' || a.city !== b.city) return 2;
  return sameArea(a.area, b.area) ? 0 : 1;
}

/**
 * What is wrong with the names of a place that has to be known, such as a store's; null when they are one. The city has
 * to be one of the list. A name below it that the list does not have may be a new district or a zone, unless it is that
 * of a county elsewhere.
 */
export function faultOf(place: NamedPlace): PlaceRefusal | null {
  const [province, city, area] = [plain(place.province), plain(place.city), plain(place.area)];
  const written = [province, city, area].filter((name) => name !== '').join('/');
  const provinces = provincesNamed(GAZETTEER, province);
  const [alone, others] = provinces;
  if (!alone) return { code: 'UNKNOWN_REGION', message: written };
  if (!others && isClosed(GAZETTEER.cities.get(alone.code)?.[0] ?? alone)) return null;
  const { cities, counties } = match(GAZETTEER, provinces, city, area);
  if (counties.length > 1 || cities.length > 1) {
    const names = counties.length > 1 ? counties.map(({ county }) => county) : cities;
    return { code: 'AMBIGUOUS', message: names.map(fullName).join('、') };
  }
  const [only] = cities;
  if (!only) return { code: 'UNKNOWN_REGION', message: written };
  const elsewhere = counties.length === 0 ? namesake(only, area) : undefined;
  return elsewhere
    ? { code: 'UNKNOWN_REGION', message: `${written}，${area}在${fullName(elsewhere)}` }
    : null;
}

/** A county of exactly this name in another city; a city without districts has towns of any name. */
function namesake(city: Division, area: string): Division | undefined {
  if (area === '' || area === city.name || GAZETTEER.countyByCode.has(city.code)) return undefined;
  return [...GAZETTEER.countyByCode.values()].find(({ name }) => name === area);
}

function fullName({ code, name, parentCode }: Division): string {
  const city = GAZETTEER.cityByCode.get(parentCode);
  const above = city && city.code !== code ? city.name : '';
  const province = GAZETTEER.provinces.find((one) => one.code === `${code.slice(0, 2)}0000`);
  return [...new Set([province?.name ?? '', above, name])].join('');
}
