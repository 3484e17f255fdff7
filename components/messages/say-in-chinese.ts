import { fillBlanks, type Heard, hear } from '../../engine/protocol/sayings.ts';
import { saidZhCN } from './said-zh-cn.ts';

/**
 * What the server said, in Chinese: sentence by sentence, and sentences within blanks, too. What is none of its own
 * sentences (a file's problem) stays as it is.
 */
export function sayInChinese(text: string): string {
  for (let end = text.indexOf('. '); end >= 0; end = text.indexOf('. ', end + 1)) {
    const rest = text.slice(end + 2);
    const first = hear(text.slice(0, end)) ?? hear(text.slice(0, end + 1));
    if (first && sayInChinese(rest) !== rest)
      return `${inChinese(first).replace(/。$/, '')}。${sayInChinese(rest)}`;
  }
  const whole = hear(text);
  return whole ? inChinese(whole) : text;
}

function inChinese({ code, given }: Heard): string {
  const filled = Object.entries(given).map(([name, text]) => [name, sayInChinese(text)]);
  return fillBlanks(saidZhCN[code], Object.fromEntries(filled));
}
