import type { NightReport } from '../../model/night.ts';
import { guestText } from '../guest-facts.ts';
import { durationText } from '../quantities.ts';
import { revisionText } from '../revision-text.ts';
import { shellWord } from '../shell-word.ts';
import { type Html, html } from './html.ts';
import { command, definitions, joined } from './parts.ts';

/** Everything a rate may depend on, and how the night was made. */
export function nightPlace({ header, notes, elapsedMs, ended, failing }: NightReport): Html {
  const { revision, build, guest, shard } = header;
  const ends = { done: 'everything was hunted', time: 'the time was used up', interrupted: 'it was interrupted' };
  return html`${notes.map((note) => html`<p class="note">${note}</p>`)}
${definitions([
  ['Revision', revisionText(revision) ?? 'none'],
  revision.subject === null ? null : ['Its subject', revision.subject],
  revision.tree === null ? null : ['Tree', revision.tree],
  build === null ? null : ['Compiler', build.compiler],
  [
    'Conditions',
    joined(
      header.conditions.map((condition) => html`<code>${condition}</code>`),
      ', ',
    ),
  ],
  [
    'Time',
    `${durationText(1000 * elapsedMs)} of ${durationText(1000 * header.budgetMs)}; ${ended === null ? 'it has not ended' : ends[ended.reason]}`,
  ],
  shard === null ? null : ['Shard', `${shard.index} of ${shard.total}`],
  failing.length === 0 ? null : ['Failing by', failing.join('; ')],
  ['Seed', html`<code>${header.seed}</code>`],
  ...machineRows(header),
  guest === null ? null : ['Runs made', `under Linux ${guest.kernel.release} ${guestText(guest)}`],
])}
<h3>The same night again</h3>
${command(header.commandLine.map(shellWord).join(' '))}`;
}

/** Facts of the machine that a page tells. */
export function machineRows({ machine }: Pick<NightReport['header'], 'machine'>): [string, string][] {
  const { cpusAllowed, cpusOnline, memoryMiB, virtualization, loadAverage } = machine;
  return [
    [
      'Machine',
      `${machine.hostname}: ${machine.cpuModel}, ${cpusAllowed.length} of ${cpusOnline} CPUs, ${memoryMiB} MiB`,
    ],
    ['Kernel', `Linux ${machine.kernel}, ${machine.arch}${virtualization === null ? '' : `, ${virtualization}`}`],
    ['System', machine.distribution],
    ['Load at the start', loadAverage.map((load) => load.toFixed(2)).join(' ')],
    ['io_uring', machine.ioUring === 'ok' ? 'can be used' : `refused: ${machine.ioUring}`],
  ];
}
