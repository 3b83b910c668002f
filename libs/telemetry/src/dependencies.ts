/** Recognises the errors that mean: this dependency did not answer, whatever was asked of it. */
export type DependencyFault = (error: unknown) => string | undefined;

type Dependency = { answers: number; readonly waiting: Set<() => void> };

const recognisers = new Set<DependencyFault>();
const dependencies = new Map<string, Dependency>();
const CAUSES_MAX = 5;

function dependencyOf(name: string): Dependency {
  const known = dependencies.get(name);
  if (known !== undefined) return known;
  const fresh: Dependency = { answers: 0, waiting: new Set() };
  dependencies.set(name, fresh);
  return fresh;
}

/** Libraries that call a dependency say by which errors its absence is recognised. */
export function recogniseDependencyFault(recogniser: DependencyFault): void {
  recognisers.add(recogniser);
}

/**
 * The name of the dependency that did not answer, when that is what the error (or a cause of it) means;
 * undefined for everything else.
 */
export function faultyDependency(error: unknown): string | undefined {
  for (let [cause, depth] = [error, 0]; cause instanceof Error && depth < CAUSES_MAX; depth += 1) {
    for (const recognise of recognisers) {
      const name = recognise(cause);
      if (name !== undefined) return name;
    }
    cause = cause.cause;
  }
  return undefined;
}

/** The dependency answered a call: whoever waits for that goes on. */
export function dependencyAnswered(name: string): void {
  const dependency = dependencyOf(name);
  dependency.answers += 1;
  if (dependency.waiting.size === 0) return;
  const waiting = [...dependency.waiting];
  dependency.waiting.clear();
  for (const goOn of waiting) goOn();
}

/** How many calls the dependency has answered in this process. */
export const dependencyAnswers = (name: string): number => dependencyOf(name).answers;

/** Calls `goOn` at the dependency's next answer, once; returns how to cancel that. */
export function onceDependencyAnswers(name: string, goOn: () => void): () => void {
  const { waiting } = dependencyOf(name);
  waiting.add(goOn);
  return () => void waiting.delete(goOn);
}
