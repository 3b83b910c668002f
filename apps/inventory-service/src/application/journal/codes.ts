import type { Verb } from '../../domain/commands.ts';
import type { Status } from '../../domain/outcomes.ts';

/** Numbers of the journal's format are positions in these lists: append only. */
export const VERBS: readonly Verb[] = [
  'RESERVE',
  'ROUTE',
  'ACCEPT',
  'REFUSE',
  'RELEASE',
  'CONFIRM',
  'REBIND',
  'CONSUME',
  'GIVE_BACK',
  'INITIALISE',
  'ADJUST',
  'EXPIRE',
  'PUT_POLICY',
  'REPAIR_HOLD',
  'REPAIR_CELL',
];

export const STATUSES: readonly Status[] = [
  'APPLIED',
  'ALREADY_DONE',
  'INSUFFICIENT',
  'UNKNOWN_HOLD',
  'EXPIRED',
  'CONFLICT',
  'INVALID',
  'PARTIAL',
  'OVER_BUDGET',
];
