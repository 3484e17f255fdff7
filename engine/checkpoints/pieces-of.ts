import type { Lanes } from '../state/grow.ts';
import { LentArray, PAGE } from '../state/lent-array.ts';

/**
 * Gives the bytes of an array piece by piece, each to the front of `room`, and says how many; 0 at the end. There is room
 * for a page, at a place where elements may begin. A lent array is read by that.
 */
export function piecesOf(array: Lanes | LentArray): (room: Uint8Array) => number {
  if (array instanceof LentArray) {
    const { bytesPerElement } = array;
    return ({ buffer, byteOffset, length }) => {
      const elements = Math.floor(length / bytesPerElement / PAGE) * PAGE;
      return array.read(array.over(buffer, byteOffset, elements)) * bytesPerElement;
    };
  }
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let at = 0;
  return (room) => {
    const piece = bytes.subarray(at, at + room.length);
    room.set(piece);
    at += piece.length;
    return piece.length;
  };
}
