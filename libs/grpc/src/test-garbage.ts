import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void;

/** For tests: collects the young, or all, at once. */
export const collectGarbage = (type: 'minor' | 'major'): void => collect({ type });
