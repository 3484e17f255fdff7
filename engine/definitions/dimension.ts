import type { Title } from './metric.ts';

/** A dimension read from a category column, whose null is a key of its own. */
export interface ColumnDimension {
  readonly name: string;
  readonly title: Title;
  readonly column: string;
}

/** A dimension computed from the event's time in the business time zone: the local hour, 0–23. */
export interface DerivedDimension {
  readonly name: string;
  readonly title: Title;
  readonly derived: 'hour_of_day';
}

export type DimensionDefinition = ColumnDimension | DerivedDimension;

/** Declares a dimension; see {@link DimensionDefinition}. */
export function defineDimension<const D extends DimensionDefinition>(dimension: D): D {
  return dimension;
}
