import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clerkAtWork, clerkOf } from '../src/clerk.ts';
import { axeFindings } from '../src/axe.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { startPushEndpoint } from '../src/push-endpoint.ts';
import type { PushEndpoint, PushedTo } from '../src/push-endpoint.ts';
import { Actor, TID, startedSeller } from '../src/scenario.ts';
import { PHONE, card, overflow, picture, signIn } from '../src/store-page.ts';

const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;
const BUILT = resolve(import.meta.dirname, '../../console/dist');

// A copy: a new version is put into it.
const served = mkdtempSync(join(tmpdir(), 'astrolabe-pages-'));
cpSync(BUILT, served, { recursive: true });

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  // It is killed.
  apart: ['console'],
  extra: {
    console: {
      WEB_DIST: served,
      PUSH_ALLOW_HTTP: 'true',
      PUSH_ALLOWED_NETWORKS: '127.0.0.0/8',
    },
  },
});

let endpoint: PushEndpoint;
beforeAll(async () => {
  endpoint = await startPushEndpoint();
});
afterAll(async () => {
  await endpoint.stop();
  rmSync(served, { recursive: true, force: true });
});

const address = (): string => httpUrl(pages.harness.stack, 'console');
const READY = 'navigator.serviceWorker.ready.then(({ active }) => active.scriptURL)';

async function signedIn(actor: Actor, context?: BrowserContext): Promise<Page> {
  const opened = context ?? (await pages.newContext(PHONE));
  return await signIn(opened, address(), await clerkOf(actor, '小王'));
}

describe('the application on a device', () => {
  test('is installable, keeps the pages’ files alone, and says what cannot be done without the network', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const page = await signedIn(actor);
    expect(await page.evaluate(READY)).toBe(`${address()}/worker.js`);
    const devtools = await page.context().newCDPSession(page);
    const { errors, url, data = '' } = await devtools.send('Page.getAppManifest');
    expect([errors, url]).toEqual([[], `${address()}/app.webmanifest`]);
    const manifest = JSON.parse(data) as { name: string; icons: { src: string }[] };
    expect(manifest.name).toContain('店掌柜');
    for (const { src } of manifest.icons) {
      const icon = await fetch(`${address()}${src}`);
      expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/png']);
    }
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // A window that keeps nothing installs nothing; whatever else were missing would be told.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);

    const worker = await fetch(`${address()}/worker.js`);
    expect(worker.headers.get('cache-control')).toBe('no-cache');
    expect(worker.headers.get('content-security-policy')).toContain("script-src 'self'");
    const kept = (await page.evaluate(
      `caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((one) => one.keys()))))
        .then((all) => all.flat().map(({ url }) => new URL(url).pathname))`,
    )) as string[];
    expect(kept).toContain('/offline.html');
    expect(kept.filter((path) => path.startsWith('/assets/')).length).toBeGreaterThan(3);
    expect(kept.filter((path) => path.startsWith('/api/') || path === '/')).toEqual([]);

    await pages.harness.stack.kill('console');
    await page.reload();
    await page.getByRole('heading', { name: '没有网络' }).waitFor();
    await page.getByRole('heading', { name: 'Offline' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'phone-no-network');
    await pages.harness.stack.start('console');
    await page.getByRole('link', { name: '重试' }).click();
    await page.getByRole('tab', { name: '新订单' }).waitFor();
  });

  test('tells of a new version and lets the clerk finish: the pick list stays until the clerk updates', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const page = await signedIn(actor);
    await page.evaluate(READY);
    await actor.pay();
    await card(page).getByRole('button', { name: '接单' }).click();
    await actor.order('ACCEPTED');
    await page.getByRole('tab', { name: '待发货' }).click();
    await page.getByRole('button', { name: '拣货单' }).click();
    await page.getByRole('checkbox', { name: 'SKU-A' }).check();
    // The very first worker has taken the page only after a reload: an update has something to replace.
    await page.reload();
    await page.getByRole('button', { name: '拣货单' }).click();
    await page.getByRole('checkbox', { name: 'SKU-A' }).check();
    for (const packed of ['.br', '.gz'])
      rmSync(join(served, `worker.js${packed}`), { force: true });
    appendFileSync(join(served, 'worker.js'), '\n// A newer version.\n');
    await page.evaluate('navigator.serviceWorker.getRegistration().then((one) => one.update())');
    await page.getByText('有新版本').waitFor();
    expect(await page.getByRole('checkbox', { name: 'SKU-A' }).isChecked()).toBe(true);
    await picture(page, 'phone-new-version-zh');
    await page.getByRole('button', { name: '更新' }).click();
    await page.getByRole('button', { name: '拣货单' }).waitFor();
    await page.getByText('有新版本').waitFor({ state: 'detached' });
  });
});

