// Starts the program that reads spreadsheets and Parquet files.
import { start } from './worker-start.js';

await start('reader');
