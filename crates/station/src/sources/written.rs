//! Dates as people write them: `21. März 2019`, `١٧ / ١٠ / ٢٠٢٦`, `2016年10月13日`, `۲۵ مهر ۱۴۰۵`.

use chrono::NaiveDate;

use super::dates;

/// More text than this is not looked through, in characters.
const TEXT: usize = 400;

/// The names of the months, January first; several in one place are several languages' or forms.
/// A name is the whole word.
const MONTHS: [&str; 12] = [
    "january jan januar jänner janvier enero janeiro gennaio januari leden ledna stycznia января ocak يناير جانفي كانون_الثاني ژانویه",
    "february feb februar feber février fevrier febrero fevereiro febbraio februari únor února lutego февраля şubat فبراير فيفري شباط فوریه",
    "march mar märz maerz mars marzo março marco maart březen března marca марта mart مارس آذار مارس",
    "april apr avril abril aprile duben dubna kwietnia апреля nisan أبريل ابريل إبريل أفريل افريل نيسان آوریل",
    "may mai mayo maio maggio mei květen května maja мая mayıs مايو ماي أيار مه می",
    "june jun juni juin junio junho giugno červen června czerwca июня haziran يونيو جوان حزيران ژوئن",
    "july jul juli juillet julio julho luglio červenec července lipca июля temmuz يوليو جويلية تموز ژوئیه ژوئيه جولای",
    "august aug août aout agosto augustus srpen srpna sierpnia августа ağustos أغسطس اغسطس أوت اوت آب",
    "september sept sep septembre septiembre setembro settembre září wrzesień września сентября eylül سبتمبر أيلول سپتامبر",
    "october oct oktober okt octobre octubre outubro ottobre říjen října października октября ekim أكتوبر اكتوبر تشرين_الأول اکتبر",
    "november nov novembre noviembre novembro listopad listopadu listopada ноября kasım نوفمبر تشرين_الثاني نوامبر",
    "december dec dezember dez décembre decembre diciembre dezembro dicembre prosinec prosince grudnia декабря aralık ديسمبر كانون_الأول دسامبر",
];

/// The months of the Iranian calendar, Farvardin first.
const IRANIAN: [&str; 12] = [
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
];

/// A word or a number of a text, and what stands before it.
#[derive(Debug)]
struct Token {
    gap: String,
    word: String,
    number: Option<u32>,
}

/// The first date in a short text, as minutes since 1970-01-01T00:00Z at its midnight. Where day
/// and month are both numbers, the day comes first unless it cannot.
pub(crate) fn find(text: &str) -> Option<u64> {
    let tokens = tokens(text);
    (0..tokens.len()).find_map(|i| at(&tokens[i..]))
}

fn at(tokens: &[Token]) -> Option<u64> {
    let number = |i: usize| tokens.get(i)?.number;
    let word = |i: usize| Some(tokens.get(i)?.word.as_str());
    let gap = |i: usize| tokens.get(i).map_or("", |t| t.gap.trim());
    if let (Some(a), Some(b), Some(c)) = (number(0), number(1), number(2)) {
        let joined = !gap(1).is_empty() && gap(1) == gap(2) && gap(1).chars().count() == 1;
        return match joined && "-/.年،–".contains(gap(1)) {
            true if is_year(a) => day(a, b, c),
            true if is_year(c) => day(c, b, a).or_else(|| day(c, a, b)),
            _ => None,
        };
    }
    // 2016年10月13日
    if let (Some(y), Some("年"), Some(m), Some("月"), Some(d)) =
        (number(0), word(1), number(2), word(3), number(4))
    {
        return day(y, m, d);
    }
    // Day, month, year, with "de", "of", "." between; or month, day, year.
    let next = |from: usize| {
        (from..from + 2).find(|i| {
            !matches!(
                word(*i),
                Some("de" | "of" | "del" | "في" | "st" | "nd" | "rd" | "th" | "er")
            )
        })
    };
    let first = number(0).and_then(|d| {
        let m = next(1)?;
        let y = next(m + 1)?;
        named(word(m)?, d, number(y)?)
    });
    first.or_else(|| {
        let d = next(1)?;
        let y = next(d + 1)?;
        named(word(0)?, number(d)?, number(y)?)
    })
}

fn named(month: &str, date: u32, year: u32) -> Option<u64> {
    if (1_300..1_500).contains(&year) {
        let month = IRANIAN.iter().position(|m| *m == month)?;
        return iranian(year, month as u32 + 1, date);
    }
    is_year(year).then(|| day(year, month_of(month)?, date))?
}

