import { beforeAll, describe, expect, test } from 'vitest';
import { platformApps } from './apps.ts';
import type { App } from './apps.ts';
import { callerProblems } from './callers.ts';
import {
  exposureProblems,
  outsideProblems,
  proxyProblems,
  publishedProblems,
  startProblems,
  terminationProblems,
} from './exposure.ts';
import { baseResources, kindOf, list, nameOf, object, podOf, yamlOf } from './resources.ts';
import type { Json } from './resources.ts';
import {
  addressProblems,
  clusterConfigProblems,
  composeConfigProblems,
  listProblems,
  oneProcessProblems,
  storeProblems,
} from './wiring.ts';

const compose = yamlOf('deploy/compose/compose.yaml');
const lists = {
  compose,
  kustomization: yamlOf('deploy/k8s/base/kustomization.yaml'),
  prometheus: yamlOf('deploy/compose/prometheus.yaml'),
};

let apps: App[] = [];
beforeAll(async () => {
  apps = await platformApps();
});

/** The base with one resource changed. */
function base(change?: { kind: string; name: string; by: (resource: Json) => void }): Json[] {
  const resources = baseResources();
  if (!change) return resources;
  const found = resources.find((one) => kindOf(one) === change.kind && nameOf(one) === change.name);
  if (!found) throw new TypeError(`there is no ${change.kind} ${change.name}`);
  change.by(found);
  return resources;
}

const containerOf = (workload: Json): Json => list(podOf(workload)?.spec['containers'])[0] ?? {};

/** Takes a variable out of a workload, or adds one. */
const withEnv = (change: (env: Json[]) => Json[]) => (workload: Json) => {
  const container = containerOf(workload);
  container['env'] = change(list(container['env']));
};
const without = (name: string) => withEnv((env) => env.filter((entry) => entry['name'] !== name));

const onPolicy =
  (direction: 'ingress' | 'egress', change: (rules: Json[]) => Json[]) => (policy: Json) => {
    const spec = object(policy['spec']);
    spec[direction] = change(list(spec[direction]));
  };

test('the manifests as they are: nothing is missing, nothing is open', () => {
  const resources = base();
  expect(apps.length).toBeGreaterThanOrEqual(10);
  expect([
    ...clusterConfigProblems(apps, resources),
    ...composeConfigProblems(apps, compose),
    ...oneProcessProblems(apps, yamlOf('deploy/compose/one-process.yaml')),
    ...listProblems(apps, { resources, ...lists }),
    ...addressProblems(resources),
    ...callerProblems(resources),
    ...storeProblems(apps, resources),
    ...exposureProblems(apps, resources),
    ...proxyProblems(apps, resources),
    ...publishedProblems(compose),
    ...publishedProblems(yamlOf('deploy/compose/one-process.yaml')),
    ...outsideProblems(resources),
    ...startProblems(apps, resources),
    ...terminationProblems(apps, resources, compose),
  ]).toEqual([]);
});

describe('configuration', () => {
  test('a variable that the app needs and the manifest lacks is named', () => {
    const change = { kind: 'Deployment', name: 'console', by: without('MONGODB_URI') };
    expect(clusterConfigProblems(apps, base(change))).toEqual([
      expect.stringMatching(/^console: MONGODB_URI/),
    ]);
  });

  test('a variable that nothing reads, a value that does not fit, a port that is not open', () => {
    const problems = (by: (workload: Json) => void) =>
      clusterConfigProblems(apps, base({ kind: 'Deployment', name: 'order-router', by }));
    const add = (name: string, value: string) => withEnv((env) => [...env, { name, value }]);
    expect(problems(add('CATALOGUE_ADDRESS', 'x:1'))).toEqual([
      'order-router: nothing reads CATALOGUE_ADDRESS',
    ]);
    expect(problems(add('SWEEP_INTERVAL_MS', 'soon'))[0]).toMatch(/SWEEP_INTERVAL_MS/);
    expect(
      problems((workload) => {
        const container = containerOf(workload);
        container['ports'] = list(container['ports']).filter(({ name }) => name !== 'grpc');
      })[0],
    ).toMatch(/order-router: port grpc is not open/);
  });

  test('the same for compose', () => {
    const changed = yamlOf('deploy/compose/compose.yaml');
    delete object(object(object(changed['services'])['fulfillment'])['environment'])[
      'CONNECTION_KEY'
    ];
    expect(composeConfigProblems(apps, changed)[0]).toMatch(/^fulfillment: CONNECTION_KEY/);
  });

  test('the same for one process: a service that is left out, a port that two have', () => {
    const changed = yamlOf('deploy/compose/one-process.yaml');
    const env = object(object(object(changed['services'])['astrolabe'])['environment']);
    env['SERVICES'] = String(env['SERVICES']).replace('settlement,', '');
    env['SETTLEMENT__GRPC_PORT'] = env['ORDER_ROUTER__GRPC_PORT'];
    delete env['SETTLEMENT__SERVICE_KEY'];
    expect(oneProcessProblems(apps, changed)).toEqual([
      'SERVICES: settlement is missing',
      'one port for ORDER_ROUTER__GRPC_PORT, SETTLEMENT__GRPC_PORT',
      expect.stringMatching(/^settlement: .*SERVICE_KEY/),
    ]);
  });
});

