/** The array, or one of twice its length or `atLeast` that begins alike. */
export function growRoom<A extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  room: A,
  atLeast: number,
): A {
  if (atLeast <= room.length) return room;
  const grown = new (room.constructor as new (length: number) => A)(Math.max(atLeast, room.length * 2));
  grown.set(room);
  return grown;
}
