import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';

/** The parts of the driver's inside that are looked at. */
type Inside = {
  topology: { s: { servers: Map<string, { pool: { options: Record<string, unknown> } }> } };
};

test('a pool at rest looks at its connections every ten seconds, and not ten times in one', async () => {
  const { client } = await testDatabase();
  const { topology } = client as unknown as Inside;
  expect(topology.s.servers.size).toBe(1);
  for (const { pool } of topology.s.servers.values()) {
    expect(pool.options).toMatchObject({ minPoolSizeCheckFrequencyMS: 10_000, maxIdleTimeMS: 0 });
  }
});
