import { expect, test } from 'vitest';
import { movedTo } from './replica-set.ts';

const config = {
  _id: 'rs0',
  version: 3,
  term: 4,
  members: [{ _id: 0, host: '127.0.0.1:27017', priority: 1 }],
};

test('the only member follows the port, and its settings stay', () => {
  expect(movedTo(config, '127.0.0.1:30017')).toEqual({
    ...config,
    version: 4,
    members: [{ _id: 0, host: '127.0.0.1:30017', priority: 1 }],
  });
});

test('nothing is changed when nothing moved', () => {
  expect(movedTo(config, '127.0.0.1:27017')).toBeNull();
});
