/**
 * One order event as a plain object, with the schema's column names: for edges (writing files, the simulator's
 * text, tests), never for the hot path. `null` stands for a null in any column, also where that rejects it.
 */
export type OrderEvent = Readonly<Record<string, string | number | null>>;
