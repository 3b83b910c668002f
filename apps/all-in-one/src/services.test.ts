import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { SERVICES, UnknownService, loadServices } from './services.ts';

const APPS = resolve(import.meta.dirname, '../..');

test('every service can run beside the others; the counterparties are no service', () => {
  const apps = readdirSync(APPS).filter((name) =>
    ['src/config.ts', 'src/service.ts'].every((file) => existsSync(join(APPS, name, file))),
  );
  expect([...Object.keys(SERVICES), 'sandbox'].toSorted()).toEqual(apps.toSorted());
});

test('a list is loaded in its order; a name that is not known is refused with those that are', async () => {
  const loaded = await loadServices('settlement,catalog-sync');
  expect(loaded.map(({ name }) => name)).toEqual(['settlement', 'catalog-sync']);
  await expect(loadServices('settlement,billing')).rejects.toThrow(
    /billing is none of .*settlement/,
  );
  await expect(loadServices('')).rejects.toThrow(UnknownService);
});
