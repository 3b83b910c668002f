export type { ProcessConfig } from './config.ts';
export { ConfigError, baseConfig, loadConfig } from './config.ts';
export type { Health } from './health.ts';
export { createHealthServer } from './health.ts';
export type { Logger } from './logger.ts';
export { createLogger } from './logger.ts';
export { hideSensitive } from './redaction.ts';
export type { Component, RunOptions, Service, ServiceContext } from './run.ts';
export { runService, startAll, stopAll } from './run.ts';
