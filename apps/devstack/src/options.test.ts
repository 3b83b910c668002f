import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OptionError, readOptions, readUsage } from './options.ts';

test('plays the order unless told otherwise', () => {
  expect(readOptions([], {}).tour).toBe(true);
  expect(readOptions(['--no-tour'], {}).tour).toBe(false);
  expect(readOptions(['--once'], {})).toMatchObject({ tour: true, once: true });
});

test('a kept system is not toured: the tour starts from empty stock', () => {
  expect(readOptions(['--keep'], {})).toMatchObject({ tour: false, keep: true });
});

test('takes running servers from the environment', () => {
  const options = readOptions([], { KAFKA_BROKERS: 'k:9092', MONGODB_URI: 'mongodb://m' });
  expect(options).toMatchObject({ kafkaBrokers: 'k:9092', mongoUri: 'mongodb://m' });
});

test.each([['--tour'], ['stray']])('refuses %s', (word) => {
  expect(() => readOptions([word], {})).toThrow(OptionError);
});

test.each(['x', '-1', '1.5', '38519', '40000'])('refuses %s as an offset of ports', (offset) => {
  expect(() => readOptions([], { ASTROLABE_PORT_OFFSET: offset })).toThrow(OptionError);
});

test('takes the largest offset with which every port is one', () => {
  expect(readOptions([], { ASTROLABE_PORT_OFFSET: '38518' }).portOffset).toBe(38_518);
});

test('the help is printed without anything being installed or started', () => {
  const run = join(import.meta.dirname, '../bin/run.mjs');
  const printed = execFileSync(process.execPath, [run, 'start', '--help'], { encoding: 'utf8' });
  expect(printed.trimEnd()).toBe(readUsage());
  for (const name of ['no-tour', 'once', 'keep', 'help']) expect(printed).toContain(`--${name}`);
});
