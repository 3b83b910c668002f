/** An account of a clerk. */
export type DemoClerk = {
  login: string;
  password: string;
  name: string;
  storeId: string;
  role: 'clerk' | 'manager';
};

/** An account of an operator: of the seller, or of every seller and the platform. */
export type DemoOperator = {
  login: string;
  password: string;
  name: string;
  allSellers: boolean;
};

/** An application key of a caller, as devstack.json shows it. */
export type DemoKey = { appKey: string; secret: string };

/** An application of a seller; `omni` when it processes omni-channel orders. */
export type PushApplication = { appKey: string; omni: boolean; revealsReceiver?: boolean };

/** One seller with everything that a caller needs to play its roles. */
export type DemoSeller = {
  sellerId: string;
  nick: string;
  allocator: 'astrolabe' | 'isv';
  acceptor: 'dianzhanggui' | 'pos';
  keys: { erp: DemoKey; pos: DemoKey; tmall: DemoKey };
  /** Secret of the calls that we make to the seller's SPIs. */
  spi: DemoKey & { url: string };
  /** Ids that the merchant centre has issued, by store code. */
  storeIds: Record<string, string>;
  /** Who may use a store's pages, at which store. */
  clerks: DemoClerk[];
  /** Who may use the operators' pages. */
  operators: DemoOperator[];
  mall: { username: string; password: string };
  /** Applications that orders are pushed to, and how those of an ISV router are chosen. */
  push: { method: 'RETURNED' | 'ONBOARDING'; onboarding: string; applications: PushApplication[] };
  area: { id: string; name: string; warehouse: string };
};
