/** A checkpoint is not as it was written; the message says how, as a sentence about the checkpoint. */
export class Damage extends Error {
  override readonly name = 'Damage';
}