/** A page whose browser takes messages at the test's push service: the public ones are out of reach. */
async function subscribing(to: PushedTo): Promise<BrowserContext> {
  const context = await pages.newContext(PHONE);
  await context.grantPermissions(['notifications'], { origin: address() });
  await context.addInitScript((told: PushedTo) => {
    let isOn = false;
    const { endpoint: url, p256dh, auth } = told;
    const subscription = {
      endpoint: url,
      toJSON: () => ({ endpoint: url, keys: { p256dh, auth } }),
      unsubscribe: async () => {
        isOn = false;
        return true;
      },
    };
    const manager = (globalThis as unknown as { PushManager: { prototype: object } }).PushManager;
    Object.assign(manager.prototype, {
      subscribe: async () => {
        isOn = true;
        return subscription;
      },
      getSubscription: async () => (isOn ? subscription : null),
    });
  }, to);
  return context;
}

/** A seller whose orders all go to one store, however many. */
async function sellerOfOneStore(): Promise<Actor> {
  const actor = new Actor(pages.harness, await pages.harness.newSeller(MODEL_A));
  await actor.createStores([{ code: 'S001' }]);
  await actor.initialise([
    { place: 'WH-01', kind: 'CERTAINTY', quantity: '100', billNum: 'B-1' },
    { place: '1342', kind: 'UNCERTAINTY', quantity: '40', billNum: 'B-2' },
  ]);
  return actor;
}

/** Everything that a message may not hold: who bought what, where and under which number. */
const PERSONAL = [TID, '张', '138', '西湖', 'SKU-A'];

