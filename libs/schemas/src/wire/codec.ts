import type { Result } from '@astrolabe/kernel';
import { err, leftOut, ok } from '@astrolabe/kernel';
import type { WireNode } from './tree.ts';
import { isBlank, listNode, objectNode } from './tree.ts';

/** Why a message does not fit its definition: the dotted path of the field and a short reason. */
export type FieldRefusal = {
  readonly kind: 'MISSING' | 'INVALID';
  readonly field: string;
  readonly reason: string;
};

/** What reading a message has left out or shortened, a sentence each; it never holds a value. */
export type Notes = string[];

/**
 * What a message may hold, for who describes it or makes examples of it, good or hostile. A leaf's example
 * fits it; a whole made of them may still contradict itself.
 */
export type Shape =
  | {
      readonly kind: 'leaf';
      readonly example: string;
      /** How JSON writes it; absent: as text. What is read may be written either way. */
      readonly writtenAs?: 'number' | 'boolean';
      /** The closed set of its words. */
      readonly words?: readonly string[];
    }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'list'; readonly itemName: string; readonly item: Shape };

/** One wire field of an object. */
export type Member = {
  readonly name: string;
  readonly shape: Shape;
  /** Whether a message without it is refused. */
  readonly isRequired?: true;
};

/** Two directions of one value. `decode(encode(name, value))` gives the value back. */
export type Codec<T> = {
  readonly shape: Shape;
  /** `notes` receives what tolerant fields have left out or shortened. */
  readonly decode: (node: WireNode, path: string, notes?: Notes) => Result<T, FieldRefusal>;
  readonly encode: (name: string, value: T) => WireNode;
};

/** One member of a record; it may take several wire fields together. */
export type Field<T, Optional extends boolean> = {
  readonly optional: Optional;
  /** Wire field to name when it is missing. */
  readonly wireName: string;
  /** The wire fields that it takes; with other names for the same value, all of them. */
  readonly members: readonly Member[];
  readonly read: (
    parent: WireNode,
    path: string,
    notes?: Notes,
  ) => Result<T | undefined, FieldRefusal>;
  readonly write: (value: T) => readonly WireNode[];
};

type AnyField = {
  readonly optional: boolean;
  readonly wireName: string;
  readonly members: readonly Member[];
  readonly read: (parent: WireNode, path: string, notes?: Notes) => Result<unknown, FieldRefusal>;
  readonly write: (value: never) => readonly WireNode[];
};
export type Fields = Readonly<Record<string, AnyField>>;

type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
type RequiredKeys<F extends Fields> = {
  [K in keyof F]: F[K]['optional'] extends true ? never : K;
}[keyof F];

/** Type of the record that the fields describe. */
export type RecordOf<F extends Fields> = {
  readonly [K in RequiredKeys<F>]: ValueOf<F[K]>;
} & {
  readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: ValueOf<F[K]>;
};

/** Type of the values of a codec. */
export type TypeOf<C> = C extends Codec<infer T> ? T : never;

export const missing = (field: string): FieldRefusal => ({
  kind: 'MISSING',
  field,
  reason: 'is required',
});

export const invalid = (field: string, reason: string): FieldRefusal => ({
  kind: 'INVALID',
  field,
  reason,
});

/** One sentence of at most 100 characters for the caller of the channel. */
export const refusalText = (refusal: FieldRefusal): string =>
  `${refusal.field} ${refusal.reason}`.trim().slice(0, 100);

/** The child of a name; blank counts as absent, twice is a refusal. */
export function childOf(
  parent: WireNode,
  name: string,
  path: string,
): Result<WireNode | undefined, FieldRefusal> {
  let found: WireNode | undefined;
  for (const child of parent.children) {
    if (child.name !== name) continue;
    if (found) return err(invalid(join(path, name), 'occurs twice'));
    found = child;
  }
  return ok(found && !isBlank(found) ? found : undefined);
}

