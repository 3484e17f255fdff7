/** Viewers see; operators start, approve, undo. */
export type Role = 'viewer' | 'operator';

/** Who asks, as the server knows them. */
export interface Session {
  readonly role: Role;
  /** What every change must bring along, in the header of {@link CSRF_HEADER}; null for viewers. */
  readonly csrf: string | null;
  /** When the session ends by itself; epoch ms, null for viewers. */
  readonly endsAtMs: number | null;
}

export const CSRF_HEADER = 'x-gmv-csrf';
