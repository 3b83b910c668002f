import type { Result } from '@astrolabe/kernel';
import type { FoundRegion, Regions } from './ports.ts';

/** A region as a caller names it; each level by its code or its name. */
export type AskedArea = {
  readonly province?: string | undefined;
  readonly city?: string | undefined;
  readonly county: string;
  /** The county's name beside its code. */
  readonly countyName?: string | undefined;
};

/** Codes have no Chinese character. */
export const isCode = (text: string): boolean => /^[\u0021-\u007e]+$/.test(text);

const nameOf = (text: string | undefined): string =>
  text === undefined || isCode(text) ? '' : text;

/**
 * The region that a caller means (document 004, 2.10: by the county's Chinese name, inside its own city).
 * Where it has sent a code and a name that are officially two places, that is a refusal: goods that go
 * to either may go to the wrong one.
 */
export const makeFindArea =
  ({ regions }: { regions: Regions }) =>
  async (sellerId: string, asked: AskedArea): Promise<Result<FoundRegion, string>> =>
    await regions.resolve(sellerId, {
      province: nameOf(asked.province),
      city: nameOf(asked.city),
      county: isCode(asked.county) ? nameOf(asked.countyName) : asked.county,
      code: isCode(asked.county) ? asked.county : '',
    });
