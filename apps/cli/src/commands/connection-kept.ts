import { required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** A connection as it is printed: where it stands, how it is called, and what is known of its calls. */
export type KeptRow = { readonly kind: string; readonly sellerId: string } & Readonly<
  Record<string, unknown>
>;

/** What connections of one kind are administered by. Each of the changes gives what is printed of it. */
export type Kept = {
  /** Of one seller, or of all where it is empty. */
  readonly list: (sellerId: string) => AsyncGenerator<KeptRow>;
  /** Replaces nothing. */
  readonly create: (invocation: Invocation) => Promise<object>;
  /** What is named; the rest stays. */
  readonly change: (invocation: Invocation) => Promise<object>;
  readonly rotate: (invocation: Invocation) => Promise<object>;
  readonly setPaused: (asked: {
    readonly sellerId: string;
    readonly isPaused: boolean;
    readonly reason: string;
    readonly askedBy: string;
  }) => Promise<unknown>;
  readonly close: () => void;
};

/** Whose connection a command is about. */
export const sellerOf = ({ words }: Invocation): string => required(words[0], 'SELLER');

/** Who asks for a change. */
export const actorOf = ({ option }: Invocation): string => required(option('actor'), '--actor');
