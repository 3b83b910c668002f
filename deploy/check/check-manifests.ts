/**
 * Checks what can be checked of deploy/ without a cluster or a container engine: every kustomization
 * builds, every resource fits the Kubernetes schema (kubeconform, offline schemas), every pod meets
 * the "restricted" pod security level and has a network policy, the compose file names only apps and
 * files that exist, and the dashboards only metrics that exist. Prints one line per check; exit code 1 when one fails.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { METRIC } from '@astrolabe/telemetry';
import { parse, parseAllDocuments } from 'yaml';
import { ensureTools } from './tools.ts';

type Json = Record<string, unknown>;

const root = resolve(import.meta.dirname, '../..');
const failures: string[] = [];

function check(name: string, problems: readonly string[]): void {
  process.stdout.write(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
  for (const problem of problems) process.stdout.write(`       ${problem}\n`);
  if (problems.length > 0) failures.push(name);
}

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);

/** The pod template of a workload, or null for other kinds. */
function podOf(resource: Json): { name: string; labels: Json; spec: Json } | null {
  const template = object(object(resource['spec'])['template']);
  if (!template['spec']) return null;
  const name = `${String(resource['kind'])}/${String(object(resource['metadata'])['name'])}`;
  return {
    name,
    labels: object(object(template['metadata'])['labels']),
    spec: object(template['spec']),
  };
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
  const file = join(root, 'deploy/compose/compose.yaml');
  const compose = object(parse(readFileSync(file, 'utf8'), { merge: true }));
  const problems: string[] = [];
  for (const [name, value] of Object.entries(object(compose['services']))) {
    const service = object(value);
    const app = object(object(service['build'])['args'])['SERVICE'];
    if (typeof app === 'string' && !existsSync(join(root, 'apps', app, 'src/main.ts'))) {
      problems.push(`${name}: there is no app ${app}`);
    }
    for (const mount of Array.isArray(service['volumes']) ? service['volumes'].map(String) : []) {
      const source = mount.split(':')[0] ?? '';
      if (source.startsWith('.') && !existsSync(join(dirname(file), source))) {
        problems.push(`${name}: ${source} does not exist`);
      }
    }
  }
  return problems;
}

/** Every service is scraped, and a dashboard asks for no metric that nobody exports. */
function dashboardProblems(): string[] {
  const folder = join(root, 'deploy/compose');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const services = Object.entries(
    object(object(parse(read('compose.yaml'), { merge: true }))['services']),
  )
    .filter(([name, value]) => name !== 'topics' && object(value)['build'])
    .map(([name]) => name);
  const scraped = read('prometheus.yaml').match(/[a-z-]+(?=:9464)/g) ?? [];
  const known = Object.values<string>(METRIC);
  const dashboards = join(folder, 'grafana/dashboards');
  const unknown = readdirSync(dashboards).flatMap((file) => {
    const asked = readFileSync(join(dashboards, file), 'utf8').match(/astrolabe_[a-z_]+/g) ?? [];
    const names = asked.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    return [...new Set(names)]
      .filter((name) => !known.includes(name))
      .map((name) => `${file} asks for ${name}`);
  });
  return [
    ...services.filter((name) => !scraped.includes(name)).map((name) => `${name} is not scraped`),
    ...scraped.filter((name) => !services.includes(name)).map((name) => `there is no ${name}`),
    ...unknown,
  ];
}

const tools = ensureTools();
for (const folder of ['deploy/k8s/base', 'deploy/k8s/overlays/local']) {
  const manifests = execFileSync(tools.kustomize, ['build', join(root, folder)], {
    encoding: 'utf8',
  });
  const resources = parseAllDocuments(manifests).map((document) => object(document.toJS()));
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
}
check('compose names apps and files that exist', composeProblems());
check('every service is scraped, dashboards ask for known metrics', dashboardProblems());
process.stdout.write(`${failures.length === 0 ? 'manifests ok' : 'manifests failed'}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
