import { readReferences } from './references.ts';
import { stop } from './refusal.ts';

/** What prefixes stand for inside an element. */
export type Namespaces = ReadonlyMap<string, string>;

export type Attributes = {
  /** Offset behind the tag. */
  readonly end: number;
  readonly isClosed: boolean;
  readonly namespaces: Namespaces;
  /** The element says that it has no value. */
  readonly isNil: boolean;
};

const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
/** Its usual prefix; callers who print XML by hand forget to declare it. */
const USUAL_PREFIX = 'xsi';
/** Attributes of a schema instance that say nothing about the value. */
const PASSED_OVER: readonly string[] = ['type', 'schemaLocation', 'noNamespaceSchemaLocation'];

const ATTRIBUTE =
  /[ \t\n]+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[ \t\n]*=[ \t\n]*("[^"<]*"|'[^'<]*')/y;
const TAG_END = /[ \t\n]*(\/?)>/y;

/**
 * Reads what stands behind a tag's name: namespace declarations and attributes of a schema instance,
 * which serializers write by themselves (.NET: `xmlns:xsi`, `xmlns:xsd`, `xsi:nil`). The channels have
 * no attributes of their own, so any other is refused.
 */
export function readAttributes(text: string, start: number, outer: Namespaces): Attributes {
  const values = new Map<string, string>();
  let at = start;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (!match) break;
    const [whole, name = '', quoted = ''] = match;
    if (values.has(name)) stop('XML_MALFORMED', `attribute ${name} twice`);
    values.set(name, readReferences(quoted.slice(1, -1)));
    at += whole.length;
  }
  TAG_END.lastIndex = at;
  const closing = TAG_END.exec(text);
  if (!closing) return stop('XML_MALFORMED', 'attributes are not accepted');
  const namespaces = declared(values, outer);
  return {
    end: at + closing[0].length,
    isClosed: closing[1] === '/',
    namespaces,
    isNil: isNil(values, namespaces),
  };
}

/** The prefixes of an element: the outer ones and its own. */
function declared(values: ReadonlyMap<string, string>, outer: Namespaces): Namespaces {
  let own: Map<string, string> | undefined;
  for (const [name, value] of values) {
    if (!name.startsWith('xmlns:')) continue;
    own ??= new Map(outer);
    own.set(name.slice('xmlns:'.length), value);
  }
  return own ?? outer;
}

function isNil(values: ReadonlyMap<string, string>, namespaces: Namespaces): boolean {
  let nil = false;
  for (const [name, value] of values) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    const local = schemaInstanceName(name, namespaces);
    if (local === 'nil') nil = readNil(value);
    else if (local === null || !PASSED_OVER.includes(local)) {
      stop('XML_MALFORMED', 'attributes are not accepted');
    }
  }
  return nil;
}

/** The name inside the namespace of schema instances; null for an attribute of any other. */
function schemaInstanceName(name: string, namespaces: Namespaces): string | null {
  const colon = name.indexOf(':');
  if (colon < 0) return null;
  const prefix = name.slice(0, colon);
  const uri = namespaces.get(prefix) ?? (prefix === USUAL_PREFIX ? SCHEMA_INSTANCE : '');
  return uri === SCHEMA_INSTANCE ? name.slice(colon + 1) : null;
}

function readNil(value: string): boolean {
  const word = value.trim();
  if (['true', '1'].includes(word)) return true;
  return ['false', '0'].includes(word) ? false : stop('XML_MALFORMED', 'nil must be a boolean');
}
