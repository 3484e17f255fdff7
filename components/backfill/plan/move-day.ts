import { addMonths, weekdayOf } from './year-months.ts';

/** What the keys of a calendar move by (ARIA Authoring Practices, "Date Picker Dialog"). */
export function moveDay(day: number, key: string, isCtrl: boolean): number | null {
  switch (key) {
    case 'ArrowLeft':
      return day - 1;
    case 'ArrowRight':
      return day + 1;
    case 'ArrowUp':
      return day - 7;
    case 'ArrowDown':
      return day + 7;
    case 'PageUp':
      return addMonths(day, isCtrl ? -12 : -1);
    case 'PageDown':
      return addMonths(day, isCtrl ? 12 : 1);
    case 'Home':
      return day - weekdayOf(day);
    case 'End':
      return day + 6 - weekdayOf(day);
    default:
      return null;
  }
}
