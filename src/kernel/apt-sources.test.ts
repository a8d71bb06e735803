import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { transportSettings } from './apt-place.ts';
import { debianMirrors, parseDeb822, parseOneLine, readAptSources } from './apt-sources.ts';

const lines = `# a comment
deb [arch=amd64 signed-by=/usr/share/keyrings/docker.gpg] https://download.docker.com/linux/debian bookworm stable
deb [ signed-by=/k.gpg trusted=yes ] http://mirror.example/debian/ bookworm main contrib # ours
deb http://mirror.example/debian/ bookworm-updates main
deb-src http://mirror.example/debian/ bookworm main
#deb http://other.example/debian bookworm main
deb https://apt.releases.example bookworm main
deb http://security.example/debian-security bookworm-security main
deb cdrom:[Debian 12]/ bookworm main
nonsense
`;

const stanzas = `Types: deb deb-src
# between fields
URIs: http://a.example/debian
 http://b.example/debian
Suites: trixie
  trixie-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main
Enabled: no


Types: deb
URIs: http://security.example/debian-security/
Suites: trixie-security
Components: main
Trusted: yes`;

describe("apt's sources", () => {
  it('in lines', () => {
    const sources = parseOneLine(lines);
    expect(sources.map(({ uri }) => uri)).toContain('https://apt.releases.example');
    expect(sources[1]).toEqual({
      uri: 'http://mirror.example/debian/',
      suites: ['bookworm'],
      components: ['main', 'contrib'],
      signedBy: '/k.gpg',
      trusted: true,
    });
    expect(sources.some(({ uri }) => uri.includes('other'))).toBe(false);
  });

  it('in stanzas', () => {
    const [first, second, third, ...more] = parseDeb822(stanzas);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ uri: 'http://a.example/debian', suites: ['trixie', 'trixie-updates'] });
    expect(first?.signedBy).toMatch(/^\n? ?-----BEGIN[\s\S]*\n \.\n mDMEY\n -----END PGP PUBLIC KEY BLOCK-----$/);
    expect(second?.uri).toBe('http://b.example/debian');
    expect(third).toMatchObject({ uri: 'http://security.example/debian-security/', trusted: true, signedBy: null });
  });
});

it('in the files of a system, one of which names a list of mirrors', async () => {
  const etc = await mkdtemp(join(tmpdir(), 'flakehunt-apt-'));
  onTestFinished(() => rm(etc, { recursive: true }));
  await mkdir(join(etc, 'sources.list.d'));
  await writeFile(join(etc, 'list'), '# ours first\nhttps://cdn.example/debian\tpriority:1\nhttp://b.example/debian\n');
  await writeFile(join(etc, 'sources.list.d/a.list'), `deb mirror+file:${etc}/list bookworm main\n`);
  await writeFile(join(etc, 'sources.list.d/b.sources'), stanzas);
  await writeFile(join(etc, 'sources.list.d/c.sources.off'), stanzas);
  expect((await readAptSources(etc)).map(({ uri }) => uri)).toEqual([
    'https://cdn.example/debian',
    'http://a.example/debian',
    'http://b.example/debian',
    'http://security.example/debian-security/',
  ]);
  expect(await readAptSources(join(etc, 'none'))).toEqual([]);
});

describe('debianMirrors', () => {
  it("takes the one with most of Debian's suites, and that of the security team", () => {
    const { main, security } = debianMirrors(parseOneLine(lines));
    expect([main?.uri, security?.uri]).toEqual([
      'http://mirror.example/debian/',
      'http://security.example/debian-security',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['another distribution', 'deb http://archive.example/ubuntu jammy main\n'],
    ['a list of mirrors that is on one', 'deb mirror://mirrors.example/list bookworm main\n'],
    ['others for Debian', 'deb https://download.docker.com/linux/debian bookworm stable\n'],
  ])('has none in %s', (_, text) => {
    expect(debianMirrors(parseOneLine(text))).toEqual({ main: null, security: null });
  });
});

it('takes over how mirrors are reached, and nothing else', () => {
  const dump = [
    'APT::Default-Release "bookworm";',
    'Acquire "";',
    'Acquire::http "";',
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Acquire::http::Proxy::mirror.example "DIRECT";',
    'Acquire::https::CAInfo "/ca.pem";',
    'Acquire::ForceIPv4 "true";',
    'Acquire::Languages "de";',
    'Acquire::IndexTargets::deb::DEP-11::MetaKey "x";',
    'DPkg::Post-Invoke:: "rm -rf /";',
  ];
  expect(transportSettings(dump.join('\n'))).toEqual(dump.slice(2, 7));
});
