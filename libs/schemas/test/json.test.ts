import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireNode } from '../src/wire/index.ts';
import { leaf, listNode, objectNode, parseJson, printJson } from '../src/wire/index.ts';

const codeOf = (text: string | Buffer): string => {
  const result = parseJson(text);
  return result.ok ? 'accepted' : result.error.code;
};

describe('reading', () => {
  test('keeps every digit of a number', () => {
    const text = '{"tid":41171611600046273,"price":10.0,"id":"007","on":true,"none":null,"l":[1]}';
    const result = parseJson(text);
    expect(result).toEqual({
      ok: true,
      value: objectNode('', [
        leaf('tid', '41171611600046273', 'number'),
        leaf('price', '10.0', 'number'),
        leaf('id', '007'),
        leaf('on', 'true', 'boolean'),
        leaf('none', '', 'null'),
        listNode('l', [leaf('', '1', 'number')]),
      ]),
    });
    expect(result.ok && printJson(result.value)).toBe(text);
  });

  test.each([
    ['malformed', '{"a":', 'JSON_MALFORMED'],
    ['trailing text', '{} x', 'JSON_MALFORMED'],
    ['empty', '', 'JSON_MALFORMED'],
    ['NaN', '{"a":NaN}', 'JSON_MALFORMED'],
    ['repeated key', '{"a":1,"a":2}', 'JSON_MALFORMED'],
    ['__proto__', '{"__proto__":{"polluted":1}}', 'JSON_MALFORMED'],
    [
      '__proto__ spelled with escapes',
      '{"__pr\\u006fto\\u005F_" :{"polluted":1}}',
      'JSON_MALFORMED',
    ],
    ['constructor', '{"constructor":{"prototype":{}}}', 'JSON_MALFORMED'],
    ['depth 33', '['.repeat(33) + ']'.repeat(33), 'JSON_TOO_DEEP'],
    ['depth 10,000', '['.repeat(10_000), 'JSON_TOO_DEEP'],
    ['20,001 values', `[${'1,'.repeat(19_999)}1]`, 'JSON_TOO_MANY_VALUES'],
    ['more than 256 KiB', `"${'a'.repeat(256 * 1024)}"`, 'JSON_TOO_LARGE'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'JSON_NOT_UTF8'],
  ])('refuses %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('takes depth 32 and brackets inside texts', () => {
    expect(codeOf('['.repeat(32) + ']'.repeat(32))).toBe('accepted');
    expect(codeOf(`[${'1,'.repeat(19_998)}1]`)).toBe('accepted');
    expect(codeOf(JSON.stringify('[{,'.repeat(30_000)))).toBe('accepted');
  });
});

describe('writing', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text) => leaf('', text)),
    fc.bigInt({ min: 0n, max: 10n ** 20n }).map((n) => leaf('', n.toString(), 'number')),
    fc.boolean().map((b) => leaf('', String(b), 'boolean')),
    fc.constant(leaf('', '', 'null')),
  );
  const tree: fc.Arbitrary<WireNode> = fc.letrec<{ node: WireNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      value,
      fc.array(tie('node'), { maxLength: 4 }).map((items) => listNode('', items)),
      fc
        .dictionary(fc.constantFrom('tid', 'a b', '旗', 'x"y'), tie('node'), { maxKeys: 4 })
        .map((members) =>
          objectNode(
            '',
            Object.entries(members).map(([name, node]) => ({ ...node, name })),
          ),
        ),
    ),
  })).node;

  test('what is written reads back as it was, on one line', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = printJson(node);
        expect(text).not.toMatch(/[\r\n]/);
        expect(parseJson(text)).toEqual({ ok: true, value: node });
      }),
    );
  });

  test('a text is never written as a number', () => {
    expect(() => printJson(leaf('', '007', 'number'))).toThrow(/number/);
    expect(() => printJson(leaf('', '1}', 'number'))).toThrow(/number/);
  });
});
