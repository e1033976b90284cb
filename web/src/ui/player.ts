import { $, $$, on } from './dom';

/* A recording: speed buttons [data-speed="1.5"], and transcript lines [data-at="seconds"] that seek and follow. */
const player = (el: Element): HTMLAudioElement | null => $<HTMLAudioElement>('audio[data-player]', el.closest('[data-recording]') ?? document);

on('click', '[data-speed]', (el) => {
  const audio = player(el);
  if (!audio) return;
  audio.playbackRate = Number(el.dataset['speed']);
  for (const b of $$('[data-speed]', el.parentElement!)) b.setAttribute('aria-pressed', String(b === el));
});
on('click', '[data-at]', (el) => {
  const audio = player(el);
  if (!audio) return;
  audio.currentTime = Number(el.dataset['at']);
  void audio.play();
});
document.addEventListener(
  'timeupdate',
  (ev) => {
    const audio = ev.target as HTMLAudioElement;
    if (!audio.matches?.('[data-player]')) return;
    const lines = $$('[data-at]', audio.closest('[data-recording]') ?? document);
    const now = lines.filter((l) => Number(l.dataset['at']) <= audio.currentTime).at(-1);
    for (const l of lines) l.toggleAttribute('data-now', l === now && !audio.paused);
  },
  true,
);
