import fc from 'fast-check';
import { type CallClass, type Chaos, type Condition, callClasses, type Noise, type Pin } from '../model/condition.ts';
import { ownNoise, stressNgNoise } from './noise.ts';
import { preempts } from './preempt.ts';

const policies = ['free', 'one', 'spread', 'pair', 'shuffle'] as const;

const pin: fc.Arbitrary<Pin> = fc.oneof(
  fc.constantFrom(...policies).map((policy) => ({ policy })),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1 })
    .map((cpus) => ({ policy: 'list' as const, cpus: cpus.sort((a, b) => a - b) })),
);

const classes = fc.subarray<CallClass>([...callClasses], { minLength: 1 });
const maybe = (most: number) => fc.option(fc.integer({ min: 1, max: most }));

const event = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 3 }),
    fc.nat(100),
    fc.constantFrom('read', 'clone3', 'io_uring_enter', 'pwrite64'),
    fc.nat(4095),
    fc.nat(1000),
  )
  .map(([path, epoch, call, site, k]) => `${[0, ...path].join('.')}/${epoch}:${call}:${site.toString(16)}:${k}`);

const chaos: fc.Arbitrary<Chaos> = fc.oneof(
  fc.record({
    arm: fc.constantFrom('note' as const, 'handoff' as const, 'spawn' as const, 'shuffle' as const),
    classes,
  }),
  fc.record({
    arm: fc.constant('pct' as const),
    depth: fc.integer({ min: 1, max: 4 }),
    horizon: maybe(1_000_000_000),
    classes,
  }),
  fc.record({
    arm: fc.constant('delays' as const),
    count: fc.integer({ min: 1, max: 16 }),
    horizon: maybe(1_000_000_000),
    classes,
  }),
  fc.record({ arm: fc.constant('victim' as const), spanUs: maybe(3_600_000_000), classes }),
  fc
    .record({
      arm: fc.constant('force' as const),
      first: event,
      second: event,
      mode: fc.constantFrom('order' as const, 'interleave' as const),
      after: fc.constantFrom('done' as const, 'release' as const),
      offsetUs: fc.integer({ min: 0, max: 3_600_000_000 }),
      classes,
    })
    .filter(({ first, second }) => first !== second),
  fc.record({ arm: fc.constant('slack' as const), ms: fc.integer({ min: 1, max: 20 }) }),
);

const noise: fc.Arbitrary<Noise> = fc.record({
  classes: fc
    .uniqueArray(
      fc.record({ name: fc.constantFrom(...ownNoise, ...stressNgNoise), count: fc.integer({ min: 1, max: 1024 }) }),
      { minLength: 1, maxLength: 8, selector: ({ name }) => name },
    )
    .map((list) => list.sort((a, b) => (a.name < b.name ? -1 : 1))),
  cpus: fc.constantFrom('free', 'same'),
});

const quota = fc
  .record({ percent: fc.integer({ min: 1, max: 100 }), periodMs: fc.integer({ min: 1, max: 1000 }) })
  .filter(({ percent, periodMs }) => percent * periodMs >= 100);

/** Every condition that has a text, in normal form. */
export const anyCondition: fc.Arbitrary<Condition> = fc
  .record({
    pin,
    noise: fc.option(noise),
    chaos: fc.option(chaos),
    quota: fc.option(quota),
    preempt: fc.option(fc.constantFrom(...preempts)),
  })
  .filter(({ pin, noise, chaos, quota }) => {
    if (chaos?.arm !== 'pct' && chaos?.arm !== 'handoff') return true;
    const single = pin.policy === 'free' || (pin.policy === 'list' && pin.cpus.length === 1);
    return single && noise?.cpus !== 'same' && quota === null;
  });
