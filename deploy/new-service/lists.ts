import type { NewService } from './files.ts';

/** A list did not look as expected: nothing is written then. */
export class UnexpectedList extends Error {
  override readonly name = 'UnexpectedList';
}

const HEALTH_PORT_FIRST = 9200;

/** Puts `added` before the first place where `anchor` stands after `after`. */
function insertBefore(
  path: string,
  text: string,
  anchor: string,
  added: string,
  after = '',
): string {
  const from = text.indexOf(after);
  const at = from < 0 ? -1 : text.indexOf(anchor, from);
  if (at < 0)
    throw new UnexpectedList(`${path}: no ${JSON.stringify(anchor)} to put a line before`);
  return text.slice(0, at) + added + text.slice(at);
}

/** The next health port that no process of a local stack has. */
export function freeHealthPort(topology: string): number {
  const taken = [...topology.matchAll(/\bhealth: (\d+)/g)].map(([, port]) => Number(port));
  return 1 + Math.max(HEALTH_PORT_FIRST, ...taken);
}

const compose = ({ name }: NewService): string => `  ${name}:
    <<: *service
    build: { context: ../.., dockerfile: deploy/Dockerfile, args: { SERVICE: ${name} } }
    environment:
      <<: *environment
      SERVICE_KEY: \${SERVICE_KEY_${name.toUpperCase().replaceAll('-', '_')}:?see the head of this file}

`;

export const TOPOLOGY = 'libs/local-stack/src/topology.ts';

type Edit = (text: string, made: NewService, path: string) => string;

/** Of the services that may run in one process. */
const hosted = ({ name }: NewService): string => `  '${name}': from(
    () => import('@astrolabe/${name}/config'),
    () => import('@astrolabe/${name}/service'),
  ),
`;

/** In the compose file for one process: left out by itself, run with the others, with a key of its own. */
function inOneProcess(text: string, { name }: NewService, path: string): string {
  const key = name.toUpperCase().replaceAll('-', '_');
  const left = insertBefore(path, text, '\n  prometheus:', `  ${name}: *apart\n`, '\nservices:');
  const run = insertBefore(path, left, '\n', `,${name}`, 'SERVICES: ');
  return insertBefore(
    path,
    run,
    '      CATALOG_SYNC__SERVICE_KEY:',
    `      ${key}__SERVICE_KEY: \${SERVICE_KEY_${key}:?see the head of compose.yaml}\n`,
  );
}

/** Every list that names all services, and how a name is added to it. */
const EDITS: readonly (readonly [path: string, edit: Edit])[] = [
  [
    TOPOLOGY,
    (text, { name, healthPort }, path) =>
      insertBefore(
        path,
        insertBefore(path, text, `  'sandbox',\n`, `  '${name}',\n`, 'export const APP_NAMES'),
        '  sandbox: {',
        `  '${name}': { health: ${healthPort} },\n`,
        'export const DEFAULT_PORTS',
      ),
  ],
  [
    'libs/contracts/src/callers.ts',
    (text, { name }, path) =>
      insertBefore(path, text, `  'sandbox',\n`, `  '${name}',\n`, 'export const SERVICE_NAMES'),
  ],
  [
    'apps/all-in-one/src/services.ts',
    (text, made, path) => insertBefore(path, text, '};\n', hosted(made), 'export const SERVICES'),
  ],
  [
    'apps/all-in-one/package.json',
    (text, { name }, path) =>
      insertBefore(
        path,
        text,
        `    "typebox"`,
        `    "@astrolabe/${name}": "*",\n`,
        '"dependencies"',
      ),
  ],
  [
    'deploy/k8s/base/kustomization.yaml',
    (text, { name }, path) =>
      insertBefore(
        path,
        insertBefore(path, text, '  - ingress.yaml\n', `  - ${name}.yaml\n`, 'resources:'),
        '  - { name: astrolabe/cli,',
        `  - { name: astrolabe/${name}, newTag: 0.1.0 }\n`,
        'images:',
      ),
  ],
  [
    'deploy/compose/compose.yaml',
    (text, made, path) =>
      insertBefore(path, text, 'volumes:\n  mongodb:', compose(made), '\nservices:'),
  ],
  ['deploy/compose/one-process.yaml', inOneProcess],
  [
    'deploy/compose/prometheus.yaml',
    (text, { name }, path) =>
      insertBefore(path, text, '          - catalog-sync:9464\n', `          - ${name}:9464\n`),
  ],
];

export const LISTS = EDITS.map(([path]) => path);

/** Path and new text of every list. @throws UnexpectedList when one has another form. */
export const listsWith = (
  made: NewService,
  textOf: (path: string) => string,
): readonly (readonly [string, string])[] =>
  EDITS.map(([path, edit]) => [path, edit(textOf(path), made, path)]);
