export type {
  Begun,
  CallState,
  Failed,
  OutboundCall,
  Outcome,
  Policy,
  Problem,
  Succeeded,
} from './attempt.ts';
export {
  abandoned,
  achieved,
  begun,
  ended,
  isDoubtful,
  isDue,
  isGivenUp,
  isOpen,
  planned,
  postponed,
  standingOf,
  waitMs,
  wordsOf,
} from './attempt.ts';
export type { CallPorts, CallWatch } from './driver.ts';
export { driveCalls } from './driver.ts';
