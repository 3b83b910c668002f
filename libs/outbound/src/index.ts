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
  begun,
  ended,
  isDoubtful,
  isDue,
  isGivenUp,
  isOpen,
  planned,
  waitMs,
} from './attempt.ts';
export type { CallPorts } from './driver.ts';
export { driveCalls } from './driver.ts';
