import { $$ } from './dom';
import { word } from './words';

/* <time data-since="epoch-seconds">: timers of running calls. <time data-relative datetime>: "6 min ago", kept true. */
const WEEK = 7 * 86400;

function relative(at: number, now: number): string | null {
  const size = Math.abs(now - at);
  if (size < 45) return word('just_now');
  if (size >= WEEK) return null;
  const [unit, name] = size < 3600 ? [60, word('min')] : size < 86400 ? [3600, word('h')] : [86400, word('d')];
  return word(at < now ? 'ago' : 'ahead', { amount: `${Math.max(1, Math.round(size / unit))} ${name}` });
}

let ticks = 0;
function tick(): void {
  if (document.hidden) return;
  const now = Date.now() / 1000;
  for (const el of $$('time[data-since]')) {
    const s = Math.max(0, Math.round(now - Number(el.dataset['since'])));
    el.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
  }
  if (ticks++ % 30) return;
  for (const el of $$<HTMLTimeElement>('time[data-relative]')) {
    const text = relative(Date.parse(el.dateTime) / 1000, now);
    if (text && el.textContent !== text) el.textContent = text;
  }
}
setInterval(tick, 1000);
tick();
