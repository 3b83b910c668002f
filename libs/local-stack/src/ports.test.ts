import { expect, test } from 'vitest';
import { anyPorts } from './ports.ts';

test('who picks ports at the same time, each in a part, gets others', async () => {
  const stacks = await Promise.all([0, 1, 2, 3].map((part) => anyPorts(part)));
  const picked = stacks.flatMap((ports) =>
    Object.values(ports).flatMap((own) => Object.values(own)),
  );
  expect(new Set(picked).size).toBe(picked.length);
});
