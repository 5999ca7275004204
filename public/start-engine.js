// Starts the engine worker's program.
import { start } from './worker-start.js';

await start('worker');
