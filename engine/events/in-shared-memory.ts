/**
 * Plain data again, its typed arrays in memory that threads share: handing it to another thread neither copies nor moves
 * anything, and V8, which counts a moved buffer as new memory each time and collects for it, does not count it. Only one
 * thread may use it at a time: who has posted it leaves it alone until it comes back.
 */
export function inSharedMemory<T>(data: T): T {
  const places = new Map<ArrayBufferLike, SharedArrayBuffer>();
  const placeOf = (buffer: ArrayBufferLike): SharedArrayBuffer => {
    const known = places.get(buffer);
    if (known) return known;
    const place = new SharedArrayBuffer(buffer.byteLength);
    new Uint8Array(place).set(new Uint8Array(buffer));
    places.set(buffer, place);
    return place;
  };
  const share = (value: unknown): unknown => {
    if (value instanceof DataView) {
      return new DataView(placeOf(value.buffer), value.byteOffset, value.byteLength);
    }
    if (ArrayBuffer.isView(value)) {
      const { constructor: Lanes, byteOffset, length } = value as Uint8Array;
      return Reflect.construct(Lanes, [placeOf(value.buffer), byteOffset, length]);
    }
    if (Array.isArray(value)) return value.map(share);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, share(part)]));
  };
  return share(data) as T;
}

/** A copy of at least `atLeast` bytes and twice the length, zeros behind, in memory of the same kind. */
export function growBytes(bytes: Uint8Array, atLeast: number): Uint8Array {
  const length = Math.max(atLeast, bytes.length * 2);
  const isShared = bytes.buffer instanceof SharedArrayBuffer;
  const grown = new Uint8Array(isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
  grown.set(bytes);
  return grown;
}
