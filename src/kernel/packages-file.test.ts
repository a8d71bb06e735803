import { describe, expect, it } from 'vitest';
import { kernelsOf, packagesReader } from './packages-file.ts';

const sum = (digit: string) => digit.repeat(64);
const stanza = (name: string, version: string, digit: string, depends = 'kmod, linux-base (>= 4.3~)') =>
  [
    `Package: ${name}`,
    'Source: linux-signed-amd64 (6.1.176+1)',
    `Version: ${version}`,
    `Depends: ${depends}`,
    `Filename: pool/main/l/${name}_${version}_amd64.deb`,
    'Size: 26484304',
    `SHA256: ${sum(digit)}`,
  ].join('\n');

const split = 'linux-base-7.3.4-cloud-amd64 (= 7.3.4-1), linux-binary-7.3.4-cloud-amd64 (= 7.3.4-1), linux-modules-x';
const old = stanza('linux-image-6.1.0-50-cloud-amd64', '6.1.176-1', 'a');
const others = [
  stanza('linux-image-6.1.0-50-amd64', '6.1.176-1', 'b'),
  stanza('linux-image-6.1.0-50-cloud-amd64-dbg', '6.1.176-1', 'b'),
  stanza('linux-image-6.1.0-50-cloud-amd64-unsigned', '6.1.176-1', 'b'),
  stanza('linux-image-cloud-amd64', '6.1.176-1', 'b'),
  stanza('linux-image-6.1-cloud-amd64', '6.1.176-1', 'b', 'linux-image-6.1.0-50-cloud-amd64 (= 6.1.176-1)'),
  stanza('zsh', '5.9', 'b'),
];
const parts = [
  stanza('linux-base-7.3.4-cloud-amd64', '7.3.4-1', 'c'),
  stanza('linux-binary-7.3.4-cloud-amd64', '7.3.4-1', 'd'),
  stanza('linux-image-7.3.4-cloud-amd64', '7.3.4-1', 'e', split),
];

function read(stanzas: string[], suite = 'sid', step = 1000) {
  const reader = packagesReader(suite, 'http://mirror.example/debian/');
  const text = `${stanzas.join('\n\n')}\n\n`;
  for (let at = 0; at < text.length; at += step) reader.push(text.slice(at, at + step));
  return reader.end();
}

describe('the kernels of a Packages file', () => {
  it.each([7, 64, 1 << 20])('are found whatever the pieces it comes in (%i letters)', (step) => {
    expect(kernelsOf(read([...others, old, ...parts], 'sid', step)).map(({ release }) => release)).toEqual([
      '6.1.0-50-cloud-amd64',
      '7.3.4-cloud-amd64',
    ]);
  });

  it('are in one package', () => {
    expect(kernelsOf(read([old], 'bookworm'))).toEqual([
      {
        release: '6.1.0-50-cloud-amd64',
        version: '6.1.176',
        package: 'linux-image-6.1.0-50-cloud-amd64',
        packageVersion: '6.1.176-1',
        suites: ['bookworm'],
        files: [
          {
            name: 'linux-image-6.1.0-50-cloud-amd64',
            url: 'http://mirror.example/debian/pool/main/l/linux-image-6.1.0-50-cloud-amd64_6.1.176-1_amd64.deb',
            bytes: 26484304,
            sha256: sum('a'),
          },
        ],
      },
    ]);
  });

  it('or in two that an empty one depends on', () => {
    const [kernel] = kernelsOf(read(parts));
    expect(kernel?.files.map(({ name, sha256 }) => [name, sha256[0]])).toEqual([
      ['linux-binary-7.3.4-cloud-amd64', 'd'],
      ['linux-base-7.3.4-cloud-amd64', 'c'],
    ]);
  });

  it('have no configuration where that has left the mirror, and are none without the image', () => {
    const [base = '', binary = '', image = ''] = parts;
    expect(kernelsOf(read([binary, image]))[0]?.files.length).toBe(1);
    expect(kernelsOf(read([base, image]))).toEqual([]);
  });

  it('are one where several suites carry it', () => {
    const kernels = kernelsOf([...read([old], 'bookworm'), ...read([old], 'bookworm-security')]);
    expect(kernels.map(({ suites }) => suites)).toEqual([['bookworm', 'bookworm-security']]);
  });
});
