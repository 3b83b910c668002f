/**
 * A part of a process. Parts are started in order and stopped in reverse. `leave` comes before the pause
 * in which callers learn that this process is going: it still serves, but asks them to go elsewhere.
 */
export type Component = {
  name: string;
  start?(): Promise<void>;
  leave?(): void;
  stop?(): Promise<void>;
};

/** What a composition root gives back; `ports` is asked when everything has started. */
export type Service = { components: Component[]; ports?: () => Record<string, number> };

/** Starts components in order; when one fails, those that run are stopped in reverse. */
export async function startAll(
  components: readonly Component[],
  onStart: (name: string) => void = () => {},
): Promise<void> {
  const running: Component[] = [];
  try {
    for (const component of components) {
      onStart(component.name);
      await component.start?.();
      running.push(component);
    }
  } catch (error) {
    await stopAll(running);
    throw error;
  }
}

/** Stops components in reverse order; one that fails does not keep the others from stopping. */
export async function stopAll(
  components: readonly Component[],
  onError: (name: string, error: unknown) => void = () => {},
): Promise<void> {
  for (const component of components.toReversed()) {
    try {
      await component.stop?.();
    } catch (error) {
      onError(component.name, error);
    }
  }
}
