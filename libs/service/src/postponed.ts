import { faultyDependency, onceDependencyAnswers } from '@astrolabe/telemetry';
import type { Component } from './component.ts';

export type PostponedDeps<Name> = {
  /** Names the component in logs. */
  readonly name: string;
  readonly keyOf: (name: Name) => string;
  /** Tries again; must not throw. `until` is the time for which the work waits otherwise. */
  readonly wake: (name: Name, until: Date) => Promise<void>;
};

export type Postponed<Name> = {
  /** Work that waits until then; nothing happens unless a dependency that did not answer is the reason. */
  readonly add: (error: unknown, name: Name, until: Date) => void;
  readonly component: Component;
};

type Waiting<Name> = {
  readonly entries: Map<string, { readonly name: Name; readonly until: Date }>;
  readonly cancel: () => void;
  timer: NodeJS.Timeout | undefined;
  pauseMs: number;
};

const WAITING_MAX = 10_000;
const AT_ONCE_MAX = 16;
const TRY_ONE_MS = 2_000;
/** What alone waits for a dependency may be why it does not answer. */
const TRY_ALONE_MAX_MS = 15_000;

/**
 * Work that was postponed because a dependency did not answer, by dependency. One piece at a time is
 * tried every two seconds, less and less often where it is the only one; the first answer that the dependency
 * gives to anybody wakes all of it. Only a
 * shortcut: what is lost with the process, or does not fit, is found when it is due.
 */
export function createPostponed<Name>(deps: PostponedDeps<Name>): Postponed<Name> {
  const dependencies = new Map<string, Waiting<Name>>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const run = (work: Promise<void>): void => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  const leave = (dependency: string): Waiting<Name> | undefined => {
    const waiting = dependencies.get(dependency);
    if (waiting === undefined) return undefined;
    dependencies.delete(dependency);
    clearTimeout(waiting.timer);
    waiting.cancel();
    return waiting;
  };
  const wakeAll = async (dependency: string): Promise<void> => {
    const queue = [...(leave(dependency)?.entries.values() ?? [])];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next && !stopping.signal.aborted; next = queue.shift()) {
        await deps.wake(next.name, next.until);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE_MAX }, worker));
  };
  const wakeOne = (dependency: string, waiting: Waiting<Name>): void => {
    const { entries } = waiting;
    const [first] = entries;
    if (first === undefined) {
      leave(dependency);
      return;
    }
    waiting.pauseMs =
      entries.size > 1 ? TRY_ONE_MS : Math.min(2 * waiting.pauseMs, TRY_ALONE_MAX_MS);
    tryLater(dependency, waiting);
    const [key, { name, until }] = first;
    entries.delete(key);
    run(deps.wake(name, until));
  };
  const tryLater = (dependency: string, waiting: Waiting<Name>): void => {
    waiting.timer = setTimeout(() => wakeOne(dependency, waiting), waiting.pauseMs);
  };
  const enter = (dependency: string): Waiting<Name> => {
    const waiting: Waiting<Name> = {
      entries: new Map(),
      timer: undefined,
      pauseMs: TRY_ONE_MS,
      cancel: onceDependencyAnswers(dependency, () => run(wakeAll(dependency))),
    };
    dependencies.set(dependency, waiting);
    tryLater(dependency, waiting);
    return waiting;
  };
  return {
    add: (error, name, until) => {
      const dependency = faultyDependency(error);
      if (dependency === undefined || stopping.signal.aborted) return;
      const { entries } = dependencies.get(dependency) ?? enter(dependency);
      if (entries.size < WAITING_MAX) entries.set(deps.keyOf(name), { name, until });
    },
    component: {
      name: deps.name,
      stop: async () => {
        stopping.abort();
        for (const dependency of dependencies.keys()) leave(dependency);
        await Promise.all(running);
      },
    },
  };
}
