type Waiter = { readonly tell: () => void; isOver: boolean };

/** Who waits for the publication of which aggregate; of this process alone. */
export function createWaiting() {
  const waiters = new Map<string, Waiter[]>();
  const keep = (id: string, some: readonly Waiter[]): void => {
    const left = some.filter(({ isOver }) => !isOver);
    if (left.length > 0) waiters.set(id, [...(waiters.get(id) ?? []), ...left]);
  };
  const remove = (id: string, waiter: Waiter): void => {
    const left = (waiters.get(id) ?? []).filter((one) => one !== waiter);
    if (left.length > 0) waiters.set(id, left);
    else waiters.delete(id);
  };
  return {
    /** True when the aggregate is published that `wake` asks for; false when it is not within `ms`. */
    wait: async (id: string, ms: number, wake: (id: string) => void): Promise<boolean> => {
      const { promise: told, resolve: tell } = Promise.withResolvers<boolean>();
      const waiter: Waiter = { tell: () => tell(true), isOver: false };
      keep(id, [waiter]);
      wake(id);
      // No timer that is a promise: to abort one makes an error with its stack for every message.
      const late = setTimeout(() => tell(false), ms);
      const said = await told;
      clearTimeout(late);
      waiter.isOver = true;
      remove(id, waiter);
      return said;
    },
    /** Those who wait for these now; `done` tells them, but for what was not published. */
    of: (ids: readonly string[]) => {
      const taken = ids.map((id) => [id, waiters.get(id) ?? []] as const);
      for (const id of ids) waiters.delete(id);
      return {
        done: (left: readonly string[]): void => {
          for (const [id, some] of taken) {
            if (left.includes(id)) keep(id, some);
            else for (const { tell } of some) tell();
          }
        },
      };
    },
  };
}
