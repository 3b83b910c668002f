import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitInWords, lineInWords, logInWords, overloadInWords } from './words.ts';

test('an exit is told in words', () => {
  expect(exitInWords({ code: 3, signal: null })).toBe('ended with exit code 3');
  expect(exitInWords({ code: null, signal: 'SIGKILL' })).toBe('ended by signal SIGKILL');
  expect(exitInWords({ code: null, signal: null })).toBe('could not be started');
});

test('a line of a service is told in words, without braces', () => {
  const line = JSON.stringify({
    level: 'fatal',
    time: '2026-07-29T07:57:08.123Z',
    service: 'fulfillment',
    err: { type: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:27017', stack: 'Error: ...' },
    attempt: 4,
    msg: 'could not start',
  });
  expect(lineInWords(line)).toBe(
    '07:57:08 FATAL could not start: connect ECONNREFUSED 127.0.0.1:27017 (attempt 4)',
  );
});

test.each(['plain words', '{"half": ', '[1]', '{"no":"message"}'])('%s stays as it is', (line) => {
  expect(lineInWords(line)).toBe(line);
});

test('the end of a log mixes both', () => {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-words-'));
  const file = join(folder, 'a.log');
  writeFileSync(file, 'first\n{"level":"warn","msg":"slow"}\nlast\n');
  expect(logInWords(file, 2)).toBe('WARN slow\nlast');
  expect(logInWords(join(folder, 'none.log'), 2)).toBe('');
  rmSync(folder, { recursive: true });
});

test('colours of a terminal, and lines of them alone, are no words', () => {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-words-'));
  const file = join(folder, 'a.log');
  writeFileSync(file, '[\u001b[1;34mINFO\u001b[m] fetching\n\u001b[0m\u001b[0m\n\n');
  expect(logInWords(file, 1)).toBe('[INFO] fetching');
  rmSync(folder, { recursive: true });
});

test('a machine is overloaded above two runnable threads per core', () => {
  expect(overloadInWords(4, 2)).toBeNull();
  expect(overloadInWords(33.04, 2)).toBe('the machine is overloaded: load 33.0 on 2 cores');
});

test('a line of a mongod is told in the same words', () => {
  const line = JSON.stringify({
    t: { $date: '2026-07-29T07:57:08.123+00:00' },
    s: 'E',
    c: 'STORAGE',
    id: 20557,
    ctx: 'initandlisten',
    msg: 'DBException in initAndListen, terminating',
    attr: { error: 'DBPathInUse' },
  });
  expect(lineInWords(line)).toBe(
    '07:57:08 ERROR DBException in initAndListen, terminating (error DBPathInUse)',
  );
});