/** A field that must be there and not blank. */
export const required = <T>(name: string, codec: Codec<T>): Field<T, false> => ({
  optional: false,
  ...named(name, codec),
  members: [{ name, shape: codec.shape, isRequired: true }],
});

/** A field that may be absent; blank is absent. */
export const optional = <T>(name: string, codec: Codec<T>): Field<T, true> => ({
  optional: true,
  ...named(name, codec),
});

/** An optional field that nobody needs: a value that does not fit is left out, with a note. */
export function tolerated<T>(name: string, codec: Codec<T>): Field<T, true> {
  const field = optional(name, codec);
  return {
    ...field,
    read: (parent, path, notes) => {
      const result = field.read(parent, path, notes);
      if (result.ok) return result;
      notes?.push(leftOut(result.error.field, result.error.reason));
      return ok(undefined);
    },
  };
}

/** A field that reads as `fallback` when it is absent and is always written. */
export function defaulted<T>(name: string, codec: Codec<T>, fallback: T): Field<T, false> {
  const field = named(name, codec);
  return {
    optional: false,
    ...field,
    read: (parent, path, notes) => {
      const result = field.read(parent, path, notes);
      return result.ok && result.value === undefined ? ok(fallback) : result;
    },
  };
}

/** An optional field with other names that callers of the channel use for it; the first is written. */
export function aliased<T>(
  name: string,
  others: readonly string[],
  codec: Codec<T>,
): Field<T, true> {
  const fields = [name, ...others].map((wireName) => named(wireName, codec));
  return {
    optional: true,
    ...named(name, codec),
    members: fields.flatMap(({ members }) => members),
    read: (parent, path, notes) => {
      for (const field of fields) {
        const result = field.read(parent, path, notes);
        if (!result.ok || result.value !== undefined) return result;
      }
      return ok(undefined);
    },
  };
}

function named<T>(name: string, codec: Codec<T>): Omit<Field<T, boolean>, 'optional'> {
  return {
    wireName: name,
    members: [{ name, shape: codec.shape }],
    read: (parent, path, notes) => {
      const child = childOf(parent, name, path);
      if (!child.ok || child.value === undefined) return child as Result<undefined, FieldRefusal>;
      return codec.decode(child.value, join(path, name), notes);
    },
    write: (value) => [codec.encode(name, value)],
  };
}

/** An object whose members are read and written in the order given. Unknown members are ignored. */
export function record<F extends Fields>(fields: F): Codec<RecordOf<F>> & { fields: F } {
  const entries = Object.entries(fields);
  return {
    fields,
    shape: { kind: 'object', members: entries.flatMap(([, { members }]) => members) },
    decode: (node, path, notes) => {
      if (node.kind !== 'object') return err(invalid(path, 'must be an object'));
      const value: Record<string, unknown> = {};
      for (const [key, field] of entries) {
        const result = field.read(node, path, notes);
        if (!result.ok) return result;
        if (result.value !== undefined) value[key] = result.value;
        else if (!field.optional) return err(missing(join(path, field.wireName)));
      }
      return ok(value as RecordOf<F>);
    },
    encode: (name, value) =>
      objectNode(
        name,
        entries.flatMap(([key, field]) => {
          const member: unknown = value[key as keyof typeof value];
          return member === undefined ? [] : field.write(member as never);
        }),
      ),
  };
}

/** Names that the writer of the official SDKs makes of a value's Java type: a list of ids is `<long>`. */
const SDK_ITEM_NAMES: readonly string[] = ['long', 'string', 'integer'];

/** Elements that any node of Qimen may hold beside its own (catalogue A.1). */
const EXTENSIONS: readonly string[] = ['remark', 'extendProps'];

/**
 * A list; in XML and in the JSON of TOP its elements carry `itemName`. With `lone` a single structure in
 * its place reads as a list of one, as some clients of TOP print it.
 */
