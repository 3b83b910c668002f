import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GovNames } from '../src/govmall/index.ts';
import { familyNames, inFamilyNames, tellInOwnNames } from '../src/govmall/index.ts';
import { inOwnNames } from '../src/govmall/names.ts';
import { leaf, listNode, objectNode } from '../src/wire/tree.ts';
import type { WireNode } from '../src/wire/tree.ts';

const NAMES: GovNames = new Map([
  ['sku', 'items'],
  ['sku.sku', 'goods_no'],
  ['price', 'cost'],
  ['num', 'sku'],
]);
const line = objectNode('', [leaf('sku', '12345'), leaf('price', '1.00'), leaf('num', '3')]);
const order = objectNode('', [
  leaf('yggc_order', 'M-1'),
  listNode('sku', [line, line]),
  leaf('price', '2.00'),
]);

test('fields have other names where they are inside others, and names may be swapped', () => {
  const own = inOwnNames(order, NAMES);
  expect(own.children.map(({ name }) => name)).toEqual(['yggc_order', 'items', 'cost']);
  expect(own.children[1]?.children[1]?.children.map(({ name }) => name)).toEqual([
    'goods_no',
    'cost',
    'sku',
  ]);
  expect(inFamilyNames(own, NAMES)).toEqual(order);
  expect(tellInOwnNames('sku[1].price is no amount', NAMES)).toBe('items[1].cost is no amount');
});

test('two fields of one name are seen, inside what they are in', () => {
  expect(familyNames(NAMES, 'sku')).not.toBeNull();
  expect(familyNames(new Map([...NAMES, ['sku.mode', 'cost']]), '')).not.toBeNull();
  expect(familyNames(new Map([...NAMES, ['sku.mode', 'cost']]), 'sku')).toBeNull();
});

test('law: what is written in a mall’s names is read as it was, whatever the names are', () => {
  const fields = ['sku', 'num', 'price', 'mode', 'name', 'sku.sku', 'sku.num', 'name.sku'];
  const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,5}_own$/), {
    minLength: fields.length,
    maxLength: fields.length,
  });
  const tree = fc.letrec<{ node: WireNode }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.stringMatching(/^[a-z0-9]*$/).map((text) => leaf('', text)),
      fc
        .uniqueArray(fc.tuple(fc.constantFrom('sku', 'num', 'price', 'name'), tie('node')), {
          selector: ([name]) => name,
          maxLength: 4,
        })
        .map((members) =>
          objectNode(
            '',
            members.map(([name, node]) => ({ ...node, name })),
          ),
        ),
      fc.array(tie('node'), { maxLength: 3 }).map((nodes) => listNode('', nodes)),
    ),
  }));
  fc.assert(
    fc.property(words, fc.subarray(fields), tree.node, (own, known, node) => {
      const names = new Map(known.map((field) => [field, own[fields.indexOf(field)] ?? '']));
      const root = objectNode('', [{ ...node, name: 'sku' }]);
      expect(inFamilyNames(inOwnNames(root, names), names)).toEqual(root);
    }),
  );
});
