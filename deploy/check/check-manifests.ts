/**
 * Checks what can be checked of deploy/ without a cluster or a container engine: every kustomization
 * builds, every resource fits the Kubernetes schema (kubeconform, offline schemas), every pod meets
 * the "restricted" pod security level and has a network policy, every app finds its configuration, may
 * call whom it calls, is reachable only where it knows its callers and is stopped in order (wiring.ts,
 * exposure.ts), the compose file names only files that exist, and the dashboards
 * and alerts only metrics that exist.
 * Prints one line per check; exit code 1 when one fails.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { METRIC } from '@astrolabe/telemetry';
import { platformApps } from './apps.ts';
import { callerProblems } from './callers.ts';
import {
  exposureProblems,
  outsideProblems,
  proxyProblems,
  publishedProblems,
  startProblems,
  terminationProblems,
} from './exposure.ts';
import { ROOT, list, object, podOf, resourcesIn, textOf, yamlOf } from './resources.ts';
import type { Json } from './resources.ts';
import { ensureTools } from './tools.ts';
import {
  addressProblems,
  clusterConfigProblems,
  composeConfigProblems,
  listProblems,
  storeProblems,
} from './wiring.ts';

const COMPOSE = 'deploy/compose/compose.yaml';
const apps = await platformApps();
const compose = yamlOf(COMPOSE);
const failures: string[] = [];

function check(name: string, problems: readonly string[]): void {
  process.stdout.write(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
  for (const problem of problems) process.stdout.write(`       ${problem}\n`);
  if (problems.length > 0) failures.push(name);
}

/** What the "restricted" level of the Pod Security Standards demands, plus a read-only root. */
function restrictedProblems(resource: Json): string[] {
  const pod = podOf(resource);
  if (!pod) return [];
  const context = object(pod.spec['securityContext']);
  const problems: string[] = [];
  const demand = (holds: boolean, what: string) => {
    if (!holds) problems.push(`${pod.name}: ${what}`);
  };
  demand(context['runAsNonRoot'] === true, 'runAsNonRoot is not true');
  demand(Number(context['runAsUser']) >= 10_001, 'runAsUser is below 10001');
  demand(object(context['seccompProfile'])['type'] === 'RuntimeDefault', 'no seccomp profile');
  demand(pod.spec['automountServiceAccountToken'] === false, 'mounts a service account token');
  for (const container of list(pod.spec['containers'])) {
    const own = object(container['securityContext']);
    const drop = object(own['capabilities'])['drop'];
    demand(own['allowPrivilegeEscalation'] === false, 'allows privilege escalation');
    demand(own['readOnlyRootFilesystem'] === true, 'root file system is writable');
    demand(Array.isArray(drop) && drop.includes('ALL'), 'keeps capabilities');
    demand(object(container['resources'])['limits'] !== undefined, 'has no limits');
  }
  return problems;
}

function policyProblems(resources: Json[]): string[] {
  const policies = resources
    .filter((resource) => resource['kind'] === 'NetworkPolicy')
    .map((policy) => object(object(object(policy['spec'])['podSelector'])['matchLabels']));
  const covers = (labels: Json) =>
    policies.some(
      (wanted) =>
        Object.keys(wanted).length > 0 &&
        Object.entries(wanted).every(([key, value]) => labels[key] === value),
    );
  return resources
    .map(podOf)
    .filter((pod) => pod !== null)
    .filter((pod) => !covers(pod.labels))
    .map((pod) => `${pod.name} has no network policy of its own`);
}

function composeProblems(): string[] {
  return Object.entries(object(compose['services'])).flatMap(([name, value]) => {
    const volumes = object(value)['volumes'];
    return (Array.isArray(volumes) ? volumes.map(String) : []).flatMap((mount) => {
      const source = mount.split(':')[0] ?? '';
      const isThere = !source.startsWith('.') || existsSync(join(ROOT, dirname(COMPOSE), source));
      return isThere ? [] : [`${name}: ${source} does not exist`];
    });
  });
}

/** Dashboards and alerts ask for no metric that is not exported. */
function dashboardProblems(): string[] {
  const dashboards = 'deploy/compose/grafana/dashboards';
  const known = Object.values<string>(METRIC);
  const files = readdirSync(join(ROOT, dashboards)).map((file) => join(dashboards, file));
  return [...files, 'deploy/compose/alerts.yaml'].flatMap((file) => {
    const asked = textOf(file).match(/astrolabe_[a-z_]+/g) ?? [];
    const names = asked.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    return [...new Set(names)]
      .filter((name) => !known.includes(name))
      .map((name) => `${file} asks for ${name}`);
  });
}

const tools = ensureTools();
for (const folder of ['deploy/k8s/base', 'deploy/k8s/overlays/local']) {
  const manifests = execFileSync(tools.kustomize, ['build', join(ROOT, folder)], {
    encoding: 'utf8',
  });
  const resources = resourcesIn(manifests);
  check(`${folder} builds: ${resources.length} resources`, []);
  let unfit: string[] = [];
  try {
    execFileSync(tools.kubeconform, ['-strict', '-schema-location', tools.schemaLocation], {
      input: manifests,
      encoding: 'utf8',
    });
  } catch (error) {
    unfit = String(object(error)['stdout']).trim().split('\n');
  }
  check(`${folder} fits the Kubernetes ${tools.kubernetesVersion} schemas`, unfit);
  check(`${folder} meets the restricted pod security level`, resources.flatMap(restrictedProblems));
  check(`${folder} has a network policy per pod`, policyProblems(resources));
  check(`${folder} gives every app its configuration`, clusterConfigProblems(apps, resources));
  check(`${folder} lets every app reach what it calls, and no more`, [
    ...addressProblems(resources),
    ...storeProblems(apps, resources),
  ]);
  check(
    `${folder} lets who may call a contract call it, and nobody else`,
    callerProblems(resources),
  );
  check(`${folder} opens no app that does not know its callers, and no inner network`, [
    ...exposureProblems(apps, resources),
    ...proxyProblems(apps, resources),
    ...outsideProblems(resources),
  ]);
  check(`${folder} gives every pod the time to start`, startProblems(apps, resources));
  check(`${folder} stops every pod in order`, terminationProblems(apps, resources, compose));
  const kustomization = yamlOf('deploy/k8s/base/kustomization.yaml');
  const prometheus = yamlOf('deploy/compose/prometheus.yaml');
  check(
    `${folder}, compose and Prometheus have the same apps`,
    listProblems(apps, { resources, kustomization, compose, prometheus }),
  );
}
check('compose names files that exist', composeProblems());
check('compose gives every app its configuration', composeConfigProblems(apps, compose));
check('compose publishes to this machine only', publishedProblems(compose));
check('dashboards ask for known metrics', dashboardProblems());
process.stdout.write(`${failures.length === 0 ? 'manifests ok' : 'manifests failed'}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
