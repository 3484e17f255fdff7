/** Whether a text has the form of a currency of ISO 4217: three capital letters. */
export const isCurrencyCode = (text: string): boolean => /^[A-Z]{3}$/.test(text);
