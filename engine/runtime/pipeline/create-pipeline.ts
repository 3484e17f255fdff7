import { addCounts, type Counts, zeroCounts } from '../../events/counts.ts';
import { CONFLICT } from '../../events/disposition.ts';
import { columnOf, type EventBatch } from '../../events/event-batch.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { createAssignDay, UNDATED } from '../../operators/assign-day.ts';
import { deduplicate } from '../../operators/deduplicate.ts';
import { createHashPayload } from '../../operators/hash-payload.ts';
import { createMatchPredicates } from '../../operators/match-predicates.ts';
import { ACCEPTED, createValidate } from '../../operators/validate.ts';
import { createWatermark } from '../../operators/watermark.ts';
import { createLender } from '../../state/loan.ts';
import { applyRows } from './apply-rows.ts';
import { createBatchScratch } from './batch-scratch.ts';
import { checkOptions, misuse } from './check-options.ts';
import { hasTies, logConflict, reserveWinners, winnersOf } from './conflict-log.ts';
import { restoreDay, snapshotDay } from './day-snapshot.ts';
import {
  createDayState,
  createDayTables,
  type DayState,
  type DayTables,
  reuseDayTables,
} from './day-state.ts';
import { figuresOfDay } from './figures-of-day.ts';
import { createMaskLayouts } from './mask-layout.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';
import { type PipelineSnapshot, snapshotDictionaries } from './pipeline-snapshot.ts';
import { layOutPlan } from './plan-layout.ts';
import { createRowFates, noteApplied, noteLate, noteVerdicts } from './row-fates.ts';

const END = -1;

