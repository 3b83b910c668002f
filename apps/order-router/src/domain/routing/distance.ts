/** A place on Earth in degrees, WGS 84. */
export type Point = { readonly lat: number; readonly lng: number };

/** Mean radius of the Earth (IUGG), metres. */
const EARTH_RADIUS_M = 6_371_008.8;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * Great-circle distance in whole metres by the haversine formula, which stays exact for points that
 * lie close together. A sphere differs from the real Earth by up to 0.5 %.
 */
export const distanceM = (a: Point, b: Point): number => distanceTo(b)(a);

/** distanceM from many points to one. */
export function distanceTo(b: Point): (a: Point) => number {
  const cosB = Math.cos(radians(b.lat));
  return (a) => {
    const sinLat = Math.sin(radians(b.lat - a.lat) / 2);
    const sinLng = Math.sin(radians(b.lng - a.lng) / 2);
    const h = sinLat * sinLat + Math.cos(radians(a.lat)) * cosB * sinLng * sinLng;
    // Rounding may carry antipodes a hair over 1, where there is no arc sine.
    return Math.round(2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h))));
  };
}

/** More than rounding can make of a distance. */
const ROUNDING_M = 1;

/**
 * Whether points lie farther from `b` than so many metres: `distanceTo(b)(a) > metres`, mostly without
 * a sine. The shortest way is no shorter than the one to the other parallel, and no longer than along
 * the parallel of `b` and then its meridian.
 */
export function beyond(b: Point, metres: number): (a: Point) => boolean {
  const metresTo = distanceTo(b);
  const perDegree = radians(EARTH_RADIUS_M);
  const perDegreeEast = perDegree * Math.cos(radians(b.lat));
  return (a) => {
    const north = Math.abs(a.lat - b.lat) * perDegree;
    if (north > metres + ROUNDING_M) return true;
    const east = Math.abs(a.lng - b.lng) * perDegreeEast;
    if (north + east < metres - ROUNDING_M) return false;
    return metresTo(a) > metres;
  };
}

/** Whether the numbers are degrees of a place on Earth. */
export const isPoint = ({ lat, lng }: Point): boolean =>
  Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
