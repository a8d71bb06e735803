#!/usr/bin/env node
import module from 'node:module';

// Node 22.1 and newer keep compiled code between starts; older ones start without.
module.enableCompileCache?.();
const { main } = await import('../dist/main.js').catch((error) => {
  process.stderr.write(`flakehunt: its own files cannot be loaded: ${error.message}\n`);
  process.exit(3);
});
await main();
