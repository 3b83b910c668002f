import { lazy } from 'react';
import type { ComponentType } from 'react';
import type { Session } from '../shared/api.ts';
import type { Words } from '../shared/language.ts';

/** A page under a section's address; `path` is what follows it, empty for the section itself. */
type Page = { path: string; component: ComponentType };

/**
 * One entry of the navigation and the pages below it. A section of a seller lies below the seller's
 * address and gets the seller from it; one of the platform stands alone and says who sees it.
 */
export type Section = {
  path: string;
  label: Words;
  of: 'seller' | 'platform';
  isFor: (session: Session) => boolean;
  pages: readonly Page[];
};

export type Group = { label: Words; sections: readonly Section[] };

const everybody = (): boolean => true;
const forAllSellers = ({ allSellers }: Session): boolean => allSellers !== null;

const TODAY: Section = {
  path: 'today',
  label: ['今天', 'Today'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/today/page.tsx')).TodayPage,
      })),
    },
  ],
};

const ORDERS: Section = {
  path: 'orders',
  label: ['订单', 'Orders'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/orders/page.tsx')).OrdersPage,
      })),
    },
    {
      path: ':channel/:number',
      component: lazy(async () => ({ default: (await import('./pages/order.tsx')).OrderPage })),
    },
  ],
};

const PLACES: Section = {
  path: 'places',
  label: ['门店运营', 'Stores at work'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/places/page.tsx')).PlacesPage,
      })),
    },
  ],
};

const RULES: Section = {
  path: 'rules',
  label: ['派单规则', 'Routing rules'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/rules/rules.tsx')).RulesPage,
      })),
    },
  ],
};

const FIGURES: Section = {
  path: 'figures',
  label: ['指标', 'Figures'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({ default: (await import('./pages/figures.tsx')).FiguresPage })),
    },
  ],
};

const STOCK: Section = {
  path: 'stock',
  label: ['库存', 'Stock'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/stock/page.tsx')).StockPage,
      })),
    },
  ],
};

const DIVERGENCE: Section = {
  path: 'divergence',
  label: ['分歧', 'Divergence'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/divergence/page.tsx')).DivergencePage,
      })),
    },
  ],
};

const SETTLEMENT: Section = {
  path: 'settlement',
  label: ['结算', 'Settlement'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/settlement/page.tsx')).SettlementPage,
      })),
    },
    {
      path: ':list',
      component: lazy(async () => ({
        default: (await import('./pages/settlement/list.tsx')).SettlementListPage,
      })),
    },
  ],
};

const DEAD_LETTERS: Section = {
  path: 'deadletters',
  label: ['死信', 'Dead letters'],
  of: 'platform',
  isFor: forAllSellers,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/dead-letters.tsx')).DeadLettersPage,
      })),
    },
    {
      path: ':topic/:group',
      component: lazy(async () => ({
        default: (await import('./pages/dead-letters.tsx')).DeadLetterListPage,
      })),
    },
  ],
};

const AUDIT: Section = {
  path: 'audit',
  label: ['操作日志', 'Audit log'],
  of: 'platform',
  isFor: ({ mayAudit }) => mayAudit,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/audit/page.tsx')).AuditPage,
      })),
    },
  ],
};

const MALL: Section = {
  path: 'mall',
  label: ['政采商城', 'Government mall'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./mall/orders.tsx')).MallOrdersPage,
      })),
    },
    {
      path: 'orders/:number',
      component: lazy(async () => ({ default: (await import('./mall/order.tsx')).MallOrderPage })),
    },
    {
      path: 'accounts',
      component: lazy(async () => ({
        default: (await import('./mall/accounts.tsx')).MallAccountsPage,
      })),
    },
  ],
};

const ONBOARDING: Section = {
  path: 'onboarding',
  label: ['接入', 'Onboarding'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./onboarding/page.tsx')).OnboardingPage,
      })),
    },
  ],
};

const CONNECTORS: Section = {
  path: 'connectors',
  label: ['连接器', 'Connectors'],
  of: 'seller',
  isFor: everybody,
  pages: [
    {
      path: '',
      component: lazy(async () => ({
        default: (await import('./pages/connectors/page.tsx')).ConnectorsPage,
      })),
    },
  ],
};

/** The navigation, in its order: what has to be done, what is there, who it comes from, what it earns. */
export const GROUPS: readonly Group[] = [
  { label: ['履约', 'Fulfilment'], sections: [TODAY, ORDERS, PLACES, RULES, FIGURES] },
  { label: ['货品', 'Goods'], sections: [STOCK, DIVERGENCE] },
  { label: ['渠道', 'Channels'], sections: [CONNECTORS, MALL, ONBOARDING, DEAD_LETTERS] },
  { label: ['资金', 'Money'], sections: [SETTLEMENT] },
  { label: ['系统', 'System'], sections: [AUDIT] },
];

/** Pages of a seller that others lead to. */
const LED_TO: readonly Section[] = [
  {
    path: 'queues',
    label: ['队列', 'Queue'],
    of: 'seller',
    isFor: everybody,
    pages: [
      {
        path: ':queue',
        component: lazy(async () => ({
          default: (await import('./pages/today/waiting.tsx')).WaitingPage,
        })),
      },
    ],
  },
  {
    path: 'search',
    label: ['搜索', 'Search'],
    of: 'seller',
    isFor: everybody,
    pages: [
      {
        path: '',
        component: lazy(async () => ({
          default: (await import('./pages/search/page.tsx')).SearchPage,
        })),
      },
    ],
  },
];

/** Every section that has an address, in the navigation or not. */
export const SECTIONS: readonly Section[] = [
  ...GROUPS.flatMap(({ sections }) => sections),
  ...LED_TO,
];
