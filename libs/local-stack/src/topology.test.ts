import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SERVICE_NAMES } from '@astrolabe/contracts/callers';
import { expect, test } from 'vitest';
import { APP_NAMES, DEFAULT_PORTS } from './topology.ts';

const APPS = resolve(import.meta.dirname, '../../../apps');
const services = readdirSync(APPS).filter((name) =>
  ['src/main.ts', 'src/config.ts'].every((file) => existsSync(join(APPS, name, file))),
);

test('a local stack runs every service, and each has an identity', () => {
  expect(APP_NAMES.toSorted()).toEqual(services.toSorted());
  expect(SERVICE_NAMES.toSorted()).toEqual([...services, 'operator'].toSorted());
});

test('no two processes share a port', () => {
  const ports = Object.values(DEFAULT_PORTS).flatMap((own) => Object.values(own));
  expect(new Set(ports).size).toBe(ports.length);
});
