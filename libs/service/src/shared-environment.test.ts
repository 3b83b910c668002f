import { expect, test } from 'vitest';
import { ownEnvironment, ownVariable } from './shared-environment.ts';

test('a variable with a service for a prefix is of that service alone, and comes before the shared one', () => {
  const env = {
    MONGODB_URI: 'mongodb://one',
    HTTP_PORT: '1',
    GATEWAY_INGRESS__HTTP_PORT: '8080',
    GATEWAY__HTTP_PORT: '2',
  };
  expect(ownVariable('gateway-ingress', 'HTTP_PORT')).toBe('GATEWAY_INGRESS__HTTP_PORT');
  expect(ownEnvironment('gateway-ingress', env)).toMatchObject({
    MONGODB_URI: 'mongodb://one',
    HTTP_PORT: '8080',
  });
  expect(ownEnvironment('settlement', env)['HTTP_PORT']).toBe('1');
});