/**
 * Builds the pipeline of a plan.
 *
 * @throws GmvError `pipeline` when the plan's currency is open, or options do not fit the mode.
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { plan, dictionaries, calendar, mode, winners, from, only = null } = options;
  checkOptions(options);
  const live = mode === 'live';
  const keep = options.days ?? { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const layout = layOutPlan(plan);
  const layoutOfMask = createMaskLayouts(layout);
  const validate = createValidate({ plan, dictionaries });
  const assignDay = createAssignDay({ calendar, limits: plan.limits });
  const hashPayload = createHashPayload({
    schema: plan.schema,
    payload: plan.deduplicate.payload,
    dictionaries,
  });
  const matchPredicates = createMatchPredicates({ predicates: plan.predicates, dictionaries });
  const watermark = createWatermark({
    ...plan.limits,
    from,
  });
  const totals = zeroCounts();
  const states = new Map<number, DayState>();
  let scratch = createBatchScratch(layout, 0);
  /** Per position of a day: the first accepted row of the batch. */
  let heads = new Int32Array(64).fill(END);
  let sealedThrough = from?.sealedThrough ?? (options.firstDay ?? Number.NEGATIVE_INFINITY) - 1;
  /** Tables of the day given away last: another one will need about as much room. */
  let spare: DayTables | null = null;
  /** Sealed days that were taken, and are held until they are dropped. */
  const given = new Set<number>();
  const lateByDay = new Map(from?.lateByDay);
  let fates = createRowFates(0, validate.reasons);
  let dataTo = from?.dataToMs ?? Number.NEGATIVE_INFINITY;
  if (from) {
    addCounts(totals, from.counts);
    for (const day of from.days) states.set(day.index, restoreDay(day, calendar.dayOfIndex(day.index)));
  }

  const stateOf = (index: number): DayState => {
    const known = states.get(index);
    if (known) return known;
    const state = createDayState(calendar.dayOfIndex(index));
    states.set(index, state);
    return state;
  };

  const tablesOf = (index: number): DayTables => {
    const state = stateOf(index);
    if (state.tables) return state.tables;
    const { day } = state;
    const reused = spare && reuseDayTables(spare, day);
    if (reused) spare = null;
    const tables = reused ?? createDayTables({ layout, day, trackChanges: live });
    if (winners) reserveWinners(tables.dedup, winners, day);
    state.tables = tables;
    return tables;
  };

  /** Counts into the totals and, where it has one that is open, the day. */
  const count = (index: number | null, more: Partial<Counts>): void => {
    const counts = { ...zeroCounts(), ...more };
    addCounts(totals, counts);
    if (index === null || index <= sealedThrough) return;
    const state = stateOf(index);
    addCounts(state.counts, counts);
    state.countsChanged = true;
  };

  /** Counts rejected rows and chains the others by day; returns the days met and the latest accepted event time. */
  const sortRows = (batch: EventBatch, ownsUndated: boolean): { met: number[]; latest: number } => {
    const { verdicts, day, next } = scratch;
    const times = columnOf(batch.numbers, 'event_time');
    const met: number[] = [];
    let latest = Number.NEGATIVE_INFINITY;
    for (let row = batch.length - 1; row >= 0; row--) {
      const position = day[row]!;
      const verdict = verdicts[row]!;
      if (position !== UNDATED) {
        const { index } = assignDay.days[position]!;
        if (index < keep.from || index > keep.to) continue;
        if (only !== null && !only.has(index)) continue;
        if (verdict !== ACCEPTED) {
          count(index, { rows: 1, rejected: 1, rejectedBy: { [validate.reasons[verdict]!]: 1 } });
          continue;
        }
        if (times[row]! > latest) latest = times[row]!;
        if (heads[position] === END) met.push(position);
        next[row] = heads[position]!;
        heads[position] = row;
      } else if (ownsUndated) {
        count(null, { rows: 1, rejected: 1, rejectedBy: { [validate.reasons[verdict]!]: 1 } });
      }
    }
    return { met, latest };
  };

  /** Takes the accepted rows of one day. */
  const takeDay = (batch: EventBatch, position: number): void => {
    const { accepted, next, fresh, payload } = scratch;
    const { eventId } = batch;
    const times = columnOf(batch.numbers, 'event_time');
    let length = 0;
    for (let row = heads[position]!; row !== END; row = next[row]!) accepted[length++] = row;
    heads[position] = END;
    const { index, startMs: dayStartMs } = assignDay.days[position]!;
    if (index <= sealedThrough) {
      count(null, { rows: length, late: length });
      lateByDay.set(index, (lateByDay.get(index) ?? 0) + length);
      if (batch.records) noteLate(fates, accepted, length);
      return;
    }
    const tables = tablesOf(index);
    const input = { eventId, times, payload, rows: accepted, length, dayStartMs };
    deduplicate(tables.dedup, input, fresh, (row, at) => {
      if (batch.records) fates.disposition[row] = CONFLICT;
      if (live) return;
      const timeInDay = times[row]! - dayStartMs;
      logConflict(tables.conflicts, tables.dedup, at, { row, eventId, payload, timeInDay });
    });
    const { rows, length: applied, duplicates, conflicts } = fresh;
    if (batch.records) noteApplied(fates, rows, applied);
    count(index, { rows: length, applied, duplicates, conflicts });
    for (let i = 0; i < applied; i++) if (times[rows[i]!]! > dataTo) dataTo = times[rows[i]!]!;
    applyRows(tables, { layout, layoutOfMask, dictionaries, batch, scratch, rows, length: applied });
  };

  const figures = (state: DayState, extent: 'complete' | 'changes'): DayFigures =>
    figuresOfDay({ state, layout, dictionaries, extent });

  /** Index of the last day whose end the watermark has passed by the allowed lateness. */
  const passedThrough = (): number => {
    const mark = watermark.currentMs();
    if (!live || mark === null) return Number.NEGATIVE_INFINITY;
    return calendar.dayOf(mark - plan.limits.allowedLatenessMs - 1).index - 1;
  };

  const lastSealed = (): number | null => (Number.isFinite(sealedThrough) ? sealedThrough : null);

  const openDays = (): number[] => [...states.keys()].sort((a, b) => a - b);

  /** Keeps the room of tables that are done with, unless a snapshot may still read them: nobody may clear those. */
  const retire = (state: DayState | undefined): void => {
    if (!lender.isLent()) spare = state?.tables ?? spare;
  };

  const finish = (index: number): DayFigures => {
    const state = stateOf(index);
    const complete = figures(state, 'complete');
    retire(state);
    states.delete(index);
    return complete;
  };

  const lender = createLender<PipelineSnapshot>((holding) => ({
    plan: plan.fingerprint,
    mode,
    counts: { ...totals, rejectedBy: { ...totals.rejectedBy } },
    ...watermark.snapshot(),
    sealedThrough: lastSealed(),
    lateByDay: [...lateByDay],
    dataToMs: Number.isFinite(dataTo) ? dataTo : null,
    dictionaries: snapshotDictionaries(dictionaries),
    days: openDays().map((index) => snapshotDay(stateOf(index), holding)),
  }));

  return {
    process(batch, { partition, ownsUndated = true }) {
      if (batch.length > scratch.capacity) scratch = createBatchScratch(layout, batch.capacity);
      validate.process(batch, scratch.verdicts);
      assignDay.process(batch, scratch);
      if (heads.length < assignDay.days.length) {
        heads = new Int32Array(assignDay.days.length * 2).fill(END);
      }
      hashPayload.process(batch, scratch.payload);
      matchPredicates.process(batch, scratch.masks);
      if (batch.records) fates = noteVerdicts(fates, batch, scratch.verdicts);
      const { met, latest } = sortRows(batch, ownsUndated);
      for (const position of met) takeDay(batch, position);
      if (met.length > 0) watermark.observe(partition, latest);
      return batch.records && fates;
    },
    setPartitions: watermark.setPartitions,
    counts: () => ({ ...totals, rejectedBy: { ...totals.rejectedBy } }),
    watermarkMs: () => watermark.currentMs(),
    dataToMs: () => (dataTo === Number.NEGATIVE_INFINITY ? null : dataTo),
    takeChanges() {
      if (!live) throw misuse('a bounded pipeline keeps no changes', 'Call finishDay.');
      // A sealed day is told whole when it is taken; until then its last changes count as any others.
      const untold = openDays().filter((index) => !given.has(index));
      const changes = untold.map((index) => {
        const state = stateOf(index);
        return { told: state.countsChanged, day: figures(state, 'changes') };
      });
      return changes.filter(({ told, day }) => told || day.rollups.length > 0).map(({ day }) => day);
    },
    sealDue() {
      const through = passedThrough();
      return through > sealedThrough && openDays().some((index) => index > sealedThrough && index <= through);
    },
    seal() {
      sealedThrough = Math.max(sealedThrough, passedThrough());
    },
    sealedThrough: lastSealed,
    takeSealed() {
      const sealed = openDays().filter((index) => index <= sealedThrough && !given.has(index));
      for (const index of sealed) given.add(index);
      return sealed.map((index) => figures(stateOf(index), 'complete'));
    },
    dropSealed(label) {
      const { index } = calendar.dayOfLabel(label);
      if (!given.delete(index)) return;
      retire(states.get(index));
      states.delete(index);
    },
    lateDays: () =>
      [...lateByDay]
        .sort(([a], [b]) => a - b)
        .map(([index, events]) => ({ day: calendar.dayOfIndex(index).label, events })),
    openDays,
    conflictWinners(dayIndex) {
      const state = states.get(dayIndex);
      return state?.tables ? winnersOf(state.tables.conflicts, state.day) : null;
    },
    hasConflictTies(dayIndex) {
      const tables = states.get(dayIndex)?.tables;
      return tables ? hasTies(tables.conflicts) : false;
    },
    finishDay(dayIndex) {
      if (live) throw misuse('live days are sealed, not finished', 'Call takeSealed.');
      return finish(dayIndex);
    },
    snapshot: lender.copy,
    lend: lender.lend,
  };
}
