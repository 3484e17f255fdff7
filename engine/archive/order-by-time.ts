/** Up to so many rows a time and a row's number fit into one exact float. */
const MOST_KEY = Number.MAX_SAFE_INTEGER;

/** Numbers of the rows 0 … `length`−1 by time, then by number; null (NaN) last. */
export function orderByTime(times: Float64Array, length: number): Uint32Array {
  const order = new Uint32Array(length);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sorted = true;
  let before = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < length; row++) {
    const time = times[row]!;
    order[row] = row;
    sorted &&= time >= before;
    before = time;
    if (time < min) min = time;
    if (time > max) max = time;
  }
  const noTimes = min > max;
  if (sorted || noTimes) return order;
  const last = max - min + 1;
  // A power of two, so that dividing by it is exact.
  const stride = 2 ** Math.ceil(Math.log2(length));
  if ((last + 1) * stride > MOST_KEY) {
    const at = (row: number): number => (Number.isNaN(times[row]) ? Number.POSITIVE_INFINITY : times[row]!);
    return order.sort((a, b) => (at(a) === at(b) ? a - b : at(a) - at(b)));
  }
  // Sorting floats without a comparison of our own is several times as fast.
  const keys = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const time = times[row]!;
    keys[row] = (Number.isNaN(time) ? last : time - min) * stride + row;
  }
  keys.sort();
  for (let i = 0; i < length; i++) order[i] = keys[i]! - Math.floor(keys[i]! / stride) * stride;
  return order;
}
