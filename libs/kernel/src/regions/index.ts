export { divisionNamed } from './division.ts';
export type { NamedDivision } from './division.ts';
export { GAZETTEER } from './divisions.ts';
export { currentCode } from './former.ts';
export type { Division } from './gazetteer.ts';
export { faultOf, locate, nearness, settledBy } from './locate.ts';
export type { Located, NamedPlace } from './locate.ts';
export { codesAbove, divisionsBelow, officialName, resolvePlace } from './resolve.ts';
export type { PlaceAsked, PlaceRefusal, ResolvedPlace } from './resolve.ts';