describe('who may call whom', () => {
  const podRule = (name: string) => (rule: Json) => JSON.stringify(rule).includes(`"${name}"`);

  test('an address that the caller may not reach', () => {
    const by = onPolicy('egress', (rules) =>
      rules.filter((one) => !podRule('gateway-ingress')(one)),
    );
    expect(addressProblems(base({ kind: 'NetworkPolicy', name: 'console', by }))).toEqual([
      expect.stringMatching(/^console: GATEWAY_ADDRESS .*egress/),
      expect.stringMatching(/^console: GATEWAY_ADMIN_ADDRESS .*egress/),
    ]);
  });

  test('a service that does not let its caller in', () => {
    const by = onPolicy('ingress', (rules) => rules.filter((one) => !podRule('console')(one)));
    expect(addressProblems(base({ kind: 'NetworkPolicy', name: 'gateway-ingress', by }))).toEqual([
      expect.stringMatching(/^console: GATEWAY_ADDRESS .*ingress/),
      expect.stringMatching(/^console: GATEWAY_ADMIN_ADDRESS .*ingress/),
    ]);
  });

  test('an address that nothing serves, a store that may not be reached, one that is not needed', () => {
    const by = withEnv((env) =>
      env.map((one) =>
        one['name'] === 'CATALOG_ADDRESS' ? { ...one, value: 'catalog:50051' } : one,
      ),
    );
    expect(addressProblems(base({ kind: 'Deployment', name: 'fulfillment', by }))[0]).toMatch(
      /there is no such service/,
    );
    const closed = onPolicy('egress', (rules) =>
      rules.filter((one) => !JSON.stringify(one).includes('27017')),
    );
    expect(
      storeProblems(apps, base({ kind: 'NetworkPolicy', name: 'settlement', by: closed })),
    ).toEqual([
      expect.stringMatching(/settlement: may not reach MONGODB_URI/),
      expect.stringMatching(/settlement: may not reach KAFKA_BROKERS/),
    ]);
    const data = { namespaceSelector: { matchLabels: { 'astrolabe.dev/role': 'data' } } };
    const opened = onPolicy('egress', (rules) => [
      ...rules,
      { to: [data], ports: [{ port: 9_092 }] },
    ]);
    expect(
      storeProblems(apps, base({ kind: 'NetworkPolicy', name: 'govmall-adapter', by: opened })),
    ).toEqual([expect.stringMatching(/govmall-adapter: needs no KAFKA_BROKERS/)]);
  });
});

describe('what callers.ts lists and what the network allows', () => {
  const problems = (name: string, direction: 'ingress' | 'egress', by: (rules: Json[]) => Json[]) =>
    callerProblems(base({ kind: 'NetworkPolicy', name, by: onPolicy(direction, by) }));
  const peer = (name: string) => ({
    podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
  });

  test('a caller that the network keeps away', () => {
    const without = (name: string) => (rules: Json[]) =>
      rules.filter((one) => !JSON.stringify(one).includes(`"${name}"`));
    expect(problems('order-push', 'egress', without('gateway-ingress'))).toEqual([
      'the egress of order-push keeps order-push from grpc of gateway-ingress, which it may call',
    ]);
    expect(problems('isv-allocator', 'ingress', without('operator'))).toEqual([
      'the ingress of isv-allocator keeps operator from admin of isv-allocator, which it may call',
    ]);
  });

  test('somebody that the network lets through and no contract lists', () => {
    const open = (rule: Json) => (rules: Json[]) => [...rules, rule];
    expect(
      problems(
        'settlement',
        'egress',
        open({ to: [peer('catalog-sync')], ports: [{ port: 'grpc' }] }),
      ),
    ).toEqual([
      'the egress of settlement opens grpc of catalog-sync to settlement, which is no caller there',
    ]);
    expect(
      problems(
        'catalog-sync',
        'ingress',
        open({ from: [peer('order-router')], ports: [{ port: 'admin' }] }),
      ),
    ).toEqual([
      'the ingress of catalog-sync opens admin of catalog-sync to order-router, which is no caller there',
    ]);
    const everybody = problems(
      'inventory-service',
      'ingress',
      open({ ports: [{ port: 'admin' }] }),
    );
    expect(everybody.length).toBe(apps.length);
  });
});

