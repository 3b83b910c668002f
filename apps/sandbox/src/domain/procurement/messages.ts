import { Shelf } from '../shelf.ts';

/** A message as it was, or would have been, pushed. */
export type Pushed = { readonly messageId: string; readonly json: string; readonly bornAt: Date };

const KEPT = 10_000;

/** Messages that nobody took: kept until they are confirmed, or taken when they are pushed again. */
export class WaitingMessages {
  private readonly kept = new Shelf<Pushed>(KEPT);

  add(message: Pushed): void {
    this.kept.set(message.messageId, message);
  }

  /** Whether it was there. */
  confirm(messageId: string): boolean {
    return this.kept.delete(messageId);
  }

  since(since: Date): readonly Pushed[] {
    return this.kept.values().filter(({ bornAt }) => bornAt >= since);
  }

  all(): readonly Pushed[] {
    return this.kept.values();
  }
}
