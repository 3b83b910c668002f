/** How long a partition with a million operations takes to come back; see `recover.ts`. */
import { recoverMillion } from './recover.ts';
import { startStack } from './stack.ts';

const stack = await startStack();
const recovery = await recoverMillion(stack);
await stack.stop();
console.log(`recovery: ${JSON.stringify(recovery)}`);
