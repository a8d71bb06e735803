import type { Check } from '../model/check.ts';
import { padEnd, safe } from './display-text.ts';
import { type Appearance, type Style, styleOf } from './style.ts';
import { wrap } from './wrap.ts';

const titles: Record<Check['group'], string> = {
  needed: 'Needed by every hunt',
  kernel: 'Kernel',
  diagnosis: 'To provoke and to explain',
  machine: 'This machine',
};

/** `  warn  user notification  `: where the text of a finding begins. */
const stateWidth = 8;
const nameWidth = 'user notification'.length + 2;
/** Text wider than this is hard to read, however wide the terminal. */
const widest = 110;

/** The findings of `flakehunt doctor`, grouped, then what they come to. */
export function renderChecks(checks: readonly Check[], screen: Appearance): string {
  const style = styleOf(screen);
  const width = Math.max(40, Math.min(screen.columns, widest));
  const groups = (Object.keys(titles) as Check['group'][]).flatMap((group) => {
    const lines = checks.filter((check) => check.group === group).flatMap((check) => renderCheck(check, width, style));
    return lines.length === 0 ? [] : [style.strong(titles[group]), ...lines].join('\n');
  });
  return `${[...groups, wrap(conclusion(checks), width).join('\n')].join('\n\n')}\n`;
}

function renderCheck(check: Check, width: number, style: Style): string[] {
  const indent = stateWidth + nameWidth;
  const texts = [
    check.found,
    check.cost === null ? null : `costs: ${check.cost}`,
    check.remedy === null ? null : `remedy: ${check.remedy}`,
  ];
  const [first = '', ...rest] = texts
    .filter((text) => text !== null)
    .flatMap((text) => wrapSafe(text, width - indent, style));
  const paint = { ok: style.good, warn: style.odd, bad: style.bad }[check.state];
  const head = `  ${padEnd(paint(check.state), stateWidth - 2)}${padEnd(check.name, nameWidth)}${first}`;
  return [head, ...rest.map((line) => ' '.repeat(indent) + line)];
}

function conclusion(checks: readonly Check[]): string {
  const bad = checks.filter((check) => check.state === 'bad').map((check) => check.name);
  const warned = checks.filter((check) => check.state === 'warn').length;
  if (bad.length > 0) {
    const what = bad.join(' and ');
    return `No hunt can work on this machine until ${what} ${bad.length === 1 ? 'is' : 'are'} mended. Then: flakehunt doctor`;
  }
  const cost = warned === 0 ? 'and nothing is missing' : `and ${warned} of ${checks.length} findings cost something`;
  return `Hunts can work here, ${cost}. Next: flakehunt run msg-ring.t --tree lab`;
}

/** Versions and messages come from other programs: line by line they are made fit for a terminal. */
function wrapSafe(text: string, width: number, style: Style): string[] {
  return text.split('\n').flatMap((line) => wrap(safe(line, style.unicode), width));
}
