import { $$ } from './dom';

/* <time data-since="epoch-seconds">: timers of running calls. <time data-relative datetime>: "6 min ago", kept true. */
function relative(at: number, now: number): string | null {
  const s = now - at;
  if (s < 45) return 'just now';
  if (s >= 7 * 86400) return null;
  const [size, name] = s < 3600 ? [60, 'min'] : s < 86400 ? [3600, 'h'] : [86400, 'd'];
  return `${Math.max(1, Math.round(s / (size as number)))} ${name} ago`;
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
