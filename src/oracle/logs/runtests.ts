import type { Ending } from '../../model/outcome.ts';
import { type RawSection, rawSection } from './raw-section.ts';

/** A log of liburing's runtests.sh, or of runtests-loop.sh, which repeats it. */
export interface RuntestsLog {
  sections: RawSection[];
  loops: { finished: number; failedAt: number | null } | null;
  kernel: string | null;
}

/** Whether lines stem from runtests.sh, of any release. */
export function isRuntestsLog(lines: string[]): boolean {
  return lines.some((line) => header.test(line));
}

/** Splits a log into the runs it tells of. A run that the log breaks off in has no ending. */
export function readRuntestsLog(lines: string[]): RuntestsLog {
  const reader = new RuntestsReader();
  for (const [index, line] of lines.entries()) {
    // The last line's break leaves an empty one behind.
    const next = index + 2 === lines.length && lines.at(-1) === '' ? null : (lines[index + 1] ?? null);
    reader.take(line, index + 1, next);
  }
  return reader.log;
}

const header = /^Running test \S/;
const summary =
  /^(?:Tests (?:failed|timed out|skipped|_maybe_)|Test run complete|All tests passed|Finished loop |Found dmesg file )/;

class RuntestsReader {
  readonly log: RuntestsLog = { sections: [], loops: null, kernel: null };
  private open: RawSection | null = null;
  private dmesg: string[] | null = null;
  /** Sections from here on belong to the loop whose end comes next. */
  private firstOfLoop = 0;

  take(line: string, number: number, next: string | null): void {
    if (header.test(line)) {
      this.begin(line, number, next);
    } else if (this.open !== null) {
      this.inside(line, next);
    } else {
      this.between(line);
    }
  }

  private begin(line: string, number: number, next: string | null): void {
    this.dmesg = null;
    const { test, rest } = splitHeader(line.slice('Running test '.length));
    this.open = rawSection(test, number);
    this.log.sections.push(this.open);
    if (this.log.loops?.failedAt === null) {
      this.open.loop = this.log.loops.finished;
    }
    if (rest !== '') {
      this.inside(rest, next);
    }
  }

  private inside(line: string, next: string | null): void {
    const section = this.open;
    if (section === null) {
      return;
    }
    if (summary.test(line) && !/^Tests? (?:failed|skipped)$/.test(line)) {
      this.open = null;
      this.between(line);
      return;
    }
    const { said, end } = splitEnd(line, section.test ?? '', next === null || header.test(next) || summary.test(next));
    if (said !== '') {
      section.lines.push(said);
    }
    if (end !== null) {
      close(section, end);
      this.open = null;
    }
  }

  private between(line: string): void {
    const dmesgOf = /^Found dmesg file (\S+?)(?:\.seqres)?\.dmesg, outputting:$/.exec(line)?.[1];
    if (dmesgOf !== undefined) {
      this.dmesg = [];
      const blamed = this.log.sections.findLast(
        ({ test, kernelLog }) => kernelLog !== null && test?.split(' ')[0] === dmesgOf,
      );
      if (blamed !== undefined) {
        blamed.kernelLog = this.dmesg;
      }
    } else if (summary.test(line) || line.startsWith('Tests failed at loop ')) {
      this.dmesg = null;
      this.summarise(line);
    } else {
      this.dmesg?.push(line);
    }
  }

  private summarise(line: string): void {
    this.log.kernel = /^Test run complete, kernel: (.{1,300})$/.exec(line)?.[1] ?? this.log.kernel;
    const loop = /^(Finished loop|Tests failed at loop) ([0-9]{1,9})$/.exec(line);
    if (loop === null) {
      return;
    }
    const number = Number(loop[2]);
    const failed = loop[1] !== 'Finished loop';
    for (const section of this.log.sections.slice(this.firstOfLoop)) {
      section.loop = number;
    }
    this.firstOfLoop = this.log.sections.length;
    const finished = failed ? number : number + 1;
    this.log.loops = { finished, failedAt: failed ? number : null };
  }
}

