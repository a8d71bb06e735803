/**
 * Whether what is done to one object can be seen at the other: at itself, and from ring to ring, because a ring can post to
 * another one (IORING_OP_MSG_RING), which the call does not show.
 * @param one name of an object as in traces: `ring1`, `eventfd2`; null: none is known
 */
export function mayMeet(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  return one === other || (isRing(one) && isRing(other));
}

function isRing(object: string): boolean {
  return /^ring\d+$/.test(object);
}