/// The number of a month's name.
pub(crate) fn month_of(name: &str) -> Option<u32> {
    let mut months = MONTHS.iter();
    let month = months.position(|names| names.split(' ').any(|n| n == name));
    month.map(|m| m as u32 + 1)
}

fn is_year(number: u32) -> bool {
    (1_990..2_200).contains(&number)
}

fn day(year: u32, month: u32, day: u32) -> Option<u64> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    dates::from_seconds(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
}

/// A day of the Iranian calendar, by the 33-year cycle, which is right from 1178 to 1633 (A.
/// Borkowski, "The Persian calendar for 3000 years", 1996).
fn iranian(year: u32, month: u32, date: u32) -> Option<u64> {
    let length = if month <= 6 { 31 } else { 30 };
    if !(1..=length).contains(&date) {
        return None;
    }
    // Leap years of a cycle, counted from its year 1: 1, 5, 9, 13, 17, 22, 26, 30.
    let leaps = |years: u32| {
        8 * (years / 33) + (years % 33 + 3).min(20) / 4 + {
            let rest = years % 33;
            u32::from(rest >= 22) + u32::from(rest >= 26) + u32::from(rest >= 30)
        }
    };
    let before = (month - 1) * 31 - month.saturating_sub(7);
    let days = |y: u32| u64::from(y) * 365 + u64::from(leaps(y));
    // 1 Farvardin 1349 was 21 March 1970, 79 days after the first of January.
    let since = days(year - 1).checked_sub(days(1_348))?;
    Some((since + 79 + u64::from(before) + u64::from(date) - 1) * 1_440)
}

fn tokens(text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut gap = String::new();
    let mut word = String::new();
    let mut kind = Kind::Gap;
    let mut end = |gap: &mut String, word: &mut String| {
        if !word.is_empty() {
            out.push(Token {
                gap: std::mem::take(gap),
                number: word.parse().ok(),
                word: std::mem::take(word),
            });
        }
    };
    for c in text.chars().take(TEXT).flat_map(char::to_lowercase) {
        let c = latin_digit(c);
        let now = Kind::of(c);
        if now != kind || now == Kind::Ideograph {
            end(&mut gap, &mut word);
        }
        kind = now;
        match now {
            Kind::Gap => gap.push(c),
            _ => word.push(c),
        }
    }
    end(&mut gap, &mut word);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gap,
    Digit,
    Letter,
    Ideograph,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            '\u{2e80}'..='\u{9fff}' => Self::Ideograph,
            c if c.is_alphabetic() || c == '_' => Self::Letter,
            _ => Self::Gap,
        }
    }
}

/// Arabic-Indic, Persian and full-width digits as ASCII.
fn latin_digit(c: char) -> char {
    for zero in ['\u{660}', '\u{6f0}', '\u{ff10}', '\u{966}'] {
        if let Some(value) = (c as u32).checked_sub(zero as u32).filter(|v| *v < 10) {
            return char::from(b'0' + value as u8);
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_prose() {
        let days = |text: &str| find(text).map(|m| m / 1_440);
        for (text, day) in [
            ("Publié le 23.05.2011", 15_117),
            ("Date 23.05.2011 | Auteur", 15_117),
            ("By A. Writer, March 25, 2015", 16_519),
            ("Mittwoch, 25. März 2015 10:00", 16_519),
            ("25 de marzo de 2015", 16_519),
            ("25th March 2015", 16_519),
            ("3/25/2015", 16_519),
            ("السبت ١٧ / ١٠ / ٢٠٢٦", 20_743),
            ("الجمعة 8 فيفري 2019", 17_935),
            ("2016年10月13日 10:18", 17_087),
            ("2016-10-13 10:18", 17_087),
            ("۲۵ مهر ۱۴۰۵", 20_743),
            ("۱ فروردین ۱۴۰۰", 18_707),
            ("۳۰ اسفند ۱۳۹۹", 18_706),
            ("۱ فروردین ۱۴۰۴", 20_168),
        ] {
            assert_eq!(days(text), Some(day), "{text}");
        }
        for none in [
            "",
            "call 12.13.14",
            "2015 people and 3 dogs",
            "99/99/2020",
            "the 12 apostles of 2015",
        ] {
            assert_eq!(days(none), None, "{none}");
        }
    }
}
