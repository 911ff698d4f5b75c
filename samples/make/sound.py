#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Speak the bulletin: `make/sound.py` writes sound/bulletin.mp3, .txt and .vtt.

Needs espeak-ng, ffmpeg (libmp3lame) and numpy. Each sentence is spoken on its own, so the captions' times are exact.
"""

import io
import subprocess
import wave
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parent.parent / "sound"
RATE = 22_050  # Hz, espeak-ng's own
LIMIT = 250_000  # bytes
PAUSE = 0.32  # s between sentences
SENTENCES = [
    "This is the Halvaren Courier, on Friday the sixteenth of October.",
    "The town library opens again tomorrow, seven months after the flood.",
    "The stone bridge is open to walkers and bicycles.",
    "From Sunday to Tuesday, water is off in one quarter at a time.",
    "The weather: dry and bright on Saturday, nineteen degrees. Rain on Monday.",
    "The next bulletin is at noon.",
]


def bell(hertz, seconds, loud):
    """One stroke of a small bell: a few partials that fade at their own speeds."""
    t = np.arange(int(RATE * seconds)) / RATE
    partials = ((1.0, 1.0, 1.6), (2.0, 0.45, 2.6), (2.76, 0.22, 4.2), (5.4, 0.08, 7.0))
    tone = sum(a * np.sin(2 * np.pi * hertz * m * t) * np.exp(-t * d) for m, a, d in partials)
    return loud * tone * np.minimum(1, t / 0.006)


def chime(notes, gap, seconds):
    """Strokes that follow each other every `gap` seconds, faded out at the end."""
    out = np.zeros(int(RATE * seconds))
    for i, hertz in enumerate(notes):
        start = int(RATE * gap * i)
        stroke = bell(hertz, seconds, 0.16)[: len(out) - start]
        out[start : start + len(stroke)] += stroke
    fade = int(RATE * 0.5)
    out[-fade:] *= np.linspace(1, 0, fade) ** 2
    return out


def say(sentence):
    """The sentence as samples between -1 and 1, without the silence around it."""
    wav = subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "166", "-p", "42", "-g", "2", "--stdout", sentence], capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(wav)) as w:
        assert w.getframerate() == RATE and w.getnchannels() == 1
        # espeak-ng cannot know the length when it writes to a pipe, so take what there is.
        raw = w.readframes(w.getnframes())
    samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2") / 32768
    loud = np.flatnonzero(np.abs(samples) > 0.004)
    return samples[max(0, loud[0] - 200) : loud[-1] + 800]


def stamp(seconds):
    """WebVTT time."""
    return f"{int(seconds // 60):02d}:{seconds % 60:06.3f}"


def main():
    OUT.mkdir(exist_ok=True)
    parts = [chime((523.25, 659.25, 783.99), 0.3, 2.1)]  # C5, E5, G5
    cues = [(0.0, 1.8, "[Three bells]")]
    now = len(parts[0]) / RATE
    for sentence in SENTENCES:
        voice = 0.82 * say(sentence)
        cues.append((now, now + len(voice) / RATE, sentence))
        parts += [voice, np.zeros(int(RATE * PAUSE))]
        now += len(voice) / RATE + PAUSE
    parts.append(chime((783.99, 523.25), 0.34, 1.5))
    cues.append((now, now + 1.4, "[Two bells]"))
    sound = np.concatenate(parts)
    assert np.abs(sound).max() < 1
    pcm = (sound * 32767).astype("<i2").tobytes()
    mp3 = OUT / "bulletin.mp3"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-c:a", "libmp3lame", "-b:a", "64k",
         "-map_metadata", "-1", "-metadata", "title=Bulletin", str(mp3)],
        input=pcm, check=True)
    (OUT / "bulletin.txt").write_text("\n".join(SENTENCES) + "\n")
    (OUT / "bulletin.vtt").write_text("WEBVTT\nLanguage: en\n\n" + "\n".join(f"{stamp(a)} --> {stamp(b)}\n{text}\n" for a, b, text in cues))
    print(f"{len(sound) / RATE:.1f} s, {mp3.stat().st_size} bytes")
    assert mp3.stat().st_size <= LIMIT


if __name__ == "__main__":
    main()
