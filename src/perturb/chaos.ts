import { UsageError } from '../errors.ts';
import type { CallClass, Chaos, Force } from '../model/condition.ts';
import { didYouMean } from '../nearest.ts';
import { classesText, readClasses, usualClasses } from './call-classes.ts';
import { forceForm, forceText, readForce } from './force.ts';
import { spanText, spanUs } from './span.ts';
import { wholeNumber } from './whole-number.ts';

/** Events have names with slashes and colons of their own: what forces them is read by itself. */
type SimpleArm = Exclude<Chaos, Force>['arm'];

interface Arm {
  /** How the arm is written, for messages. */
  form: string;
  /** How many parameters may follow its name. */
  parameters: readonly [least: number, most: number];
  read(parameters: readonly string[], classes: CallClass[]): Chaos;
}

/** Calls in one run; far above any test's, and small enough for the supervisor's arithmetic. */
const widestHorizon = 1_000_000_000;

/** Ranges as in src/native/PROTOCOL.md, "Chaos". */
const arms: Record<SimpleArm, Arm> = {
  note: bare('note'),
  handoff: bare('handoff'),
  pct: {
    form: 'pct:DEPTH[:HORIZON]',
    parameters: [1, 2],
    read: ([depth = '', horizon], classes) => ({
      arm: 'pct',
      depth: wholeNumber(depth, 'The depth of pct', 1, 4),
      horizon: horizonOf('pct', horizon),
      classes,
    }),
  },
  delays: {
    form: 'delays:COUNT[:HORIZON]',
    parameters: [1, 2],
    read: ([count = '', horizon], classes) => ({
      arm: 'delays',
      count: wholeNumber(count, 'The count of delays', 1, 16),
      horizon: horizonOf('delays', horizon),
      classes,
    }),
  },
  victim: {
    form: 'victim[:SPAN]',
    parameters: [0, 1],
    read: ([span], classes) => ({ arm: 'victim', spanUs: span === undefined ? null : spanUs(span), classes }),
  },
  spawn: bare('spawn'),
  shuffle: bare('shuffle'),
  slack: {
    form: 'slack:MS',
    parameters: [1, 1],
    read: ([ms = '']) => ({ arm: 'slack', ms: wholeNumber(ms, 'The slack, in milliseconds,', 1, 20) }),
  },
};

/**
 * Reads the value of `--chaos`: `pct:2`, `delays:1:40`, `victim:4ms`, `note/all`, `spawn/lifecycle+sync`.
 * Throws UsageError, which lists what there is.
 */
export function readChaos(value: string): Chaos {
  if (/^force(?::|$)/.test(value.trim())) return readForce(value.trim());
  const [head = '', classes, ...more] = value.trim().split('/');
  const [name = '', ...parameters] = head.split(':');
  const arm = Object.hasOwn(arms, name) ? arms[name as SimpleArm] : undefined;
  if (arm === undefined) throw new UsageError(`${unknownArm(name)} ${armList()}`);
  const [least, most] = arm.parameters;
  if (parameters.length < least || parameters.length > most || more.length > 0) {
    throw new UsageError(`"${value.trim()}" is not how this arm of chaos is written: ${arm.form}. ${armList()}`);
  }
  if (name === 'slack' && classes !== undefined) {
    throw new UsageError(`slack intercepts no calls, so "/${classes}" behind it means nothing; leave it out.`);
  }
  return arm.read(parameters, classes === undefined ? [...usualClasses] : readClasses(classes));
}

/** The value that readChaos turns into `chaos`. */
export function chaosText(chaos: Chaos): string {
  if (chaos.arm === 'force') return forceText(chaos);
  return chaos.arm === 'slack' ? `slack:${chaos.ms}` : `${armText(chaos)}${classesText(chaos.classes)}`;
}

/** Whether the arm keeps all threads of a run on one CPU, with a supervisor that waits for that CPU to be idle. */
export function needsIdleCpu(chaos: Chaos | null): boolean {
  return chaos?.arm === 'pct' || chaos?.arm === 'handoff';
}

function armText(chaos: Exclude<Chaos, { arm: 'slack' | 'force' }>): string {
  if (chaos.arm === 'pct') return joined('pct', chaos.depth, chaos.horizon);
  if (chaos.arm === 'delays') return joined('delays', chaos.count, chaos.horizon);
  if (chaos.arm === 'victim') return joined('victim', chaos.spanUs === null ? null : spanText(chaos.spanUs));
  return chaos.arm;
}

function joined(...parts: (string | number | null)[]): string {
  return parts.filter((part) => part !== null).join(':');
}

function bare(name: 'note' | 'handoff' | 'spawn' | 'shuffle'): Arm {
  return { form: name, parameters: [0, 0], read: (_, classes) => ({ arm: name, classes }) };
}

function horizonOf(arm: string, text: string | undefined): number | null {
  return text === undefined ? null : wholeNumber(text, `The horizon of ${arm}, in calls,`, 1, widestHorizon);
}

function unknownArm(name: string): string {
  return `"${name}" is not an arm of chaos${didYouMean(name, [...Object.keys(arms), 'force']) || '.'}`;
}

function armList(): string {
  const forms = [...Object.values(arms).map(({ form }) => form), forceForm];
  return `The arms are ${forms.join(', ')}; the kinds of calls may follow, such as /all or /lifecycle+sync.`;
}
