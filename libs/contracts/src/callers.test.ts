import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRACTS, callersOf, isAdministration } from './callers.ts';

const PROTO = join(import.meta.dirname, '../../../proto');

/** Carries calls of the others, each of which is let in by its own contract (docs/adr/0092). */
const CARRIER = 'astrolabe.transport.v1.CarrierService';

/** The full names of all services that the proto files define. */
const defined: string[] = readdirSync(PROTO, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.proto'))
  .flatMap((name) => {
    const text = readFileSync(join(PROTO, name), 'utf8');
    const pack = /^package (.+);$/m.exec(text)?.[1] ?? '';
    return [...text.matchAll(/^service (\w+) \{/gm)].map(([, service]) => `${pack}.${service}`);
  })
  .filter((contract) => contract !== CARRIER);

test('every contract says who may call it, and nothing else is listed', () => {
  expect(Object.keys(CONTRACTS).toSorted()).toEqual(defined.toSorted());
  for (const contract of defined) expect(callersOf(contract)).not.toEqual([]);
  expect(callersOf('astrolabe.made.v1.Up')).toEqual([]);
});

test('receivers are for the store console and the tables of applications alone', () => {
  expect(callersOf('astrolabe.ingress.v1.IngressTradeService')).toEqual(['console', 'order-push']);
});

test('what its name calls administration is for operators, perhaps in the console, and has a port of its own', () => {
  const named = defined.filter((contract) => contract.endsWith('AdminService'));
  expect(named.length).toBeGreaterThan(5);
  for (const contract of named) {
    expect(callersOf(contract)).toContain('operator');
    expect(['console', 'operator']).toEqual(expect.arrayContaining([...callersOf(contract)]));
    expect(isAdministration(contract)).toBe(true);
  }
  expect(isAdministration('astrolabe.catalog.v1.CatalogService')).toBe(false);
  expect(isAdministration('astrolabe.made.v1.Up')).toBe(false);
});
