// Prints the closing line "N passed, N failed" of a test run and fails on any skipped test: with every tool installed
// none may be skipped.
import { readFileSync } from 'node:fs';

const [, , file, status] = process.argv;
const results = JSON.parse(readFileSync(file, 'utf8'));
const tests = results.testResults.flatMap((suite) => suite.assertionResults);
const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`);
process.stdout.write(`${results.numPassedTests} passed, ${results.numFailedTests + skipped.length} failed\n`);
process.exitCode = status !== '0' || skipped.length > 0 || results.numFailedTests > 0 ? 1 : 0;
