import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { objectNode, parseJson, printJson } from '@astrolabe/schemas/wire';

/** The texts of a JSON list of ids, numbers with all their digits; null where it is none. */
export function itemsIn(json: string): readonly string[] | null {
  const read = parseJson(json);
  return read.ok && read.value.kind === 'list' ? read.value.children.map(({ text }) => text) : null;
}

/** One JSON object with the members of another put over its own; numbers keep their digits. */
export function mergedJson(json: string, over: string): Result<string, string> {
  const read = parseJson(json);
  const changes = parseJson(over);
  if (!read.ok || !changes.ok || changes.value.kind !== 'object') return err('must be an object');
  const names = changes.value.children.map(({ name }) => name);
  const kept = read.value.children.filter(({ name }) => !names.includes(name));
  return ok(printJson(objectNode('', [...kept, ...changes.value.children])));
}

/** A member of a JSON object, as JSON; null where it is not there. */
export function memberOf(json: string, name: string): string | null {
  const read = parseJson(json);
  if (!read.ok) return null;
  const member = read.value.children.find((child) => child.name === name);
  return member ? printJson(member) : null;
}
