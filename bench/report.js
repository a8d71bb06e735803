// `npm run bench:report [-- --tests N] [-- --nights N] [-- --out FILE]`: how large the HTML report of a seeded synthetic night
// is, and how long it takes from a report in memory, Plot's loading included. Twice: once as a suite with some flaky tests
// has it, once as the worst may be.
import { writeFileSync } from 'node:fs';
import { nightHtml } from './build/report/html/night-html.js';
import { sampleNight } from './build/report/night/sample-night.js';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : process.argv[at + 1];
};
const size = { tests: Number(option('tests', '256')), nights: Number(option('nights', '90')) };
const out = option('out');

for (const [name, flaky] of [
  ['6 % of tests flaked once', false],
  ['every test is flaky', true],
]) {
  const report = sampleNight({ ...size, flaky });
  const [started, usage] = [performance.now(), process.cpuUsage()];
  const text = await nightHtml(report);
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  const { user, system } = process.cpuUsage(usage);
  const ofCpu = ((user + system) / 1e6).toFixed(2);
  const megabytes = (Buffer.byteLength(text) / 1e6).toFixed(2);
  process.stdout.write(
    `${size.tests} tests x ${size.nights} nights x ${report.header.conditions.length} conditions, ${name}: ${megabytes} MB in ${seconds} s (${ofCpu} s of CPU)\n`,
  );
  if (out !== undefined && !flaky) writeFileSync(out, text);
}
