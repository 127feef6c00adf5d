// What the phone sounds like: recordings one after the other, and the tones of its keys.

const TONES = {
  1: [697, 1209], 2: [697, 1336], 3: [697, 1477],
  4: [770, 1209], 5: [770, 1336], 6: [770, 1477],
  7: [852, 1209], 8: [852, 1336], 9: [852, 1477],
  "*": [941, 1209], 0: [941, 1336], "#": [941, 1477],
};
const TONE_SECONDS = 0.12;
const RING = [440, 480];
const RING_SECONDS = 0.5;
const CHARACTERS_A_SECOND = 15;

/** Plays recordings in order; without sound it keeps their time, so that a reader has it too. */
export class Speaker {
  /** `onblocked` is called when the browser refuses to play before a click. */
  constructor(onblocked) {
    this.audio = new Audio();
    this.onblocked = onblocked;
    this.muted = false;
    this.turn = 0;
    this.finish = () => {};
  }

  mute(muted) {
    this.muted = muted;
    this.audio.muted = muted;
  }

  /** Ends what is playing, and with it the promises of `play`. */
  stop() {
    this.turn += 1;
    this.audio.pause();
    this.finish();
  }

  /** Plays one thing heard; true when it was played to its end, false when it was stopped. */
  async play({ audio, text }) {
    const turn = this.turn;
    await new Promise((resolve) => {
      this.finish = resolve;
      if (audio) this.#sound(audio, text, resolve);
      else this.#read(text, resolve);
    });
    return turn === this.turn;
  }

  async #sound(address, text, resolve) {
    this.audio.onended = resolve;
    this.audio.onerror = () => this.#read(text, resolve);
    this.audio.src = address;
    this.audio.muted = this.muted;
    try {
      await this.audio.play();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      if (problem.name === "NotAllowedError") this.onblocked();
      this.#read(text, resolve);
    }
  }

  #read(text, resolve) {
    setTimeout(resolve, (text.length / CHARACTERS_A_SECOND) * 1000);
  }
}

let context = null;

/** The two tones of a key; nothing where the browser has no sound to give. */
export function tone(key) {
  sound(TONES[key], TONE_SECONDS);
}

/** One ring of a telephone that is called. */
export function ring() {
  sound(RING, RING_SECONDS);
}

function sound(frequencies, seconds) {
  if (!window.AudioContext) return;
  context ??= new AudioContext();
  const volume = context.createGain();
  volume.gain.value = 0.06;
  volume.connect(context.destination);
  for (const frequency of frequencies) {
    const oscillator = context.createOscillator();
    oscillator.frequency.value = frequency;
    oscillator.connect(volume);
    oscillator.start();
    oscillator.stop(context.currentTime + seconds);
  }
}
