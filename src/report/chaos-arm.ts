/** What a condition's canonical text says of its chaos; null without any. */
export function chaosArm(condition: string): { arm: string; parameter: number | null } | null {
  const [, arm, parameter] = /(?:^|,)chaos:([a-z]+)(?::(\d+))?/.exec(condition) ?? [];
  return arm === undefined ? null : { arm, parameter: parameter === undefined ? null : Number(parameter) };
}

/** Whether calls of the test are intercepted under a condition; late timers are not made that way. */
export function intercepts(condition: string): boolean {
  const { arm = 'slack' } = chaosArm(condition) ?? {};
  return arm !== 'slack';
}
