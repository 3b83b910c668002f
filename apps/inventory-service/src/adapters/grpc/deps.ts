import type { makeAdjust } from '../../application/audit/adjust.ts';
import type { makeListHistory } from '../../application/audit/history.ts';
import type { makeRebuild } from '../../application/audit/rebuild.ts';
import type { makeRepair } from '../../application/audit/repair.ts';
import type { makeVerify } from '../../application/audit/verify.ts';
import type { Inventory } from '../../application/inventory.ts';
import type { Forwarding } from './forwarding.ts';

/** What the methods of InventoryService call. */
export type ServiceDeps = {
  readonly inventory: Inventory;
  readonly forwarding: Omit<Forwarding, 'close'>;
  readonly listHistory: ReturnType<typeof makeListHistory>;
};

/** What the methods of InventoryAdminService call. */
export type MaintenanceDeps = {
  readonly verify: ReturnType<typeof makeVerify>;
  readonly repair: ReturnType<typeof makeRepair>;
  readonly rebuild: ReturnType<typeof makeRebuild>;
};

/** What the methods of OccupancyService call. */
export type OccupancyDeps = {
  readonly inventory: Pick<Inventory, 'divergent' | 'reports'>;
  readonly adjust: ReturnType<typeof makeAdjust>;
};
