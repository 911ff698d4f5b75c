//! Text to sound, through espeak-ng where it is installed.

use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use radio::wav::WavReader;

use crate::error::Error;
use crate::send::radio::voice::Voice;

const PROGRAM: &str = "espeak-ng";
/// Words a minute: calm, for fading and noise.
const CALM: u32 = 140;
/// The same for words of which each counts, and the silence behind each, in units of 10 ms.
const SLOW: u32 = 110;
const SLOW_GAP: u32 = 40;

/// How something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Sentences.
    Calm,
    /// Single words.
    Slow,
}

/// The program, and the languages that it has.
#[derive(Debug, Clone)]
pub(crate) struct Speech {
    /// Of each language the voice that it prefers.
    voices: HashMap<String, String>,
}

impl Speech {
    /// The program, if it is installed and runs.
    pub(crate) fn find() -> Option<Self> {
        let listed = Command::new(PROGRAM)
            .arg("--voices")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let voices = voices(&String::from_utf8_lossy(&listed.stdout));
        (listed.status.success() && !voices.is_empty()).then_some(Self { voices })
    }

    /// Whether it speaks this language (BCP 47).
    pub(crate) fn speaks(&self, language: &str) -> bool {
        self.voice(language).is_some()
    }

    fn voice(&self, language: &str) -> Option<&String> {
        let language = language.to_ascii_lowercase();
        let primary = language.split('-').next()?;
        // Its Mandarin is called by ISO 639-3.
        let primary = if primary == "zh" { "cmn" } else { primary };
        let whole = self.voices.get(&language);
        whole.or_else(|| self.voices.get(primary))
    }

    /// Says it; `None` where it has no voice for the language, or nothing is to be heard.
    pub(crate) fn say(
        &self,
        language: &str,
        text: &str,
        pace: Pace,
    ) -> Result<Option<(Vec<f32>, u32)>, Error> {
        let Some(voice) = self.voice(language) else {
            return Ok(None);
        };
        let (speed, gap) = match pace {
            Pace::Calm => (CALM, 0),
            Pace::Slow => (SLOW, SLOW_GAP),
        };
        let failed = |why: String| Error::Program { name: PROGRAM, why };
        let mut child = Command::new(PROGRAM)
            .args(["-v", voice, "-s", &speed.to_string()])
            .args(["-g", &gap.to_string(), "-b", "1", "--stdin", "--stdout"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        // It may speak before it has read everything: neither waits for the other.
        let pipe = child.stdin.take();
        let text = text.to_owned();
        let writer = thread::spawn(move || match pipe {
            Some(mut pipe) => pipe.write_all(text.as_bytes()),
            None => Ok(()),
        });
        let output = child.wait_with_output();
        let output = output.map_err(|error| failed(error.to_string()))?;
        let is_written = writer.join().is_ok_and(|written| written.is_ok());
        if !output.status.success() || !is_written {
            return Err(failed(output.status.to_string()));
        }
        let (mut wav, mut samples) = (WavReader::new(), Vec::new());
        let read = wav.push(&output.stdout, &mut samples);
        read.map_err(|error| failed(error.to_string()))?;
        let rate = wav.format().map(|format| format.rate);
        Ok(rate.map(|rate| (samples, rate)))
    }
}

/// Sentences and words that are said one after the other, in one voice of the program or several.
pub(crate) fn together(said: Vec<(Vec<f32>, u32)>, pause: f64) -> Option<Voice> {
    let rate = said.first()?.1;
    let mut all = Vec::new();
    for (samples, of) in said {
        debug_assert_eq!(of, rate, "all its voices have one rate");
        if !all.is_empty() {
            all.resize(all.len() + (pause * f64::from(rate)) as usize, 0.0);
        }
        all.extend(samples);
    }
    Voice::spoken(all, rate)
}

/// Columns of its list before the other languages of a voice.
const COLUMNS: usize = 5;
/// Where voices of another program (MBROLA) lie, which are listed and seldom installed.
const FOREIGN: &str = "mb/";

/// The languages of its list, each with the voice that prefers it most: `Pty Language Age/Gender
/// VoiceName File Other Languages`, the last as `(en 2)(en-gb 3)`.
fn voices(list: &str) -> HashMap<String, String> {
    let mut voices: HashMap<String, (u32, String)> = HashMap::new();
    for line in list.lines().skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (Some(language), Some(file)) = (words.get(1), words.get(COLUMNS - 1)) else {
            continue;
        };
        if file.starts_with(FOREIGN) {
            continue;
        }
        let others = words[COLUMNS..].join(" ");
        let others = others.split(['(', ')']).filter_map(|other| {
            let (language, priority) = other.split_once(' ')?;
            Some((language.to_owned(), priority.parse().ok()?))
        });
        for (of, priority) in others.chain([((*language).to_owned(), 0)]) {
            let known = voices.entry(of.to_ascii_lowercase());
            let own = (priority, (*language).to_owned());
            known
                .and_modify(|known| *known = own.clone().min(known.clone()))
                .or_insert(own);
        }
    }
    let voices = voices.into_iter();
    voices.map(|(of, (_, voice))| (of, voice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_found_in_the_list() {
        let list = "\
Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  am              --/M      Amharic            sem/am
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn  (zh-cmn 5)(zh 5)
 5  en-029          --/M      English_(Caribbean) gmw/en-029         (en 10)
 2  en-gb           --/M      English_(Great_Britain) gmw/en          (en 2)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  ps              --/M      somebody-else      mb/ps1               (ps 2)
";
        let speech = Speech {
            voices: voices(list),
        };
        assert!(speech.speaks("am") && speech.speaks("en-US") && speech.speaks("en"));
        assert!(speech.speaks("zh-Hans") && !speech.speaks("ps"));
        assert_eq!(speech.voice("en").map(String::as_str), Some("en-gb"));
        assert_eq!(speech.voice("en-NZ").map(String::as_str), Some("en-gb"));
        assert_eq!(speech.voice("zh-Hans").map(String::as_str), Some("cmn"));
    }
}
