/// <reference lib="webworker" />
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching';
import type { PrecacheEntry } from 'workbox-precaching';

/**
 * The service worker of the clerks' application. It keeps the pages' own files and nothing of an order: what
 * the API answers is never kept, and without the network it says what cannot be done.
 */
declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | PrecacheEntry)[] };

/** What a message says (see `PushMessage` of the server): no name and no number of an order. */
type Message = { kind: 'new' | 'overdue'; orders: number; language: 'zh' | 'en' };

const OFFLINE = '/offline.html';
const NEW_ORDERS = '/#/store/new';

const TITLES: Record<Message['kind'], Record<Message['language'], (orders: number) => string>> = {
  new: {
    zh: (orders) => `有新订单，${orders} 单待接`,
    en: (orders) => `New: ${orders} to accept`,
  },
  overdue: {
    zh: (orders) => `${orders} 单超时未接`,
    en: (orders) => `Overdue: ${orders} not accepted`,
  },
};
const BODIES: Record<Message['language'], string> = {
  zh: '请打开店掌柜处理',
  en: 'Open the store console to answer',
};

// The build writes its list in the place of this very expression.
// oxlint-disable-next-line eslint/no-underscore-dangle
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

async function pageOf(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await matchPrecache(OFFLINE)) ?? Response.error();
  }
}

self.addEventListener('fetch', (event) => {
  const isPage = event.request.mode === 'navigate';
  if (isPage && !new URL(event.request.url).pathname.startsWith('/api/')) {
    event.respondWith(pageOf(event.request));
  }
});

// A new version waits until a clerk says that it may begin: see `useUpdate`.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});

self.addEventListener('push', (event) => {
  if (!event.data) return;
  const { kind, orders, language } = event.data.json() as Message;
  event.waitUntil(
    self.registration.showNotification(TITLES[kind][language](orders), {
      body: BODIES[language],
      lang: language === 'zh' ? 'zh-CN' : 'en',
      // One of each kind at a time: a newer one takes its place.
      tag: kind,
      icon: '/icons/192.png',
      requireInteraction: kind === 'overdue',
    }),
  );
});

async function showNewOrders(): Promise<void> {
  const [open] = await self.clients.matchAll({ type: 'window' });
  if (open) await open.focus();
  else await self.clients.openWindow(NEW_ORDERS);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showNewOrders());
});