/** The name is padded to 55 characters (older: 25, or not at all); a device may follow it after one space. */
function splitHeader(text: string): { test: string; rest: string } {
  const glued = /^(\S{1,300}?(?: \/\S{1,300}?)?)([0-9] sec(?: \[[0-9]*\])?|Skipped|Test skipped)$/.exec(text);
  if (glued !== null && (glued[1] ?? '').length >= 55) {
    return { test: glued[1] ?? '', rest: glued[2] ?? '' };
  }
  const match = /^(\S+?):?(?:( \/\S+))?(?:\s(.*))?$/.exec(text);
  return { test: `${match?.[1] ?? text}${match?.[2] ?? ''}`, rest: (match?.[3] ?? '').trim() };
}

type End = { ending: Ending; lasted: boolean } | { decided: 'skip'; reason: string | null } | { dmesg: true };

/**
 * Takes the runner's words off the end of a line. They follow the test's last output without a line break when that had
 * none (`test failed0 sec`); such a short ending is believed only before what can follow a section.
 */
function splitEnd(line: string, test: string, last: boolean): { said: string; end: End | null } {
  const name = test.split(' ')[0] ?? '';
  const at = line.lastIndexOf(`Test ${name} `);
  const end = at < 0 ? null : endingOf(line.slice(at + `Test ${name} `.length).trim());
  if (end !== null) {
    return { said: line.slice(0, at).trim(), end };
  }
  const short = /^(.*?)([0-9]{1,4} sec(?: \[[0-9]*\])?|Test skipped|Skipped)\s*$/.exec(line);
  const said = (short?.[1] ?? '').trim();
  if (short === null || (said !== '' && !last)) {
    return { said: line, end: null };
  }
  return said !== '' && /[0-9]{2} sec/.test(short[2] ?? '')
    ? splitDigits(line)
    : { said, end: shortEnd(short[2] ?? '') };
}

/** `wait cqe -170 sec`: whose digits are whose? Nearly every test takes 0 to 9 seconds. */
function splitDigits(line: string): { said: string; end: End } {
  const at = line.search(/[0-9] sec(?: \[[0-9]*\])?\s*$/);
  return { said: line.slice(0, at).trim(), end: { ending: { kind: 'exit', code: 0 }, lasted: true } };
}

function shortEnd(words: string): End {
  if (words === 'Skipped') {
    return { decided: 'skip', reason: null };
  }
  return words === 'Test skipped'
    ? { decided: 'skip', reason: 'excluded by TEST_EXCLUDE' }
    : { ending: { kind: 'exit', code: 0 }, lasted: true };
}

function endingOf(words: string): End | null {
  const code = /^(?:failed with ret|expected fail status 1 but returned) ([0-9]{1,3})$/.exec(words)?.[1];
  if (code !== undefined) {
    return { ending: endingOfStatus(Number(code)), lasted: false };
  }
  if (words === 'failed') {
    return { ending: { kind: 'exit', code: 1 }, lasted: false };
  }
  if (words.startsWith('timed out')) {
    return { ending: { kind: 'timeout' }, lasted: false };
  }
  if (words === 'failed dmesg check') {
    return { dmesg: true };
  }
  return words === 'skipped itself' ? { decided: 'skip', reason: null } : null;
}

/** A shell's status above 128 is a signal. */
function endingOfStatus(status: number): Ending {
  return status > 128 && status <= 128 + 64
    ? { kind: 'signal', signal: status - 128, core: false }
    : { kind: 'exit', code: status };
}

function close(section: RawSection, end: End): void {
  if ('dmesg' in end) {
    section.ending = { kind: 'exit', code: 0 };
    section.kernelLog = [];
  } else if ('decided' in end) {
    section.decided = end.decided;
    section.reason = end.reason;
    section.ending = end.reason === null ? { kind: 'exit', code: 77 } : null;
  } else {
    section.ending = end.ending;
    // Tests named xfail are there to exit with 1; only then the runner prints their duration.
    if (section.test?.startsWith('xfail') && end.ending.kind === 'exit') {
      section.decided = end.lasted ? 'pass' : 'fail';
      section.ending = end.lasted ? { kind: 'exit', code: 1 } : end.ending;
    }
  }
  if (section.ending?.kind === 'signal') {
    section.ending.core = section.lines.some((line) => /dumped core$|\(core dumped\)/.test(line));
  }
}
