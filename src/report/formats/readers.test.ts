import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { hostileNight } from '../night/sample-hostile.ts';
import { refusedNight, sampleNight } from '../night/sample-night.ts';
import { nightJunit } from './junit.ts';
import { nightKtap } from './ktap.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/night/', import.meta.url));
const night = sampleNight({ tests: 17, nights: 12 });
const hostile = fc.sample(hostileNight, { numRuns: 120, seed: 7 });
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flakehunt-readers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Readers that are not ours: missing ones are a reason to skip, but not where all tests are to run. */
async function mustHave(command: string, args: string[], { skip }: TestContext): Promise<void> {
  const { exitCode } = await execa(command, args, { reject: false });
  if (exitCode !== 0 && process.env.FLAKEHUNT_TESTS !== 'all') skip(`there is no ${command} here`);
  expect(exitCode, `${command} ${args.join(' ')}`).toBe(0);
}

function written(texts: readonly string[]): string[] {
  return texts.map((text, index) => {
    const path = join(folder, `${index}`);
    writeFileSync(path, text);
    return path;
  });
}

describe.each(['surefire', 'plain'] as const)('JUnit, %s', (flavour) => {
  it('is what xmllint finds valid by the rules of Jenkins, whatever tests print', async (context) => {
    await mustHave('xmllint', ['--version'], context);
    const files = written([night, refusedNight(), ...hostile].map((report) => nightJunit(report, flavour)));
    const schema = join(fixtures, `junit-${flavour}.xsd`);
    const { stderr, exitCode } = await execa('xmllint', ['--noout', '--schema', schema, ...files], { reject: false });
    expect(stderr.split('\n').filter((line) => !line.endsWith(' validates'))).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

describe('KTAP', () => {
  /** Perl's reader of TAP, which knows nothing of subtests: what it sees are the tests. */
  const reader = `
    use TAP::Parser;
    for my $file (@ARGV) {
      my $parser = TAP::Parser->new({ tap => do { local (@ARGV, $/) = $file; <> } });
      $parser->run;
      printf "%d planned, failed %s, skipped %s, errors %d\\n", $parser->tests_planned, join(' ', $parser->failed),
        join(' ', $parser->skipped), scalar($parser->parse_errors);
    }`;

  it('is what the reader of Perl takes: plan, failures and skipped tests', async (context) => {
    await mustHave('perl', ['-MTAP::Parser', '-e', '1'], context);
    const { stdout } = await execa('perl', ['-e', reader, ...written([nightKtap(night)])]);
    const numbers = (states: string[]) =>
      night.verdicts.flatMap(({ state, quarantine }, index) =>
        states.includes(state) && quarantine?.state !== 'holds' ? [index + 1] : [],
      );
    expect(stdout).toBe(
      `17 planned, failed ${numbers(['flaky', 'failing']).join(' ')}, skipped ${numbers(['skipped', 'invalid']).join(' ')}, errors 0`,
    );
  });

  it('is so whatever tests print', async (context) => {
    await mustHave('perl', ['-MTAP::Parser', '-e', '1'], context);
    const files = written(hostile.map(nightKtap));
    const { stdout } = await execa('perl', ['-e', reader, ...files]);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(hostile.length);
    for (const line of lines) expect(line).toMatch(/^14 planned, failed [\d ]+, skipped [\d ]+, errors 0$/);
  });
});
