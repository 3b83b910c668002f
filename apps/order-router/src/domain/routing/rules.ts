import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Receiver } from '../order.ts';
import type { Point } from './distance.ts';
import { isPoint } from './distance.ts';

export const FILTERS = [
  'opening-hours',
  'working-time',
  'dispatch-time',
  'activity-window',
  'daily-cap',
  'same-province',
  'same-city',
  'max-distance',
] as const;
export type FilterName = (typeof FILTERS)[number];

export const SORTS = ['priority', 'region', 'distance', 'available'] as const;
export type SortName = (typeof SORTS)[number];

/** One filter; `metres` is the parameter of max-distance and 0 for the others. */
export type FilterRule = { readonly name: FilterName; readonly metres: number };

/** Where buyers of an area are taken to be; an empty city or area stands for all of them. */
export type AreaPoint = Receiver & Point;

/**
 * Routing rules as data. Filters remove in this order, sorts decide in this order. Whatever the rules
 * say, a store must be NORMAL, have stock for all lines and not have refused; stores come before
 * warehouses; the id decides last (specification section 5).
 */
export type RulesBody = {
  readonly filters: readonly FilterRule[];
  readonly sorts: readonly SortName[];
  /** Warehouses serve what no store can. */
  readonly warehouseFallback: boolean;
  readonly points: readonly AreaPoint[];
};

/** The rules of a seller who has set none. */
export const DEFAULT_BODY: RulesBody = {
  filters: [],
  sorts: ['priority', 'region', 'distance', 'available'],
  warehouseFallback: true,
  points: [],
};

/** The rules in force for a seller who has activated none. */
export const DEFAULT_RULES = { version: 'default', ...DEFAULT_BODY } as const;

const MAX_POINTS = 500;
const MAX_NAME = 50;

/** A body as it came from outside. */
export type GivenBody = {
  readonly filters: readonly { readonly name: string; readonly metres: number }[];
  readonly sorts: readonly string[];
  readonly warehouseFallback: boolean;
  readonly points: readonly AreaPoint[];
};

/** Rules in their canonical form, or the name of the first field that is wrong. */
export function readBody(given: GivenBody): Result<RulesBody, string> {
  const filters = given.filters.flatMap(({ name, metres }): FilterRule[] => {
    const known = FILTERS.find((filter) => filter === name);
    if (!known || (known === 'max-distance') !== metres > 0 || metres < 0) return [];
    return [{ name: known, metres }];
  });
  if (filters.length !== given.filters.length || hasTwice(given.filters.map((f) => f.name))) {
    return err('filters');
  }
  const sorts = given.sorts.flatMap((name) => SORTS.find((sort) => sort === name) ?? []);
  if (sorts.length !== given.sorts.length || hasTwice(sorts)) return err('sorts');
  if (given.points.length > MAX_POINTS || !given.points.every(isAreaPoint)) return err('points');
  const points = given.points.map(({ province, city, area, lat, lng }) => ({
    province,
    city,
    area,
    lat,
    lng,
  }));
  return ok({ filters, sorts, warehouseFallback: given.warehouseFallback, points });
}

const hasTwice = (names: readonly string[]): boolean => new Set(names).size !== names.length;

const isAreaPoint = (point: AreaPoint): boolean =>
  isPoint(point) &&
  point.province !== '' &&
  [point.province, point.city, point.area].every((name) => name.length <= MAX_NAME);
