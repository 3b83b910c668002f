import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Rows of all tables of a document, as the trimmed texts of their cells. */
const rowsOf = (file: string): string[][] =>
  read(file)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('the index of decisions', () => {
  const records = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
  const rows = rowsOf('docs/adr/README.md').filter(([link = '']) => link.startsWith('['));

  test('has each record once, in order, with its title and one sentence', () => {
    const expected = records.map((name) => {
      const title = read(`docs/adr/${name}`)
        .split('\n', 1)[0]
        ?.replace(/^# \d+\. /, '');
      return [`[${name.slice(0, 4)}](${name})`, title];
    });
    expect(rows.map(([link, title]) => [link, title])).toEqual(expected);
    for (const [link, , sentence] of rows) expect(sentence, link).toMatch(/^[A-Z].*\.$/);
  });

  test('a record has the number of its file', () => {
    for (const name of records) {
      expect(read(`docs/adr/${name}`), name).toMatch(new RegExp(`^# ${+name.slice(0, 4)}\\. `));
    }
  });
});

describe('documents', () => {
  test('every app and library has a README of its own', () => {
    const packages = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
    );
    expect(packages.filter((each) => !existsSync(join(ROOT, each, 'README.md')))).toEqual([]);
  });

  test('paths that the README names exist', () => {
    const paths = [...read('README.md').matchAll(/`((?:apps|libs|docs|deploy)\/[^`\s]*)`/g)];
    expect(paths.length).toBeGreaterThan(20);
    const missing = paths
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(ROOT, path)));
    expect(missing).toEqual([]);
  });

  test('the glossary has each word once', () => {
    const words = rowsOf('docs/glossary.md')
      .map(([word = '']) => word)
      .filter((word) => word !== 'word' && !word.startsWith('-'));
    expect(words.length).toBeGreaterThanOrEqual(40);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });
});
