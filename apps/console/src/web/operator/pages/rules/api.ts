import type { OrderRefJson, PlaceJson } from '../../api.ts';

export type FilterJson = { name: string; metres?: string };
export type PointJson = {
  province?: string;
  city?: string;
  area?: string;
  lat?: number;
  lng?: number;
};
export type RulesJson = {
  filters?: FilterJson[];
  sorts?: string[];
  warehouseFallback?: boolean;
  points?: PointJson[];
};
export type VersionJson = {
  version: number;
  status: string;
  revision?: number;
  rules?: RulesJson;
  note?: string;
  actor?: string;
  changedAt?: string;
  activations?: { at?: string; actor?: string; note?: string }[];
};
export type VersionsJson = { versions?: VersionJson[]; nextToken?: string };
export type DifferenceJson = {
  orderRef: OrderRefJson;
  allocation?: number;
  attempt?: number;
  at?: string;
  before?: PlaceJson;
  after?: PlaceJson;
  beforeDecidedBy?: string;
  afterDecidedBy?: string;
};
export type SimulationJson = {
  decisions?: number;
  same?: number;
  differences?: DifferenceJson[];
  removedBefore?: Record<string, number>;
  removedAfter?: Record<string, number>;
  failedBefore?: number;
  failedAfter?: number;
  nextToken?: string;
};

/** Names of filters and sorts, as the router knows them. */
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
export const SORTS = ['priority', 'region', 'distance', 'available'] as const;

/** The rules of who has set none. */
export const DEFAULTS: RulesJson = {
  filters: [],
  sorts: [...SORTS],
  warehouseFallback: true,
  points: [],
};

/** Everything of rules filled in, as it is sent. */
export const sentRules = (rules: RulesJson) => ({
  filters: (rules.filters ?? []).map(({ name, metres = '0' }) => ({ name, metres })),
  sorts: rules.sorts ?? [],
  warehouseFallback: rules.warehouseFallback ?? false,
  points: (rules.points ?? []).map(({ province = '', city = '', area = '', lat = 0, lng = 0 }) => ({
    province,
    city,
    area,
    lat,
    lng,
  })),
});
