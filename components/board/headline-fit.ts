/** One way of writing the headline: `text` as it stands, with `small` characters at its end set smaller. */
export interface HeadlineForm {
  readonly text: string;
  readonly small: number;
}

/** Size of the small part relative to the digits. */
export const SMALL_SCALE = 0.5;

/** The headline is at least this much of the screen's height. */
const LEAST = 0.084;

/** Advance width of a character of the headline's type, in em; a little more than measured. */
function advance(character: string): number {
  if (/[0-9]/.test(character)) return 0.645;
  if (/[.,\s]/.test(character)) return 0.31;
  if (/[⺀-鿿]/.test(character)) return 1.02;
  return 0.9;
}

/** Width of a form at a font size of 1. */
export function formWidth({ text, small }: HeadlineForm): number {
  const characters = [...text];
  const from = characters.length - small;
  return characters.reduce((sum, c, i) => sum + advance(c) * (i >= from ? SMALL_SCALE : 1), 0);
}

/**
 * Picks the longest form that fits at no less than 8 % of the screen's height, as large as it fits, up to
 * `most` of that height. The last form is taken even if it must be smaller.
 */
export function fitHeadline(options: {
  readonly forms: readonly HeadlineForm[];
  readonly width: number;
  readonly screenHeight: number;
  readonly most: number;
}): { readonly form: number; readonly fontPx: number } {
  const { forms, width, screenHeight, most } = options;
  const least = LEAST * screenHeight;
  let form = forms.findIndex((candidate) => formWidth(candidate) * least <= width);
  if (form < 0) form = forms.length - 1;
  const fits = width / formWidth(forms[form] ?? { text: '0', small: 0 });
  return { form, fontPx: Math.min(fits, Math.max(least, most * screenHeight)) };
}
