/** Report about ten times a second how loud a stream is, from 0 to 1. Returns how to stop. */
export function watchLoudness(stream: MediaStream, report: (level: number) => void): () => void {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);
    report(Math.min(1, loudness * 5));
  }, 90);
  return () => {
    clearInterval(timer);
    void audio.close();
  };
}
