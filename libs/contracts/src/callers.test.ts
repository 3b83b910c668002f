import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ADMINISTRATION_METHODS, LISTED_CONTRACTS, SERVICE_NAMES, callersOf } from './callers.ts';

const PROTO = join(import.meta.dirname, '../../../proto');

type Defined = { contract: string; methods: string[] };

/** All services that the proto files define, with their methods. */
const services: Defined[] = readdirSync(PROTO, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.proto'))
  .flatMap((name) => {
    const text = readFileSync(join(PROTO, name), 'utf8');
    const pack = /^package (.+);$/m.exec(text)?.[1] ?? '';
    return [...text.matchAll(/^service (\w+) \{(.*?)^\}/gms)].map(([, name, body = '']) => ({
      contract: `${pack}.${name}`,
      methods: [...body.matchAll(/^ {2}rpc (\w+)/gm)].map(([, method = '']) => method),
    }));
  });
const defined = services.map(({ contract }) => contract);

test('every contract says who may call it, and nothing else is listed', () => {
  expect(LISTED_CONTRACTS.toSorted()).toEqual(defined.toSorted());
  for (const contract of defined) expect(callersOf(contract, 'Any')).not.toEqual([]);
  expect(callersOf('astrolabe.made.v1.Up', 'Any')).toEqual([]);
});

test('receivers are for the store console and the tables of applications alone', () => {
  expect(callersOf('astrolabe.ingress.v1.IngressTradeService', 'GetReceiver')).toEqual([
    'store-console',
    'order-push',
  ]);
  expect(SERVICE_NAMES).toContain('store-console');
});

test('administration is for operators, also where its contract carries data, and every method exists', () => {
  const methods = services.flatMap((one) => one.methods.map((name) => `${one.contract}/${name}`));
  for (const path of ADMINISTRATION_METHODS) {
    expect(methods).toContain(path);
    const [contract = '', method = ''] = path.split('/');
    expect(callersOf(contract, method)).toEqual(['operator']);
    expect(callersOf(contract, 'Any').length).toBeGreaterThan(1);
  }
});
