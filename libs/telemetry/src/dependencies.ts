/** Recognises the errors that mean: this dependency did not answer, whatever was asked of it. */
export type DependencyFault = (error: unknown) => string | undefined;

/** Called with the moment when the call began that was answered. */
type OnAnswer = (begunAt: number) => void;
type Dependency = { readonly waiting: Set<OnAnswer> };

const recognisers = new Set<DependencyFault>();
const dependencies = new Map<string, Dependency>();
const CAUSES_MAX = 5;

function dependencyOf(name: string): Dependency {
  const known = dependencies.get(name);
  if (known !== undefined) return known;
  const fresh: Dependency = { waiting: new Set() };
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

let moment = 0;

/**
 * A position in the order in which calls of this process begin and end. Whoever calls a dependency takes
 * one before the call, and names it with the answer: an answer tells of the time after the call began.
 */
export const nextMoment = (): number => (moment += 1);

/** The dependency answered a call that began at the moment: whoever waits for that goes on. */
export function dependencyAnswered(name: string, begunAt = nextMoment()): void {
  const { waiting } = dependencyOf(name);
  if (waiting.size === 0) return;
  const calls = [...waiting];
  waiting.clear();
  for (const goOn of calls) goOn(begunAt);
}

/** Calls `goOn` at the dependency's next answer, once; returns how to cancel that. */
export function onceDependencyAnswers(name: string, goOn: OnAnswer): () => void {
  const { waiting } = dependencyOf(name);
  waiting.add(goOn);
  return () => void waiting.delete(goOn);
}
