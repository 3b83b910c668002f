import { logLevel } from 'kafkajs';
import { expect, test, vi } from 'vitest';
import { logTo } from './log-creator.ts';

function log(level: logLevel, message: string, error = ''): string {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const content = { timestamp: '', logger: 'kafkajs', message, error };
  logTo(logger, () => undefined)(logLevel.INFO)({
    namespace: 'Consumer',
    level,
    label: '',
    log: content,
  });
  const used = Object.entries(logger).filter(([, write]) => write.mock.calls.length > 0);
  return used.map(([name]) => name).join();
}

test('what kafkajs retries by itself is a warning, not an error', () => {
  const response = 'Response GroupCoordinator(key: 10, version: 2)';
  expect(log(logLevel.ERROR, response, 'The group coordinator is not available')).toBe('warn');
  expect(log(logLevel.ERROR, 'Connection error: connect ECONNREFUSED 127.0.0.1:1')).toBe('warn');
});

test('a crash stays an error; chatter is for debugging', () => {
  expect(log(logLevel.ERROR, 'Crash: KafkaJSNonRetriableError: boom')).toBe('error');
  expect(log(logLevel.INFO, 'Consumer has joined the group')).toBe('debug');
});
