/** Two short tones, made here: no file to load when it matters. */
export function ring(): void {
  try {
    const audio = new AudioContext();
    const tone = (at: number, hertz: number) => {
      const oscillator = audio.createOscillator();
      const gain = audio.createGain();
      oscillator.frequency.value = hertz;
      gain.gain.setValueAtTime(0, audio.currentTime + at);
      gain.gain.linearRampToValueAtTime(0.2, audio.currentTime + at + 0.02);
      gain.gain.linearRampToValueAtTime(0, audio.currentTime + at + 0.22);
      oscillator.connect(gain).connect(audio.destination);
      oscillator.start(audio.currentTime + at);
      oscillator.stop(audio.currentTime + at + 0.24);
    };
    tone(0, 880);
    tone(0.28, 660);
    window.setTimeout(() => void audio.close(), 1_000);
  } catch {
    // A browser may refuse sound before the first touch; the screen speaks anyway.
  }
}
