/** What is simulated, each with every cost model: the grid, and what bisect.md calls the world when it is not so simple. */
export function allCells() {
  const grid = [16, 128, 1024, 4000].flatMap((size) => [0.5, 0.05, 0.01, 0.002].map((p) => cell({ size, p })));
  return [...grid, ...specialCells()];
}

/** Seconds a build, seconds a run. */
export const costModels = [
  { build: 10, run: 0.01 },
  { build: 2, run: 0.2 },
];

function specialCells() {
  const hot = { share: 0.05, weight: 10, right: 0.9 };
  return [
    cell({ name: 'background', what: 'background rate 0.002 on the good side', q: 0.002 }),
    cell({ name: 'drift', what: 'failing rate times a lognormal factor of each commit, s = 0.5', drift: 0.5 }),
    cell({ name: 'step-4', what: 'failing rate a quarter from somewhere before the change on', step: 0.25 }),
    cell({ name: 'step-10', what: 'failing rate a tenth from somewhere before the change on', step: 0.1 }),
    cell({ name: 'regression', what: 'the new end fails', fails: 'new', peers: false }),
    cell({ name: 'warm', what: '10 failures known from a hunt', warm: 10, peers: false }),
    cell({ name: 'hot-right', what: '5 % of commits weigh 10, right in 9 of 10', hot, peers: false }),
    cell({ name: 'hot-wrong', what: '5 % of commits weigh 10, always wrong', hot: { ...hot, right: 0 }, peers: false }),
    cell({
      name: 'hot-chance',
      what: '20 % of commits weigh 20, right by chance',
      hot: { share: 0.2, weight: 20, right: null },
      peers: false,
    }),
    cell({ name: 'no-change', what: 'nothing changed in the range', change: false, peers: false }),
  ];
}

/**
 * drift: s of the lognormal factor. step: factor of the failing rate between a random commit and the change. hot: share and weight of marked commits, and in what part of the histories the change
 * is one of them (null: by chance). warm: failures known beforehand. peers: the other methods can be compared there.
 */
function cell(properties) {
  return {
    name: 'plain',
    what: null,
    size: 1024,
    p: 0.05,
    q: 0,
    drift: 0,
    step: 1,
    fails: 'old',
    warm: 0,
    hot: null,
    change: true,
    peers: true,
    ...properties,
  };
}
