export type { BriefAnswers } from './brief-answers.ts';
export { COUNTED_BRIEFLY, createBriefAnswers } from './brief-answers.ts';
export {
  ConfigError,
  adminPort,
  baseConfig,
  grpcPort,
  loadConfig,
  withIdentity,
} from './config.ts';
export type { Failure, FailureKind, FailureReader } from './failures.ts';
export { failureOf, isUnavailable, readFailuresWith } from './failures.ts';
export type { Health } from './health.ts';
export { createHealthServer } from './health.ts';
export { firstTry } from './first-try.ts';
export type { Logger } from './logger.ts';
export { createLogger } from './logger.ts';
export { tuneMemory } from './memory.ts';
export { hideSensitive } from './redaction.ts';
export type { Component, Service } from './component.ts';
export { startAll, stopAll } from './component.ts';
export type { HostedService, RunOptions, ServiceContext } from './run.ts';
export { hostedService, runService, runServices } from './run.ts';
export { ownEnvironment, ownVariable } from './shared-environment.ts';
export { watchedDue } from './watched-due.ts';
export type { WorkQueue, WorkQueueDeps } from './work-queue.ts';
export { createWorkQueue } from './work-queue.ts';
export type { Postponed, PostponedDeps } from './postponed.ts';
export { createPostponed } from './postponed.ts';
export { rdsConnections } from './rds-connections.ts';
export type { GathererOptions } from './gatherer.ts';
export { askTogether } from './ask-together.ts';
export { createGatherer } from './gatherer.ts';
export { createKept } from './kept.ts';
export { createKeyedGatherer, createSharedReads } from './keyed-gatherer.ts';
export { periodic, repeat } from './repeat.ts';
