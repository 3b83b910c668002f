import { expect, test } from 'vitest';
import { rdsConnections } from './config.ts';

test('databases by application key; nothing is pushed without one', () => {
  expect(rdsConnections('{}').size).toBe(0);
  expect([...rdsConnections('{"123543":"mysql://u:p@db:3306/app"}')]).toEqual([
    ['123543', 'mysql://u:p@db:3306/app'],
  ]);
});

test('what is not such a map is refused without quoting it', () => {
  for (const text of [
    '',
    '[]',
    'null',
    '{"1":2}',
    '{"1":"http://u:secret@db"}',
    '{"1":"secret"}',
  ]) {
    expect(() => rdsConnections(text)).toThrow(/^RDS_CONNECTIONS is not a JSON object of mysql:/);
  }
});
