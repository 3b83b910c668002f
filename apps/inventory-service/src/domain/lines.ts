import type { Hold, Line } from './holds.ts';
import type { Decision, Reason } from './outcomes.ts';
import { refused } from './outcomes.ts';

export const lineOf = (found: Hold, lineId: string): Line | undefined =>
  found.lines.find((line) => line.lineId === lineId);

/** The lines that a command names, all of them when it names none; null when one is unknown. */
export function linesOf(found: Hold, lineIds: readonly string[]): readonly Line[] | null {
  if (lineIds.length === 0) return found.lines;
  const lines: Line[] = [];
  for (const lineId of lineIds) {
    const line = lineOf(found, lineId);
    if (!line) return null;
    lines.push(line);
  }
  return lines;
}

/** The line's life does not allow the verb any more. */
export function closedLine(line: Line): Decision {
  return line.state === 'EXPIRED'
    ? refused('EXPIRED', 'LINE_EXPIRED')
    : refused('CONFLICT', closedReason(line));
}

const CLOSED: Record<Line['state'], Reason> = {
  HELD: '',
  ROUTED: '',
  SOLD: 'LINE_SOLD',
  SHIPPED: 'LINE_SHIPPED',
  RELEASED: 'LINE_RELEASED',
  EXPIRED: 'LINE_EXPIRED',
  GIVEN_BACK: 'LINE_GIVEN_BACK',
};

export const closedReason = (line: Line): Reason => CLOSED[line.state];
