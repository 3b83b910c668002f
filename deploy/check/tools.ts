import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const KUSTOMIZE = 'sigs.k8s.io/kustomize/kustomize/v5@v5.6.0';
const KUBECONFORM = 'github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0';
const SCHEMAS = 'kubernetes-validate==1.37.0';
const KUBERNETES_VERSION = '1.34.0';

export type Tools = {
  kustomize: string;
  kubeconform: string;
  /** Template of kubeconform's -schema-location. */
  schemaLocation: string;
  kubernetesVersion: string;
};

/** Builds the tools once into the per-user cache; needs go and python3 with pip on PATH. */
export function ensureTools(): Tools {
  const cache = process.env['ASTROLABE_CACHE'] ?? join(homedir(), '.cache/astrolabe');
  const bin = join(cache, 'go-bin');
  mkdirSync(bin, { recursive: true });
  const goTool = (name: string, module: string): string => {
    const path = join(bin, name);
    if (!existsSync(path)) run('go', ['install', module], { GOBIN: bin });
    return path;
  };
  return {
    kustomize: goTool('kustomize', KUSTOMIZE),
    kubeconform: goTool('kubeconform', KUBECONFORM),
    schemaLocation: `${ensureSchemas(cache)}/{{ .ResourceKind }}{{ .KindSuffix }}.json`,
    kubernetesVersion: KUBERNETES_VERSION,
  };
}

/** The schemas that deploy/ needs; add one here with the first resource of its kind. */
const SCHEMA_FILES = [
  'configmap-v1',
  'deployment-apps-v1',
  'horizontalpodautoscaler-autoscaling-v2',
  'ingress-networking-v1',
  'job-batch-v1',
  'namespace-v1',
  'networkpolicy-networking-v1',
  'poddisruptionbudget-policy-v1',
  'service-v1',
  'statefulset-apps-v1',
];

/**
 * The offline schemas of the PyPI package. Its references point to "/api/_definitions.json", which
 * only its own loader understands; the copies in the cache carry the definitions themselves.
 */
function ensureSchemas(cache: string): string {
  const target = join(cache, `kubernetes-schemas-${KUBERNETES_VERSION}`);
  if (SCHEMA_FILES.every((name) => existsSync(join(target, `${name}.json`)))) return target;
  const work = `${target}.${process.pid}`;
  run('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', work, SCHEMAS]);
  const folder = join(
    work,
    `kubernetes_validate/kubernetes-json-schema/v${KUBERNETES_VERSION}-local-strict`,
  );
  const read = (name: string): Record<string, unknown> =>
    JSON.parse(
      readFileSync(join(folder, `${name}.json`), 'utf8').replaceAll('/api/_definitions.json#', '#'),
    ) as Record<string, unknown>;
  const definitions = read('_definitions')['$defs'];
  mkdirSync(target, { recursive: true });
  for (const name of SCHEMA_FILES) {
    const file = join(target, `${name}.json`);
    writeFileSync(`${file}.part`, JSON.stringify({ ...read(name), $defs: definitions }));
    renameSync(`${file}.part`, file);
  }
  rmSync(work, { recursive: true });
  return target;
}

function run(command: string, args: string[], env: Record<string, string> = {}): void {
  process.stdout.write(`building: ${command} ${args.join(' ')}\n`);
  execFileSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
}
