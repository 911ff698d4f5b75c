//! Which language a text is in: what it says, unless what it shows is plainly something else.

use edition::limits::LANGUAGE_BYTES;
use whatlang::Lang;

/// Characters that are looked at.
const SAMPLE: usize = 4_000;
/// Below so many characters only the script is believed.
const ENOUGH: usize = 120;

/// A language tag in the usual letters (`fa`, `zh-Hans`, `pt-BR`), or nothing if it is none.
pub(crate) fn tag(text: &str) -> Option<String> {
    let text = text.trim().replace('_', "-");
    let text = text.split([',', ';', ' ']).next()?;
    let mut parts = text.split('-');
    let primary = parts.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&primary.len()) || !primary.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut out = primary;
    for part in parts {
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            break;
        }
        let part = match part.len() {
            2 => part.to_ascii_uppercase(),
            4 if part.as_bytes()[0].is_ascii_alphabetic() => {
                part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase()
            }
            _ => part.to_ascii_lowercase(),
        };
        if out.len() + 1 + part.len() > LANGUAGE_BYTES {
            break;
        }
        out = out + "-" + &part;
    }
    (out != "und" && out != "mul" && out != "zxx").then_some(out)
}

/// The language of `text`, which says that it is in `said`; `default` where nothing is known.
///
/// What a text says is believed, but not where its script cannot be that language's, and not
/// `en`, which many templates say of everything, where another is recognised for certain.
pub(crate) fn choose(said: Option<&str>, text: &str, default: &str) -> String {
    let said = said.and_then(tag);
    let sample: String = text.chars().take(SAMPLE).collect();
    let shown = whatlang::detect(&sample);
    let long = sample.chars().count() >= ENOUGH;
    match (said, shown) {
        (Some(said), Some(shown)) => {
            let primary = said.split('-').next().unwrap_or_default();
            let known = Lang::all()
                .iter()
                .find(|l| two_letters(**l) == Some(primary));
            let other_script = known.is_some_and(|l| {
                l.script() != shown.script() && primary != "zh" && primary != "ja"
            });
            let template = primary == "en" && long && shown.is_reliable();
            match two_letters(shown.lang()) {
                Some(code) if code != primary && (other_script || template) => code.to_owned(),
                _ => said,
            }
        }
        (Some(said), None) => said,
        (None, Some(shown)) if long || !shown.script().is_latin() => {
            two_letters(shown.lang()).map_or_else(|| default.to_owned(), str::to_owned)
        }
        (None, _) => default.to_owned(),
    }
}

trait Scripts {
    fn script(&self) -> whatlang::Script;
}

impl Scripts for Lang {
    fn script(&self) -> whatlang::Script {
        use whatlang::Script;
        match self {
            Lang::Ara | Lang::Pes | Lang::Urd => Script::Arabic,
            Lang::Rus | Lang::Ukr | Lang::Bel | Lang::Bul | Lang::Mkd | Lang::Srp => {
                Script::Cyrillic
            }
            Lang::Heb | Lang::Yid => Script::Hebrew,
            Lang::Ell => Script::Greek,
            Lang::Cmn => Script::Mandarin,
            Lang::Jpn => Script::Hiragana,
            Lang::Kor => Script::Hangul,
            Lang::Hin | Lang::Mar | Lang::Nep => Script::Devanagari,
            Lang::Hye => Script::Armenian,
            Lang::Kat => Script::Georgian,
            Lang::Ben => Script::Bengali,
            Lang::Tha => Script::Thai,
            Lang::Khm => Script::Khmer,
            Lang::Mya => Script::Myanmar,
            Lang::Amh => Script::Ethiopic,
            Lang::Sin => Script::Sinhala,
            Lang::Tam => Script::Tamil,
            Lang::Tel => Script::Telugu,
            Lang::Mal => Script::Malayalam,
            Lang::Kan => Script::Kannada,
            Lang::Guj => Script::Gujarati,
            Lang::Pan => Script::Gurmukhi,
            Lang::Ori => Script::Oriya,
            _ => Script::Latin,
        }
    }
}

trait Latin {
    fn is_latin(&self) -> bool;
}

impl Latin for whatlang::Script {
    fn is_latin(&self) -> bool {
        *self == whatlang::Script::Latin
    }
}

/// ISO 639-1 of what `whatlang` names by ISO 639-3.
fn two_letters(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Urd => "ur",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Bel => "be",
        Lang::Bul => "bg",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Kat => "ka",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Ell => "el",
        Lang::Tur => "tr",
        Lang::Aze => "az",
        Lang::Uzb => "uz",
        Lang::Tuk => "tk",
        Lang::Hye => "hy",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Vie => "vi",
        Lang::Tha => "th",
        Lang::Khm => "km",
        Lang::Mya => "my",
        Lang::Hin => "hi",
        Lang::Ben => "bn",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        Lang::Guj => "gu",
        Lang::Pan => "pa",
        Lang::Ori => "or",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Kan => "kn",
        Lang::Mal => "ml",
        Lang::Sin => "si",
        Lang::Amh => "am",
        Lang::Dan => "da",
        Lang::Nob => "nb",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Est => "et",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Nld => "nl",
        Lang::Cat => "ca",
        Lang::Ind => "id",
        Lang::Tgl => "tl",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FA: &str = "خبرگزاری ایلنا در گزارشی که روز یک‌شنبه منتشر کرده، از ریزش دیوار خبر داده است. مدیر مجموعه علت ریزش دیوار را خراب شدن جوی آب اعلام کرده و گفته است این اتفاق رخ داده و چنین تهدیدی وجود دارد.";
    const AR: &str = "أعلنت وزارة الصحة اليوم عن تسجيل حالات جديدة في البلاد، ودعت المواطنين إلى الالتزام بالإجراءات الوقائية والابتعاد عن التجمعات قدر الإمكان في الأيام المقبلة.";
    const EN: &str = "The ministry said on Monday that the river had risen by two metres and that the people who live near the old bridge should go to their relatives until the water has gone.";

    #[test]
    fn tags_are_made_regular() {
        assert_eq!(tag("EN_us").as_deref(), Some("en-US"));
        assert_eq!(tag("zh-hans-CN").as_deref(), Some("zh-Hans-CN"));
        assert_eq!(tag("english"), None);
        assert_eq!(tag(""), None);
    }

    #[test]
    fn languages_are_recognised() {
        assert_eq!(choose(None, FA, "en"), "fa");
        assert_eq!(choose(None, AR, "en"), "ar");
        assert_eq!(choose(None, EN, "fa"), "en");
        assert_eq!(choose(None, "1234", "ku"), "ku");
    }

    #[test]
    fn what_a_text_says_is_believed_within_reason() {
        assert_eq!(choose(Some("en"), FA, "en"), "fa");
        assert_eq!(choose(Some("ckb"), FA, "en"), "ckb");
        assert_eq!(choose(Some("ps"), AR, "en"), "ps");
        assert_eq!(choose(Some("en-GB"), EN, "fa"), "en-GB");
    }
}
