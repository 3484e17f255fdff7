import { InvalidArgumentError } from 'commander';
import { isCurrencyCode } from '../plan/currency-code.ts';

/** An IANA time zone. */
export function timeZone(text: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    throw new InvalidArgumentError('Use an IANA name such as Asia/Shanghai or UTC.');
  }
}

/** An ISO 4217 code. */
export function currency(text: string): string {
  if (isCurrencyCode(text)) return text;
  throw new InvalidArgumentError('Use an ISO 4217 code such as CNY.');
}

/** A name that Kafka allows. */
export function topicName(text: string): string {
  if (/^[\w.-]{1,249}$/.test(text) && text !== '.' && text !== '..') return text;
  throw new InvalidArgumentError('Use letters, digits, ".", "_" and "-", 249 at most.');
}

/** host:port, several by commas. */
export function brokerList(text: string): string[] {
  const brokers = text.split(',').map((part) => part.trim());
  if (brokers.every((broker) => /^\S+:\d+$/.test(broker))) return brokers;
  throw new InvalidArgumentError('Use host:port, several by commas.');
}

/** A number above 0; `×60` is 60. */
export function positive(text: string): number {
  const value = Number(text.replace(/^[×x]/, ''));
  if (value > 0 && value <= 1e9) return value;
  throw new InvalidArgumentError('Give a number above 0.');
}

/** An integer within bounds, both inclusive. */
export function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give an integer from ${least} to ${most}.`);
  };
}
