#!/usr/bin/env node
import module from 'node:module';

// Node 22.1 and newer keep compiled code between starts; older ones start without.
module.enableCompileCache?.();
const { main } = await import('../dist/main.js');
await main();
