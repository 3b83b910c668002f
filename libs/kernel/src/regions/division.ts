import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { GAZETTEER } from './divisions.ts';
import { currentCode } from './former.ts';
import type { Division } from './gazetteer.ts';
import { match, provincesNamed } from './match.ts';
import { plain, sameCity } from './names.ts';
import { officialName } from './resolve.ts';
import type { PlaceRefusal } from './resolve.ts';

/** A division of today, of any level, with its name from the widest level on. */
export type NamedDivision = { readonly code: string; readonly fullName: string };

const CODE = /^\d{6}$/;
const BETWEEN = /[/_、,，]/u;

/**
 * The division of any level that a person writes: its code of 6 digits, of today or before, or its names with slashes
 * between, the widest first (天津市/河东区, 浙江省/杭州市). A name that several places have is none of them; the message
 * names them.
 */
export function divisionNamed(written: string): Result<NamedDivision, PlaceRefusal> {
  const word = plain(written);
  if (CODE.test(word)) {
    const code = currentCode(word);
    const fullName = officialName(code);
    return fullName === '' ? unknown(word) : ok({ code, fullName });
  }
  const names = word.split(BETWEEN).filter((name) => name !== '');
  const found = exactFirst(divisionsOf(names), names.at(-1) ?? '');
  // A municipality and its only city have one name: it is the municipality.
  const places = new Map<string, string>();
  for (const { code } of found) {
    const fullName = officialName(code);
    if (!places.has(fullName)) places.set(fullName, code);
  }
  const [only, further] = places;
  if (!only) return unknown(written.trim());
  if (further) return err({ code: 'AMBIGUOUS', message: [...places.keys()].join('、') });
  return ok({ fullName: only[0], code: only[1] });
}

const unknown = (message: string) => err({ code: 'UNKNOWN_REGION' as const, message });

/** All that the names may stand for, the widest level first: a level may be left out. */
function divisionsOf(names: readonly string[]): Division[] {
  const [a = '', b = '', c = '', ...more] = names;
  if (a === '' || more.length > 0) return [];
  if (c !== '') return within(a, b, c);
  if (b !== '') {
    const isProvince = provincesNamed(GAZETTEER, a).length > 0;
    return isProvince ? [...within(a, b, ''), ...within(a, '', b)] : within('', a, b);
  }
  return [...provincesNamed(GAZETTEER, a), ...within('', a, ''), ...within('', '', a)];
}

function within(province: string, city: string, county: string): Division[] {
  const matched = match(GAZETTEER, provincesNamed(GAZETTEER, province), city, county);
  if (matched.counties.length > 0) return matched.counties.map((found) => found.county);
  // The only city of a province is its city, whatever is written there: here it has to be written.
  return county === '' ? matched.cities.filter(({ name }) => sameCity(name, city)) : [];
}

function exactFirst(found: readonly Division[], name: string): readonly Division[] {
  const exact = found.filter((one) => one.name === name);
  return exact.length > 0 ? exact : found;
}
