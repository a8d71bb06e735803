import type { HuntHeader, StopRules } from '../model/hunt.ts';
import type { MachineFacts } from '../model/machine.ts';
import { safe } from './display-text.ts';
import { guestText } from './guest-facts.ts';
import { labelledFacts, withLabel } from './labelled.ts';
import type { Place } from './place.ts';
import { durationText, plural, shareText } from './quantities.ts';
import { type Appearance, type Style, styleOf } from './style.ts';
import { subjectLines } from './subject-lines.ts';

/** From this width on there is room for what is good to know. */
const roomy = 120;

/** What is hunted, where and how: shown before the first run, and again by `show`. */
export function renderHeader(header: HuntHeader, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  const lines = [
    ...withLabel('hunt', [header.id]),
    ...subjectLines(header, columns, style),
    ...labelledFacts('machine', machineFacts(header, columns >= roomy, style), columns),
    ...labelledFacts('plan', planFacts(header), columns),
  ];
  return `${lines.join('\n')}\n`;
}

export function machineFacts({ machine, guest = null }: Place, everything: boolean, style: Style): string[] {
  const { cpusAllowed, cpusOnline, virtualization, governor } = machine;
  const allowed = cpusAllowed.length === cpusOnline ? '' : `${cpusAllowed.length} of `;
  const facts =
    guest === null
      ? [`Linux ${machine.kernel} ${machine.arch}`, `${allowed}${plural(cpusOnline, 'CPU')}`]
      : [`Linux ${machine.kernel} ${guestText(guest)}`];
  if (guest === null && virtualization !== null) facts.push(virtualization);
  if (governor !== null && governor !== 'performance') facts.push(`governor ${governor}`);
  if (everything) facts.push(machine.cpuModel, machine.distribution, `host ${machine.hostname}`);
  return [...facts.map((fact) => safe(fact, style.unicode)), ...refusal(machine, style)];
}

/** Where io_uring does not work, that is the fact that matters. */
function refusal({ ioUring, ioUringDisabled }: MachineFacts, style: Style): string[] {
  if (ioUring === 'ok' || ioUring === 'unknown') return [];
  const setting = ioUringDisabled ? ` (kernel.io_uring_disabled=${ioUringDisabled})` : '';
  return [style.bad(`io_uring ${ioUring}${setting}`)];
}

function planFacts(header: HuntHeader): string[] {
  const { stop, jobs, limitMs, masked, seed } = header;
  const facts = [
    stopText(stop),
    jobs === 'auto' ? 'workers: auto' : plural(jobs, 'worker'),
    ...conditionFacts(header),
    `limit ${durationText(1000 * limitMs)} a run`,
  ];
  if (masked === 'fail') facts.push('masked runs count as failures');
  if (masked === 'ignore') facts.push('masked runs count as passes');
  return [...facts, `seed ${seed}`];
}

/** More conditions than a line or two can hold are those of a strategy, which has a name. */
const mostConditions = 3;

function conditionFacts({ conditions, strategy = 'plain' }: HuntHeader): string[] {
  if (conditions.length > mostConditions) return [`strategy ${strategy}: ${conditions.length} conditions`];
  return conditions.map((condition) => (condition === 'plain' ? 'condition plain' : condition));
}

/** @example `10000 runs or 60 s` */
function stopText({ loops, timeMs, failures, untilRate }: StopRules): string {
  const rules: string[] = [];
  if (loops !== null) rules.push(plural(loops, 'run'));
  if (timeMs !== null) rules.push(durationText(1000 * timeMs));
  if (failures !== null) rules.push(plural(failures, 'failure'));
  if (untilRate !== null) rules.push(`a rate below ${shareText(untilRate)}`);
  return rules.length === 0 ? 'until interrupted' : `until ${rules.join(' or ')}`;
}
