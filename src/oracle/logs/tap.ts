import { type RawSection, rawSection } from './raw-section.ts';

const result = /^((?:\s|# ){0,40}?)(not ok|ok)\b(?:\s{1,4}[0-9]{1,9})?(?:\s{1,4}-)?\s{0,4}(.*)$/;
const version = /^(?:# ){0,4}(?:TAP|KTAP) version [0-9]/;
const plan = /^(?:\s|# ){0,40}?1\.\.[0-9]{1,9}(?:\s|$)/;

/** Whether lines are TAP or KTAP: a version or a plan, and a result. */
export function isTapLog(lines: string[]): boolean {
  return (
    lines.some((line) => version.test(line) || plan.test(line)) &&
    lines.some((line) => /^(?:not )?ok\b/.test(line.trim()))
  );
}

/**
 * Test points in order. What was printed since the point before belongs to a point (KTAP), and so does a diagnosis that
 * names it afterwards (`#   Failed test`, a YAML block). A parent of subtests is left out: it only repeats them.
 */
export function readTapLog(lines: string[]): RawSection[] {
  const sections: RawSection[] = [];
  const points: { depth: number; failed: boolean }[] = [];
  let pending = { lines: [] as string[], line: 1 };
  let inYaml = false;
  for (const [index, line] of lines.entries()) {
    const match = result.exec(line);
    const last = sections.at(-1);
    if (match !== null && !inYaml) {
      const section = pointSection(match[2] === 'ok', match[3] ?? '', line, pending);
      const depth = (match[1] ?? '').length;
      const children = takeChildren(points, depth);
      if (children.length === 0 || (section.decided === 'fail' && !children.includes(true))) {
        sections.push(section);
      }
      points.push({ depth, failed: section.decided === 'fail' || section.ending !== null });
      pending = { lines: [], line: index + 2 };
    } else if (/^\s*Bail out!/.test(line)) {
      sections.push({ ...rawSection(null, index + 1), lines: [...pending.lines, line.trim()], decided: 'fail' });
      pending = { lines: [], line: index + 2 };
    } else if (last !== undefined && (inYaml || /^\s{1,8}---\s*$|^\s{0,40}#\s{1,8}(?:Failed test|at )/.test(line))) {
      inYaml = /^\s{1,8}---\s*$/.test(line) || (inYaml && !/^\s{1,8}\.\.\.\s*$/.test(line));
      last.lines.push(uncommented(line));
    } else if (!version.test(line) && !plan.test(line) && line.trim() !== '') {
      pending.lines.push(uncommented(line));
    }
  }
  return sections;
}

/** Removes the points below `depth` that a parent at `depth` sums up; tells of each whether it failed. */
function takeChildren(points: { depth: number; failed: boolean }[], depth: number): boolean[] {
  const children: boolean[] = [];
  while ((points.at(-1)?.depth ?? -1) > depth) {
    children.push(points.pop()?.failed ?? false);
  }
  return children;
}

function pointSection(ok: boolean, rest: string, line: string, pending: { lines: string[]; line: number }): RawSection {
  const directive = /#\s{0,4}(SKIP|TODO|TIMEOUT|exit=([0-9]{1,3}))\b:?\s{0,4}(.*)$/i.exec(rest);
  const word = (directive?.[1] ?? '').toUpperCase();
  const name = (directive === null ? rest : rest.slice(0, directive.index)).trim();
  const section = rawSection(name === '' ? null : name, pending.line);
  section.lines = ok ? pending.lines : [...pending.lines, uncommented(line)];
  if (word === 'SKIP') {
    section.decided = 'skip';
    section.reason = directive?.[3]?.trim() || null;
  } else if (ok || word === 'TODO') {
    section.decided = 'pass';
  } else if (word === 'TIMEOUT') {
    section.ending = { kind: 'timeout' };
  } else if (directive?.[2] !== undefined) {
    section.ending = { kind: 'exit', code: Number(directive[2]) };
  } else {
    section.decided = 'fail';
  }
  return section;
}

function uncommented(line: string): string {
  return line.replace(/^(?:\s|# ?){0,40}/, '');
}