describe('messages while the page is closed', () => {
  test('a new order is told, encrypted and signed, without a word of the buyer; a sign-out ends it', async () => {
    const actor = await sellerOfOneStore();
    const to = endpoint.subscription();
    const page = await signedIn(actor, await subscribing(to));
    await page.getByRole('tab', { name: '今日' }).click();
    const messages = page.getByRole('switch', { name: '推送到本机' });
    await messages.waitFor();
    await picture(page, 'phone-device-zh');
    await messages.click();
    await page.getByRole('switch', { name: '推送到本机', checked: true }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'phone-device-on-zh');
    await actor.pay();
    const [first] = await eventually(
      async () => {
        const told = endpoint.to(to);
        expect(told).toHaveLength(1);
        return told;
      },
      { timeoutMs: 60_000 },
    );
    if (!first) throw new TypeError('a message was told');
    expect(JSON.parse(first.text)).toEqual({ kind: 'new', orders: 1, language: 'zh' });
    for (const word of PERSONAL) expect(first.text).not.toContain(word);
    expect(first.headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '300',
      urgency: 'high',
      topic: 'new',
    });
    const mine = await clerkAtWork(actor, '小王');
    expect(first.key).toBe((await mine.get('/api/push')).body['key']);
    expect(first.claims).toMatchObject({
      aud: endpoint.origin,
      sub: expect.stringMatching(/^mailto:/),
    });
    expect(first.claims?.exp).toBeGreaterThan(Date.now() / 1_000);

    // What the browser shows of it.
    const devtools = await page.context().newCDPSession(page);
    const registration = new Promise<string>((done) => {
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [one] = registrations;
        if (one) done(one.registrationId);
      });
    });
    await devtools.send('ServiceWorker.enable');
    const registrationId = await registration;
    await devtools.send('ServiceWorker.deliverPushMessage', {
      origin: address(),
      registrationId,
      data: first.text,
    });
    await eventually(async () =>
      expect(
        await page.evaluate(
          `navigator.serviceWorker.ready.then((one) => one.getNotifications())
            .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))`,
        ),
      ).toEqual([{ title: '有新订单，1 单待接', body: '请打开店掌柜处理', tag: 'new' }]),
    );

    // A colleague goes on; who has signed out is told no more.
    const other = endpoint.subscription();
    const li = await clerkAtWork(actor, '小李');
    expect((await li.post('/api/push', { ...other, language: 'en' })).status).toBe(200);
    await page.getByRole('button', { name: '退出' }).click();
    await page.getByLabel('账号').waitFor();
    await actor.pay({ tid: '2004574256073913', lines: [{ oid: '2004574256073914' }] });
    await eventually(async () => expect(endpoint.to(other)).toHaveLength(1), { timeoutMs: 60_000 });
    expect(JSON.parse(endpoint.to(other)[0]?.text ?? '')).toMatchObject({
      kind: 'new',
      language: 'en',
    });
    expect(endpoint.to(to)).toHaveLength(1);
  });

  test('a browser that its service has forgotten is forgotten; one that is away is tried again', async () => {
    const actor = await sellerOfOneStore();
    const [gone, away] = [endpoint.subscription(410), endpoint.subscription(503)];
    const [wang, li] = [await clerkAtWork(actor, '小王'), await clerkAtWork(actor, '小李')];
    const asked = (to: PushedTo) => ({ ...to, language: 'zh' });
    expect((await wang.post('/api/push', asked(gone))).status).toBe(200);
    expect((await li.post('/api/push', asked(away))).status).toBe(200);
    await actor.pay();
    await eventually(async () => expect(endpoint.to(away).length).toBeGreaterThan(0), {
      timeoutMs: 60_000,
    });
    endpoint.answer(away, 201);
    await eventually(async () => expect(endpoint.to(away).length).toBeGreaterThan(1), {
      timeoutMs: 60_000,
    });
    await actor.pay({ tid: '2004574256073923', lines: [{ oid: '2004574256073924' }] });
    const before = endpoint.to(away).length;
    await eventually(async () => expect(endpoint.to(away).length).toBeGreaterThan(before), {
      timeoutMs: 60_000,
    });
    expect(endpoint.to(gone)).toHaveLength(1);
  });

  test('an address that leads inside, or is none, is refused; somebody else’s is not ended', async () => {
    const actor = await sellerOfOneStore();
    const wang = await clerkAtWork(actor, '小王');
    const { p256dh, auth, endpoint: good } = endpoint.subscription();
    const asked = (url: string) => ({ endpoint: url, p256dh, auth, language: 'zh' });
    const inner = ['https://10.0.0.7/push', 'https://169.254.169.254/', 'http://[::1]:9/'];
    for (const url of [...inner, 'ftp://push.example/1', 'https://a:b@push.example/', 'push']) {
      const refused = await wang.post('/api/push', asked(url));
      expect(refused, url).toEqual({ status: 400, body: { code: 'BAD_ENDPOINT' } });
    }
    expect((await wang.post('/api/push', { ...asked(good), auth: 'short' })).status).toBe(400);
    expect((await wang.post('/api/push', asked(good), 'forged')).status).toBe(403);
    expect((await wang.post('/api/push', asked(good))).status).toBe(200);
    const li = await clerkAtWork(actor, '小李');
    expect((await li.post('/api/push/end', { endpoint: good })).status).toBe(200);
    await actor.pay();
    const path = new URL(good).pathname;
    await eventually(
      async () => expect(endpoint.messages.filter((one) => one.path === path)).toHaveLength(1),
      { timeoutMs: 60_000 },
    );
  });
});
