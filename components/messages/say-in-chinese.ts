import { fillBlanks, type Heard, hear } from '../../engine/protocol/sayings.ts';
import { saidZhCN } from './said-zh-cn.ts';

/**
 * What the server said, in Chinese: sentence by sentence, those within blanks, lists and behind names, too. What is none
 * of its own (an error of the system or of a library) stays as it is.
 */
export function sayInChinese(text: string): string {
  return sentences(text, new Map());
}

/** `said`: what was tried of the text already, as each sentence may be one of several. */
function sentences(text: string, said: Map<string, string>): string {
  const known = said.get(text);
  if (known !== undefined) return known;
  for (let end = text.indexOf('. '); end >= 0; end = text.indexOf('. ', end + 1)) {
    const rest = text.slice(end + 2);
    const restSaid = sentences(rest, said);
    if (restSaid === rest) continue;
    const first = text.slice(0, end);
    const whole = hear(first) ?? hear(`${first}.`);
    return `${(whole ? inChinese(whole) : clause(first)).replace(/。$/, '')}。${restSaid}`;
  }
  const last = clause(text);
  said.set(text, last);
  return last;
}

/** `first; second`, and `name: what is said of it`. */
function clause(text: string): string {
  const heard = hear(text);
  if (heard) return inChinese(heard);
  const items = text.split('; ');
  if (items.length > 1) return listed(items, items.map(clause));
  const colon = text.indexOf(': ');
  if (colon < 0) return text;
  const told = text.slice(colon + 2);
  const said = clause(told);
  return said === told ? text : `${clause(text.slice(0, colon))}：${said}`;
}

const listed = (items: readonly string[], said: readonly string[]): string =>
  said.some((each, i) => each !== items[i]) ? said.join('；') : items.join('; ');

function inChinese({ code, given }: Heard): string {
  const filled = Object.entries(given).map(([name, text]) => [name, sayInChinese(text)]);
  return fillBlanks(saidZhCN[code], Object.fromEntries(filled));
}
