import type { Invocation } from './invocation.ts';
import type { OptionName } from './options.ts';

/** An option of a command: by its name, or with what it means there. */
export type OptionUse = OptionName | readonly [name: OptionName, text: string];

/** The option that a command uses. */
export const optionName = (use: OptionUse): OptionName => (typeof use === 'string' ? use : use[0]);

/** One command: its words, its help and what it does. */
export type Command = {
  /** Its group and its verb, e.g. `order list`. */
  readonly name: string;
  /** Words after the name, e.g. `<ORDER>`, `[SUB_ORDER...]`. */
  readonly words?: readonly string[];
  readonly summary: string;
  /** Options that it cannot do without. */
  readonly needs?: readonly OptionUse[];
  readonly takes?: readonly OptionUse[];
  /** Variables that name the services that it calls, or hold secrets. */
  readonly variables?: readonly string[];
  /** At least one line that works, without the name of the program. */
  readonly examples: readonly string[];
  /** It changes something: `--dry-run` says what. */
  readonly changes?: boolean;
  /** On a terminal: the fields of a table's columns, in their order. All that are short without. */
  readonly columns?: readonly string[];
  readonly run: (invocation: Invocation) => Promise<void>;
};

/** Commands of one group, with what they are for. */
export type Group = {
  readonly name: string;
  readonly summary: string;
  /** An earlier name of the group, which still works. */
  readonly alias?: string;
  /** Reads its commands, with all that they need. */
  readonly load: () => Promise<readonly Command[]>;
};

/** A group with its commands; none where they were not asked for. */
export type LoadedGroup = Group & { readonly commands: readonly Command[] };

/** Groups with their commands: of those alone that `isMeant` names. */
export const loaded = (
  groups: readonly Group[],
  isMeant: (group: Group) => boolean = () => true,
): Promise<LoadedGroup[]> =>
  Promise.all(
    groups.map(async (group) => ({
      ...group,
      commands: isMeant(group) ? await group.load() : [],
    })),
  );
