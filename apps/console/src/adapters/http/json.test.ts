import { tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import type { Task } from '../../application/store-ports.ts';
import { lineJson } from './json.ts';

const pictureOf = (picture: string): string => {
  const task: Task = {
    orderRef: tmallOrder('21230', '1'),
    subOrderId: '11',
    storeId: '1342',
    allocation: 1,
    pickup: false,
    collected: false,
    status: 'OFFERED',
    itemId: '9001',
    skuId: '70001',
    outerId: 'SKU-A',
    title: '羊毛大衣',
    spec: '颜色:黑',
    picture,
    quantityMilli: 1_000n,
    attributes: [],
    history: [],
    logistics: null,
    parcel: null,
  };
  return lineJson(task).picture;
};

test('a picture is loaded by https, however its channel writes the address; anything else is none', () => {
  const address = 'https://pictures.example/i1/coat.jpg?v=2';
  expect(pictureOf('http://pictures.example/i1/coat.jpg?v=2')).toBe(address);
  expect(pictureOf('//pictures.example/i1/coat.jpg?v=2')).toBe(address);
  expect(pictureOf(address)).toBe(address);
  for (const none of ['', 'i1/coat.jpg', 'javascript:alert(1)', 'data:image/png;base64,AA==']) {
    expect(pictureOf(none)).toBe('');
  }
});
