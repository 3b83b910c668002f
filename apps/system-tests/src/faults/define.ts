import type { Figure } from './figures.ts';

/** A scenario that is run by its number; its settings are numbers, and options of the command line. */
export type Scenario = {
  readonly title: string;
  /** Names, and values where they are not said otherwise. */
  readonly settings: Readonly<Record<string, number>>;
  readonly run: (given: Readonly<Record<string, number>>, log: Log) => Promise<Figure[]>;
};

/** Says what happens, for who watches. */
export type Log = (line: string) => void;

/** Defines a scenario whose run gets every setting that it names. */
export const defineScenario = <K extends string>(definition: {
  title: string;
  settings: Record<K, number>;
  run: (given: Record<K, number>, log: Log) => Promise<Figure[]>;
}): Scenario => ({
  ...definition,
  run: (given, log) => definition.run({ ...definition.settings, ...given }, log),
});
