// @ts-check
// Reading aloud, with voices that are on this device and no others.

/** @param {string} tag */
const codeOf = (tag) => tag.toLowerCase().split(/[-_]/)[0];

/** The device's own voices of a language. @param {string} language */
export function localVoices(language) {
  if (!("speechSynthesis" in globalThis)) return [];
  return speechSynthesis.getVoices().filter((voice) => voice.localService === true && codeOf(voice.lang) === codeOf(language));
}

/** A reader of one article. */
export function speech() {
  const reader = {
    speaking: false,
    /** Some browsers know their voices only after a while. @param {() => void} listener @param {AbortSignal} signal */
    onVoices(listener, signal) {
      if ("speechSynthesis" in globalThis) speechSynthesis.addEventListener("voiceschanged", listener, { signal });
    },
    /** @param {string} language */
    can: (language) => localVoices(language).length > 0,
    /**
     * @param {string[]} texts
     * @param {string} language
     * @param {() => void} ended
     */
    start(texts, language, ended) {
      const voice = localVoices(language)[0];
      if (!voice) return;
      reader.speaking = true;
      const sentences = texts.flatMap((text) => text.match(/[\s\S]{1,200}(?:[.!?؟۔。\n]|\s|$)|[\s\S]{1,200}/g) ?? []);
      const next = (/** @type {number} */ i) => {
        const text = sentences[i];
        if (!reader.speaking || text === undefined) {
          reader.speaking = false;
          return ended();
        }
        const said = new SpeechSynthesisUtterance(text);
        said.voice = voice;
        said.lang = voice.lang;
        said.onend = () => next(i + 1);
        said.onerror = () => {
          reader.speaking = false;
          ended();
        };
        speechSynthesis.speak(said);
      };
      next(0);
    },
    stop() {
      if (!reader.speaking) return;
      reader.speaking = false;
      speechSynthesis.cancel();
    },
  };
  return reader;
}