export function list<T>(
  itemName: string,
  item: Codec<T>,
  limits: { readonly min?: number; readonly max?: number; readonly lone?: true } = {},
): Codec<readonly T[]> {
  const names = item.shape.kind === 'leaf' ? [itemName, ...SDK_ITEM_NAMES] : [itemName];
  return {
    shape: { kind: 'list', itemName, item: item.shape },
    decode: (node, path, notes) => {
      const isLone = limits.lone === true && isLoneItem(node, itemName);
      const items = isLone ? ok([node]) : itemsOf(node, names, path);
      if (!items.ok) return items;
      if (items.value.length < (limits.min ?? 0)) return err(invalid(path, 'has too few entries'));
      if (items.value.length > (limits.max ?? Number.MAX_SAFE_INTEGER)) {
        return err(invalid(path, `has more than ${limits.max} entries`));
      }
      const at = namedList(node, itemName) ? join(path, itemName) : path;
      const values: T[] = [];
      for (const [index, child] of items.value.entries()) {
        const result = item.decode(child, `${at}[${index}]`, notes);
        if (!result.ok) return result;
        values.push(result.value);
      }
      return ok(values);
    },
    encode: (name, values) =>
      listNode(
        name,
        values.map((value) => item.encode(itemName, value)),
        itemName,
      ),
  };
}

/** Whether an object stands where a list of such objects belongs. */
const isLoneItem = (node: WireNode, itemName: string): boolean =>
  node.kind === 'object' && node.children.every(({ name }) => name !== itemName);

/**
 * Children of a list: a JSON array, bare or under its element's name, or the XML elements of its names.
 * Extensions are passed over, and so is an element that is nil.
 */
export function itemsOf(
  node: WireNode,
  names: readonly string[],
  path: string,
): Result<readonly WireNode[], FieldRefusal> {
  if (isBlank(node)) return ok([]);
  if (node.kind === 'list') return ok(node.children);
  if (node.kind !== 'object') return err(invalid(path, 'must be a list'));
  const named = names.map((name) => namedList(node, name)).find((list) => list !== undefined);
  if (named) return ok(named.children);
  const items = node.children.filter(({ name }) => !EXTENSIONS.includes(name));
  const stranger = items.find(({ name }) => !names.includes(name));
  return stranger
    ? err(invalid(path, `holds <${stranger.name}>`))
    : ok(items.filter(({ kind }) => kind !== 'null'));
}

/** The array of a list that TOP has printed as JSON, under the name of its elements. */
const namedList = (node: WireNode, itemName: string): WireNode | undefined => {
  const [only, ...more] = node.children;
  const isNamed = only?.name === itemName && only.kind === 'list' && more.length === 0;
  return node.kind === 'object' && isNamed ? only : undefined;
};

/** Maps the values of a codec; `to` may refuse with a reason. */
export const mapped = <A, B>(
  codec: Codec<A>,
  to: (value: A) => Result<B, string>,
  from: (value: B) => A,
): Codec<B> => ({
  shape: codec.shape,
  decode: (node, path, notes) => {
    const result = codec.decode(node, path, notes);
    if (!result.ok) return result;
    const converted = to(result.value);
    return converted.ok ? converted : err(invalid(path, converted.error));
  },
  encode: (name, value) => codec.encode(name, from(value)),
});

/** Reads a field from two or more wire fields of the same parent, or writes it to them. */
export const joined = <F extends Fields, T>(
  fields: F,
  to: (value: RecordOf<F>) => Result<T, string>,
  from: (value: T) => RecordOf<F>,
): Field<T, false> => {
  const inner = record(fields);
  return {
    optional: false,
    wireName: Object.values(fields)[0]?.wireName ?? '',
    members: Object.values(fields).flatMap(({ members }) => members),
    read: (parent, path, notes) => {
      const result = inner.decode(parent, path, notes);
      if (!result.ok) return result;
      const converted = to(result.value);
      return converted.ok ? converted : err(invalid(path, converted.error));
    },
    write: (value) => inner.encode('', from(value)).children,
  };
};

export const join = (path: string, name: string): string =>
  path === '' ? name : `${path}.${name}`;
