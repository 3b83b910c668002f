import type { Milli } from './quantity.ts';

/**
 * What each channel has of one thing. Nearly always it is one channel, whose sum stands here by itself: a map
 * for each of a hundred thousand goods would be most of what they take.
 */
export class ChannelSums {
  private channel = '';
  private sum: Milli = 0;
  /** Those of other channels, none of them 0. */
  private others: Map<string, Milli> | null = null;

  of(channel: string): Milli {
    return channel === this.channel ? this.sum : (this.others?.get(channel) ?? 0);
  }

  add(channel: string, milli: Milli): void {
    if (channel === this.channel) {
      this.sum += milli;
      return;
    }
    const other = this.others?.get(channel);
    if (other === undefined && this.sum === 0) {
      this.channel = channel;
      this.sum = milli;
      return;
    }
    const sum = (other ?? 0) + milli;
    this.others ??= new Map();
    if (sum === 0) this.others.delete(channel);
    else this.others.set(channel, sum);
  }

  /** The sums that are not 0. */
  *entries(): Generator<readonly [channel: string, sum: Milli]> {
    if (this.sum !== 0) yield [this.channel, this.sum];
    if (this.others) yield* this.others;
  }
}
