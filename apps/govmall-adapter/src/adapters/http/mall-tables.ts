import { GOV_INTERFACES, familyNames } from '@astrolabe/schemas/govmall';
import type { GovNames } from '@astrolabe/schemas/govmall';
import Type from 'typebox';
import Value from 'typebox/value';

/** Where one mall has the interfaces, and what it calls their fields. */
export type MallTable = {
  readonly mall: string;
  /** By the name of the interface. */
  readonly paths: ReadonlyMap<string, string>;
  /** By the name of the interface; fields that are called as in the public family are not in it. */
  readonly names: ReadonlyMap<string, GovNames>;
};

const PATH = '^(/[\\w.-]+)+$';
const FIELD = '^[A-Za-z_]\\w*$';
const TablesSchema = Type.Array(
  Type.Object(
    {
      mall: Type.String({ pattern: '^[\\w-]{1,50}$' }),
      /** Before every path that is not in `paths`. */
      base: Type.Optional(Type.String({ pattern: PATH })),
      paths: Type.Optional(Type.Record(Type.String(), Type.String({ pattern: PATH }))),
      /** `price`; in one interface alone `submit.price`; inside one of its fields alone `submit.sku.price`. */
      names: Type.Optional(Type.Record(Type.String(), Type.String({ pattern: FIELD }))),
    },
    { additionalProperties: false },
  ),
  { maxItems: 50 },
);
type Setting = Type.Static<typeof TablesSchema>[number];

const FAMILY: Setting = { mall: 'family' };

/**
 * The tables of `MALLS`, after that of the public family, which is always served. Throws for what cannot be meant:
 * unknown interfaces, two interfaces under one path, two fields with one name.
 */
export function mallTables(setting: string): readonly MallTable[] {
  const settings = [FAMILY, ...(setting === '' ? [] : settingsIn(setting))];
  const tables = settings.map(tableOf);
  const malls = new Set(tables.map(({ mall }) => mall));
  if (malls.size < tables.length) throw new Error('MALLS: two malls have one name');
  const paths = tables.flatMap((table) => [...table.paths.values()]);
  if (new Set(paths).size < paths.length) throw new Error('MALLS: two interfaces share a path');
  return tables;
}

function settingsIn(text: string): readonly Setting[] {
  const value: unknown = JSON.parse(text);
  if (Value.Check(TablesSchema, value)) return value;
  const [first] = Value.Errors(TablesSchema, value);
  throw new Error(`MALLS${first?.instancePath ?? ''}: ${first?.message ?? 'has an unknown form'}`);
}

function tableOf({ mall, base = '', paths = {}, names = {} }: Setting): MallTable {
  const known = new Set(GOV_INTERFACES.map(({ name }) => name));
  const qualified = Object.keys(names).flatMap((key) =>
    key.includes('.') ? [key.slice(0, key.indexOf('.'))] : [],
  );
  const unknown = [...Object.keys(paths), ...qualified].find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`MALLS: no interface is called ${unknown}`);
  return {
    mall,
    paths: new Map(GOV_INTERFACES.map(({ name, path }) => [name, paths[name] ?? base + path])),
    names: new Map(GOV_INTERFACES.map(({ name }) => [name, namesIn(mall, name, names)])),
  };
}

function namesIn(mall: string, name: string, names: Readonly<Record<string, string>>): GovNames {
  const entries = Object.entries(names);
  const own = new Map([
    ...entries.filter(([field]) => !field.includes('.')),
    ...entries
      .filter(([field]) => field.startsWith(`${name}.`))
      .map(([field, word]) => [field.slice(name.length + 1), word] as const),
  ]);
  const parents = ['', ...[...own.keys()].map((key) => key.split('.')[0] ?? '')];
  if (parents.some((parent) => familyNames(own, parent) === null)) {
    throw new Error(`MALLS: two fields of ${name} have one name at ${mall}`);
  }
  return own;
}
