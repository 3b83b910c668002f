import type { Milli, Place } from '@astrolabe/kernel';
import type { Facts } from './filters.ts';
import type { CollectConfig, Flow, StoreSettings } from './settings.ts';
import { configOf } from './settings.ts';
import type { Supply } from './supply.ts';
import type { Candidate, Removal, RoutingStore } from './types.ts';

/** What is worked out for a store only when a rule asks for it. */
export type Measures = {
  readonly regionOf: (store: RoutingStore) => number;
  /** Metres from the store to the receiver; null when either has no coordinates. */
  readonly distanceOf: (settings: StoreSettings | undefined) => number | null;
  /** Asked in the order of the stores. */
  readonly supplyOf: (storeId: string) => Supply;
};

const UNKNOWN = -1;

/**
 * A store as a candidate. Most stores of a seller are out by a filter or by the first sort, so how near
 * one is and what it has gets worked out when it is asked for, once.
 */
export class StoreRow implements Candidate, Facts {
  readonly store: RoutingStore;
  readonly settings: StoreSettings | undefined;
  readonly config: CollectConfig | null;
  readonly load: number;
  readonly priority: number;
  removed: Removal | null = null;
  private readonly measures: Measures;
  private knownRegion = UNKNOWN;
  private knownDistance: number | null = UNKNOWN;
  private knownSupply: Supply | null = null;

  constructor(
    store: RoutingStore,
    known: { settings: StoreSettings | undefined; load: number; flow: Flow },
    measures: Measures,
  ) {
    this.store = store;
    this.settings = known.settings;
    this.config = configOf(known.settings, known.flow);
    this.load = known.load;
    this.priority = known.settings?.deliver?.priority ?? store.priority;
    this.measures = measures;
  }

  get place(): Place {
    return { type: 'STORE', id: this.store.storeId };
  }

  get name(): string {
    return this.store.name;
  }

  get region(): number {
    if (this.knownRegion === UNKNOWN) this.knownRegion = this.measures.regionOf(this.store);
    return this.knownRegion;
  }

  get distanceM(): number | null {
    if (this.knownDistance === UNKNOWN) {
      this.knownDistance = this.measures.distanceOf(this.settings);
    }
    return this.knownDistance;
  }

  get supply(): Supply {
    this.knownSupply ??= this.measures.supplyOf(this.store.storeId);
    return this.knownSupply;
  }

  get availableMilli(): Milli {
    return this.supply.availableMilli;
  }

  get holdsAll(): boolean {
    return this.supply.holdsAll;
  }
}

/** The row with everything worked out, as it is told and recorded. */
export const plainRow = (row: Candidate): Candidate => ({
  place: row.place,
  name: row.name,
  removed: row.removed,
  priority: row.priority,
  region: row.region,
  distanceM: row.distanceM,
  availableMilli: row.availableMilli,
  holdsAll: row.holdsAll,
});
