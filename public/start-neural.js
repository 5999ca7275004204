// Starts the neural worker's program.
import { start } from './worker-start.js';

await start('neural');
