import { $, $$, on } from './dom';
import { word } from './words';

/**
 * <input type="password" data-strength="#meter">: a meter of ten points and ticks for the rules, while typing.
 * The server decides; this only tells early. Points as on the server: length, classes, mixes, minus repeats and runs.
 */
const LABELS = ['very_weak', 'very_weak', 'very_weak', 'weak', 'weak', 'fair', 'fair', 'strong', 'strong', 'very_strong', 'very_strong'];
const CLASSES = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/];
const RULES: Record<string, (p: string) => boolean> = {
  length: (p) => p.length >= 12,
  lower: (p) => /[a-z]/.test(p),
  upper: (p) => /[A-Z]/.test(p),
  digit: (p) => /\d/.test(p),
  symbol: (p) => /[^A-Za-z0-9]/.test(p),
};

export function points(password: string): number {
  const classes = CLASSES.filter((c) => c.test(password)).length;
  let score = [8, 12, 16, 20].filter((n) => password.length >= n).length + classes;
  if (classes >= 3) score += 1;
  if (classes === 4) score += 1;
  if (/(.)\1\1/.test(password)) score -= 1;
  if (classes === 1) score -= 1;
  if (/abc|bcd|cde|xyz|123|234|345|456|567|678|789/i.test(password)) score -= 1;
  return Math.max(0, Math.min(10, score));
}

on('input', '[data-strength]', (el) => {
  const value = (el as HTMLInputElement).value;
  const box = $(el.dataset['strength']!);
  if (!box) return;
  const n = value ? points(value) : 0;
  const meter = $<HTMLMeterElement>('meter', box);
  if (meter) meter.value = n;
  const label = $('[data-label]', box);
  if (label) label.textContent = value ? word(LABELS[n]!) : '';
  for (const rule of $$('[data-rule]', box)) rule.dataset['met'] = String(!!RULES[rule.dataset['rule']!]?.(value));
});
