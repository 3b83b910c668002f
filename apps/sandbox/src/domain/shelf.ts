/** Values by key, the newest of them: the oldest one goes when there are too many. */
export class Shelf<T> {
  private readonly kept = new Map<string, T>();

  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  get(key: string): T | undefined {
    return this.kept.get(key);
  }

  set(key: string, value: T): void {
    this.kept.set(key, value);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.max && oldest !== undefined) this.kept.delete(oldest);
  }

  delete(key: string): boolean {
    return this.kept.delete(key);
  }

  /** The oldest first. */
  values(): readonly T[] {
    return [...this.kept.values()];
  }

  entries(): readonly (readonly [string, T])[] {
    return [...this.kept];
  }
}
