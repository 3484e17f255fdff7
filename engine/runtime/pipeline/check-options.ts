import { GmvError } from '../../errors.ts';
import type { PipelineOptions } from './pipeline.ts';
import { restoreDictionaries } from './pipeline-snapshot.ts';

/** A pipeline that is used otherwise than it can be. */
export function misuse(problem: string, remedy: string): GmvError {
  return new GmvError('pipeline', problem, remedy);
}

/**
 * Checks that options fit the mode and each other, and fills the dictionaries of a pipeline that goes on from a snapshot.
 *
 * @throws GmvError `pipeline`
 */
export function checkOptions(options: PipelineOptions): void {
  const { plan, calendar, mode, days, only, firstDay, winners, from, dictionaries } = options;
  if (plan.currency === null) {
    throw misuse('the plan leaves the currency open', "Resolve it from the first row's currency before.");
  }
  if (calendar.timeZone !== plan.timeZone) {
    throw misuse(
      `the calendar is of ${calendar.timeZone}, the plan of ${plan.timeZone}`,
      "Create the calendar with the plan's time zone.",
    );
  }
  if (mode === 'live' && (days || only || winners)) {
    throw misuse(
      'days and winners are options of a bounded pipeline',
      'Leave them out, or use mode bounded.',
    );
  }
  if (mode === 'bounded' && firstDay !== undefined) {
    throw misuse('firstDay is an option of a live pipeline', 'Use days.');
  }
  if (!from) return;
  if (from.plan !== plan.fingerprint || from.mode !== mode) {
    throw misuse(
      `the snapshot is of plan ${from.plan}, ${from.mode}, not of ${plan.fingerprint}, ${mode}`,
      'Begin without a snapshot, from the first offset that is to count.',
    );
  }
  const filled = restoreDictionaries(dictionaries, from.dictionaries);
  if (filled !== null) {
    throw misuse(`the dictionary of ${filled} holds values already`, 'Give the pipeline empty dictionaries.');
  }
}
