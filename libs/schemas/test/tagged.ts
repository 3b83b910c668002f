import { readFileSync } from 'node:fs';

/** Vectors write instants as ISO texts and bigints as digits with an `n`. */
export const tagged = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'bigint' ? `${member}n` : member,
    ),
  ) as unknown;

export const vectors = <T>(file: string): T[] =>
  JSON.parse(readFileSync(new URL(`./vectors/${file}.json`, import.meta.url), 'utf8')) as T[];
