/** What a condition's canonical text says of its chaos; null without any. */
export function chaosArm(condition: string): { arm: string; parameter: number | null } | null {
  const [, arm, parameter] = /(?:^|,)chaos:([a-z]+)(?::(\d+))?/.exec(condition) ?? [];
  return arm === undefined ? null : { arm, parameter: parameter === undefined ? null : Number(parameter) };
}
