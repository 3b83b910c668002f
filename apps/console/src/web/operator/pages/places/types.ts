import type { OrderRefJson } from '../../api.ts';

export type FlowJson = { workingTime: string; threshold: number | null; taken: number | null };

export type WorkJson = {
  asked: number;
  answered: number;
  accepted: number;
  refused: number;
  reasons: { code: string; count: number; givenBack: number }[];
  inTime: number;
  acceptSeconds: { p50: number; p90: number; longest: number } | null;
  unanswered: number;
  oldest: { since: string; orderRef: OrderRefJson } | null;
};

/** A place; null is what is not known, and no zero. */
export type PlaceRowJson = {
  place: { type: 'STORE' | 'WAREHOUSE'; id: string };
  name: string;
  status: 'NORMAL' | 'HOLD' | 'CLOSE' | null;
  hours: { startTime: string; endTime: string } | null;
  deliver: FlowJson | null;
  collect: FlowJson | null;
  open: boolean | null;
  work: WorkJson | null;
};

export type PlacesJson = {
  places: PlaceRowJson[];
  count: number;
  nextToken: string;
  away: ('stores' | 'work' | 'loads')[];
  isMore: boolean;
};
