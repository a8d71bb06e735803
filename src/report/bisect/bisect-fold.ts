import type {
  BisectCommit,
  BisectFinding,
  BisectHeader,
  BisectRow,
  BisectSummary,
  OtherFailure,
  Seen,
  Unusable,
} from '../../model/bisect.ts';
import type { BisectEvent, RangeEntry, SeenEvent } from '../../model/bisect-events.ts';
import type { FailingVerdict } from '../../model/verdict.ts';
import { rateInterval } from '../../stats/interval.ts';

const mostNotes = 20;

/** Folds a bisect's events into what it shows; live, and when it is looked at again. */
export class BisectFold {
  #header: BisectHeader | null = null;
  #entries: RangeEntry[] = [];
  /** Of each node, the build it shares. */
  #builds: number[] = [];
  readonly #seen = new Map<number, Seen>();
  readonly #masses = new Map<number, number>();
  readonly #unusable: Unusable[] = [];
  readonly #lost = new Set<number>();
  readonly #others = new Map<string, { title: string; verdict: FailingVerdict; count: number; nodes: Set<number> }>();
  readonly #notes = new Set<string>();
  readonly #findings: BisectFinding[] = [];
  readonly #spent = { runs: 0, builds: 0, cachedBuilds: 0, failedBuilds: 0, buildSeconds: 0 };
  #calibration: BisectSummary['calibration'] = null;
  #none = 0;
  #activity: string | null = null;
  #outcome: BisectSummary['outcome'] = null;
  #seconds = 0;
  #last: number | null = null;

  /** Takes the next event of the log, in the log's order. */
  apply(event: BisectEvent): void {
    this.#tick(event);
    switch (event.type) {
      case 'bisect':
        this.#header = event.header;
        return;
      case 'range':
        this.#beginRange(event.entries);
        return;
      case 'session':
        this.#outcome = null;
        this.#findings.length = 0;
        return;
      case 'doing':
        this.#activity = event.what;
        return;
      case 'built':
        this.#spent[event.cached ? 'cachedBuilds' : 'builds']++;
        this.#spent.buildSeconds += event.seconds;
        return;
      case 'same':
        this.#merge(event.node, event.as);
        return;
      case 'unusable':
        this.#giveUp(event);
        return;
      case 'calibrated':
        this.#calibration = event.calibration;
        return;
      case 'seen':
        this.#takeRuns(event);
        return;
      case 'posterior':
        this.#masses.clear();
        for (const [node, mass] of event.masses) this.#masses.set(node, mass);
        this.#none = event.none;
        return;
      case 'finding':
        this.#find(event);
        return;
      case 'note':
        if (this.#notes.size < mostNotes) this.#notes.add(event.text);
        return;
      case 'end':
        this.#outcome = event.outcome;
        this.#activity = null;
        return;
    }
  }

  /** @throws Error before the header was seen */
  summary(): BisectSummary {
    if (this.#header === null) throw new Error('a bisect without a header');
    return {
      header: this.#header,
      rows: this.#entries.map((entry, node) => this.#row(entry, node)),
      distinctBuilds: new Set(this.#builds).size,
      calibration: this.#calibration,
      nullMass: this.#none,
      activity: this.#activity,
      findings: [...this.#findings],
      unusable: [...this.#unusable],
      others: this.#otherFailures(),
      spent: { ...this.#spent, seconds: this.#seconds },
      notes: [...this.#notes],
      outcome: this.#outcome,
    };
  }

  /** Time between sessions is not the bisect's. */
  #tick({ type, t }: BisectEvent): void {
    if (type !== 'session' && type !== 'bisect' && this.#last !== null) {
      this.#seconds += Math.max(0, t - this.#last) / 1000;
    }
    this.#last = t;
  }

  #beginRange(entries: RangeEntry[]): void {
    const numbers = new Map<string, number>();
    this.#entries = entries;
    this.#builds = entries.map(({ inputs }) => {
      const number = numbers.get(inputs) ?? numbers.size;
      numbers.set(inputs, number);
      return number;
    });
  }

  #merge(node: number, as: number): void {
    const [from, to] = [this.#builds[node] ?? 0, this.#builds[as] ?? 0];
    if (from === to) return;
    this.#builds = this.#builds.map((build) => (build === from ? to : build));
    const [a, b] = [this.#seen.get(from), this.#seen.get(to)];
    this.#seen.delete(from);
    if (a !== undefined) {
      this.#seen.set(to, { failures: a.failures + (b?.failures ?? 0), runs: a.runs + (b?.runs ?? 0) });
    }
  }

  #giveUp({ node, kind, reason, log }: Extract<BisectEvent, { type: 'unusable' }>): void {
    if (kind === 'build') this.#spent.failedBuilds++;
    this.#lost.add(this.#builds[node] ?? -1);
    this.#unusable.push({ commit: this.#commit(node), kind, reason, log });
  }

  /** What is shown of a revision is what was seen under the frozen condition. */
  #takeRuns({ node, condition, seen, others, runs, from }: SeenEvent): void {
    if (from === null) this.#spent.runs += runs;
    for (const { title, verdict, count } of others) {
      const key = `${verdict} ${title}`;
      const other = this.#others.get(key) ?? { title, verdict, count: 0, nodes: new Set<number>() };
      other.count += count;
      other.nodes.add(node);
      this.#others.set(key, other);
    }
    if (seen.runs === 0 || (this.#calibration !== null && condition !== this.#calibration.condition)) return;
    const build = this.#builds[node] ?? 0;
    const before = this.#seen.get(build) ?? { failures: 0, runs: 0 };
    this.#seen.set(build, { failures: before.failures + seen.failures, runs: before.runs + seen.runs });
  }

  #find({ verb, state, suspects, posterior, check }: Extract<BisectEvent, { type: 'finding' }>): void {
    this.#findings.push({
      verb,
      state,
      suspects: suspects.map(({ node, mass, files }) => ({ commit: this.#commit(node), files, mass })),
      posterior,
      check,
    });
  }

  #row(entry: RangeEntry, node: number): BisectRow {
    const build = this.#builds[node] ?? 0;
    const seen = this.#seen.get(build);
    const state =
      this.#lost.has(build) || !entry.exists || entry.forked === true
        ? 'unusable'
        : seen === undefined
          ? 'unseen'
          : 'seen';
    return {
      commit: commitOf(entry),
      build,
      mass: this.#masses.get(node) ?? 0,
      state,
      rate: seen === undefined ? null : rateInterval(seen.failures, seen.runs),
    };
  }

  #commit(node: number): BisectCommit {
    const entry = this.#entries[node];
    if (entry === undefined) throw new Error(`no node ${node} in the range`);
    return commitOf(entry);
  }

  #otherFailures(): OtherFailure[] {
    return [...this.#others.values()]
      .map(({ title, verdict, count, nodes }) => ({ title, verdict, count, commits: nodes.size }))
      .sort((a, b) => b.count - a.count);
  }
}

function commitOf({ commit, name, subject, author, authorDate }: RangeEntry): BisectCommit {
  return { commit, name, subject, author, authorDate };
}
