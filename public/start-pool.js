// Starts the program of a pool worker.
import { start } from './worker-start.js';

await start('pool');