test('an app that is missing from one of the lists is named with the list', () => {
  const resources = base().filter(
    (one) => !(kindOf(one) === 'PodDisruptionBudget' && nameOf(one) === 'settlement'),
  );
  const prometheus = { scrape_configs: [{ static_configs: [{ targets: ['nowhere:9464'] }] }] };
  const problems = listProblems(apps, { ...lists, resources, prometheus });
  expect(problems).toContain('disruption budgets: settlement is missing');
  expect(problems).toContain('Prometheus: console is missing');
  expect(problems).toContain('Prometheus: there is no app nowhere');
});

describe('who is reachable from outside', () => {
  test('an ingress to an app without sign-in is refused, and a policy that lets one in', () => {
    const unsigned = apps.map((app) => (app.name === 'console' ? { ...app, callers: '' } : app));
    expect(exposureProblems(unsigned, base())).toEqual([
      'an ingress names console, which does not know its callers',
      'console may be reached from outside and does not know its callers',
    ]);
  });

  test('an app that knows no caller from outside is reached by nothing outside', () => {
    const backend = { service: { name: 'settlement', port: { name: 'http' } } };
    const by = (ingress: Json) => {
      const spec = object(ingress['spec']);
      const rule = { http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
      spec['rules'] = [...list(spec['rules']), rule];
    };
    expect(exposureProblems(apps, base({ kind: 'Ingress', name: 'channels', by }))).toEqual([
      'an ingress names settlement, which does not know its callers',
    ]);
    const open = onPolicy('ingress', (rules) => [...rules, { ports: [{ port: 'http' }] }]);
    expect(
      exposureProblems(apps, base({ kind: 'NetworkPolicy', name: 'settlement', by: open })),
    ).toEqual(['settlement may be reached from outside and does not know its callers']);
  });

  test('compose publishes to the machine itself only', () => {
    expect(publishedProblems({ services: { console: { ports: ['8090:8080'] } } })).toEqual([
      'console: 8090:8080 is open to the network',
    ]);
  });
});

test('who is charged behind the ingress: a caller, unless the ingress is not believed or anybody is', () => {
  const trusting = (value: string) => (map: Json) => {
    map['data'] = { ...object(map['data']), TRUSTED_PROXIES: value };
  };
  const problems = (value: string) =>
    proxyProblems(
      apps,
      base({ kind: 'ConfigMap', name: 'astrolabe-config', by: trusting(value) }),
    ).filter((problem) => problem.startsWith('gateway-ingress'));
  expect(problems('')).toContain(
    'gateway-ingress: an ingress at 10.0.0.1 is charged for all its callers',
  );
  expect(problems('0.0.0.0/0,::/0')).toContain(
    'gateway-ingress: 203.0.113.1 may say that it is anybody',
  );
  const peer = { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'settlement' } } };
  const by = onPolicy('ingress', (rules) => [
    ...rules,
    { from: [peer], ports: [{ port: 'http' }] },
  ]);
  expect(proxyProblems(apps, base({ kind: 'NetworkPolicy', name: 'govmall-adapter', by }))).toEqual(
    ['govmall-adapter: settlement reaches http, and may say that it is anybody'],
  );
});

test('an inner range that a rule for the outside leaves open is named, in both families', () => {
  const by = onPolicy('egress', (rules) =>
    rules.map((rule) => {
      const to = list(rule['to']).flatMap((peer) => {
        const block = object(peer['ipBlock']);
        if (block['cidr'] === '::/0') return [];
        const except = (block['except'] as string[] | undefined)?.filter(
          (range) => range !== '100.64.0.0/10',
        );
        return [peer['ipBlock'] ? { ipBlock: { ...block, except } } : peer];
      });
      return { ...rule, to };
    }),
  );
  expect(outsideProblems(base({ kind: 'NetworkPolicy', name: 'order-push', by }))).toEqual([
    'order-push: 100.64.0.0/10 is open',
    'order-push: ::/0 has no rule',
  ]);
});

test('a pod that is killed while it may still wait for its database is named', () => {
  const by = (workload: Json) => {
    object(containerOf(workload)['startupProbe'])['failureThreshold'] = 50;
  };
  expect(startProblems(apps, base({ kind: 'Deployment', name: 'settlement', by }))).toEqual([
    'settlement: is killed 100 s after its start, needs 115 s',
  ]);
});

test('a pod that is killed before it can have stopped, or that does not pause, is named', () => {
  const killed = {
    kind: 'Deployment',
    name: 'settlement',
    by: (workload: Json) => {
      const spec = podOf(workload)?.spec ?? {};
      spec['terminationGracePeriodSeconds'] = 20;
    },
  };
  expect(terminationProblems(apps, base(killed), compose)).toEqual([
    expect.stringMatching(/^settlement: is killed after 20 s/),
  ]);
  const hasty = {
    kind: 'Deployment',
    name: 'settlement',
    by: withEnv((env) => [...env, { name: 'SHUTDOWN_PAUSE_MS', value: '0' }]),
  };
  expect(terminationProblems(apps, base(hasty), compose)).toEqual([
    expect.stringMatching(/^settlement: pauses 0 s/),
  ]);
});
