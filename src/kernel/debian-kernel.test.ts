import { describe, expect, it } from 'vitest';
import { matching, upstreamVersion } from './debian-kernel.ts';
import { sampleKernel } from './sample-kernel.ts';

const kernels = [
  sampleKernel('6.1.0-50-cloud-amd64', '6.1.176-1'),
  sampleKernel('6.1.0-56-cloud-amd64', '6.1.192-1'),
  sampleKernel('6.1.0-56-cloud-amd64', '6.1.192-2'),
  sampleKernel('6.12.101+deb12-cloud-amd64', '6.12.101-1~deb12u1'),
  sampleKernel('6.12.101+deb13-cloud-amd64', '6.12.101-1'),
  sampleKernel('7.3.4+deb13-cloud-amd64', '7.3.4-1~bpo13+1'),
];
const found = (pattern: string) => matching(kernels, pattern).map(({ packageVersion }) => packageVersion);

describe('matching', () => {
  it.each([
    ['6.1.*', ['6.1.192-2', '6.1.192-1', '6.1.176-1']],
    ['6.1', ['6.1.192-2', '6.1.192-1', '6.1.176-1']],
    ['7', ['7.3.4-1~bpo13+1']],
    ['6.1.176', ['6.1.176-1']],
    ['6.1.176-1', ['6.1.176-1']],
    ['6.1.0-50', ['6.1.176-1']],
    ['6.1.0-50-cloud-amd64', ['6.1.176-1']],
    ['6.12.101', ['6.12.101-1', '6.12.101-1~deb12u1']],
    ['6.12.101+deb12', ['6.12.101-1~deb12u1']],
    ['6.1.19?', ['6.1.192-2', '6.1.192-1']],
    ['6.1.17', []],
    ['6.2', []],
    ['6x1.176', []],
  ])('%s', (pattern, versions) => {
    expect(found(pattern)).toEqual(versions);
  });

  it('has the newest of all first for a star', () => {
    expect(found('*')[0]).toBe('7.3.4-1~bpo13+1');
  });
});

it.each([
  ['6.12.74-2~bpo12+1', '6.12.74'],
  ['7.3~rc7-1~exp1', '7.3~rc7'],
  ['1:6.1-2', '6.1'],
])('the upstream version of %s is %s', (version, upstream) => {
  expect(upstreamVersion(version)).toBe(upstream);
});
