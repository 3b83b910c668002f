import type { Fen } from '@astrolabe/kernel';
import { fenFromYuan } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import type { WireNode } from './tree.ts';

/** Readers for answers that are read whatever their form: what is not there, or odd, is empty or null. */

export const childOf = (node: WireNode | null, ...names: readonly string[]): WireNode | null => {
  for (const name of names) {
    const child = node?.children.find((one) => one.name === name);
    if (child && child.kind !== 'null') return child;
  }
  return null;
};

export const textOf = (node: WireNode | null, ...names: readonly string[]): string => {
  const child = childOf(node, ...names);
  return child && child.kind !== 'object' && child.kind !== 'list' ? child.text.trim() : '';
};

export const flagOf = (node: WireNode | null, ...names: readonly string[]): boolean | null => {
  const word = textOf(node, ...names).toLowerCase();
  if (word === 'true') return true;
  return word === 'false' ? false : null;
};

/** Whole fen; `9200.0` is one. Null for anything else, empty included. */
export function fenOf(node: WireNode | null, ...names: readonly string[]): Fen | null {
  const whole = /^(-?\d{1,15})(?:\.0*)?$/.exec(textOf(node, ...names));
  return whole ? BigInt(whole[1] ?? '') : null;
}

/** Yuan, as details have amounts; null for what is no whole number of fen. */
export function yuanOf(node: WireNode | null, ...names: readonly string[]): Fen | null {
  const text = textOf(node, ...names);
  const fen = text === '' ? null : fenFromYuan(text);
  return fen?.ok ? fen.value : null;
}

/** An id with all its digits; empty for 0 and for what is none. */
export const idOf = (node: WireNode | null, ...names: readonly string[]): string => {
  const text = textOf(node, ...names);
  return /^[1-9]\d{0,39}$/.test(text) ? text : '';
};

/** An object, also where it came as a text of JSON; null for anything else. */
export function objectOf(node: WireNode | null): WireNode | null {
  if (node?.kind === 'object') return node;
  if (node?.kind !== 'text') return null;
  const inner = parseJson(node.text);
  return inner.ok && inner.value.kind === 'object' ? inner.value : null;
}

export const itemsOf = (node: WireNode | null): readonly WireNode[] =>
  node?.kind === 'list' ? node.children : [];
