/** What scripts leave to the engine that they are for. */
export interface SqlDialect {
  /** Names the language in errors. */
  readonly name: string;
  /** A name as the engine takes it. */
  identifier(name: string): string;
  /** Whether a column's text has more UTF-8 bytes. */
  isLonger(column: string, bytes: number): string;
  /** Whether a number column's value has a fraction; absent where such columns are read as integers. */
  hasFraction?(column: string): string;
  /** Text that is null. */
  readonly nullText: string;
  /**
   * `left ÷ right`, rounded half away from zero in integers; null where `right` is zero. `decimals` more digits
   * are kept and make it a fraction.
   */
  divide(left: string, right: string, decimals: number): string;
}

/** One step of a script: what it does, in a line or more, and the statement without its semicolon. */
export interface Statement {
  readonly about: string;
  readonly sql: string;
}
