//! Real pages and feeds: what is found on each of the 22 pages in nine languages.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on stops here, and says what it saw or skipped"
)]

use std::path::{Path, PathBuf};

mod sources_text;

use sources_text::plain;
use station::sources::{Ffmpeg, NoCache, Settings, gather};

fn corpus() -> PathBuf {
    std::env::var_os("SKYWAVE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    )
}

fn settings() -> Settings {
    let mut settings = Settings {
        now_minutes: 29_900_000,
        full_text: false,
        feed_entries: 1_000,
        ffmpeg: Ffmpeg::Never,
        ..Settings::default()
    };
    // Nothing answers here, and nothing is to be asked for.
    settings.http.connect = std::time::Duration::from_millis(1);
    settings.http.total = std::time::Duration::from_millis(2);
    settings
}

/// A page, its title, its language, its day since 1970 (0: it has none), how its text begins, and
/// what of the page is not to be in it.
type Page = (
    &'static str,
    &'static str,
    &'static str,
    u64,
    &'static str,
    &'static [&'static str],
);

const PAGES: &[Page] = &[
    (
        "aclu",
        "Facebook Is Tracking Me Even Though I’m Not on Facebook",
        "en",
        17626,
        "I don't use Facebook.",
        &["newsletter", "Terms of Use", "Related"],
    ),
    (
        "aktualne",
        "West Ham hrozí gigantům, okouzlil i Linekera. Součka je snadné přehlédnout",
        "cs",
        18932,
        "Zázrak jedné sezony? West Ham dává",
        &["newsletter", "Cookies", "Cookie"],
    ),
    (
        "assabah.com.tn.article",
        "الناشط الحقوقي السوداني خالد عبد الكريم ماسا لـ«الصباح»: كل الشروط متوفرة لثورة سودانية ولا حاجة لنستورد شيئا",
        "ar",
        17934,
        "- الجيل الذي سعى النظام",
        &["تعليق"],
    ),
    (
        "bbc-1",
        "Obama admits US gun laws are his 'biggest frustration'",
        "en",
        16640,
        "President Barack Obama has admitted that his failure",
        &["Share this", "newsletter", "Privacy Policy"],
    ),
    (
        "bbc.com.52241221",
        "New York ramps up mass burials amid virus outbreak",
        "en",
        18362,
        "Images have emerged of coffins",
        &["Share this", "Newsletter", "newsletter"],
    ),
    (
        "cnn",
        "The 'birth lottery' and economic mobility",
        "en",
        16832,
        "The U.S. has long been heralded",
        &["Newsletter", "newsletter", "Privacy Policy"],
    ),
    (
        "de.globalvoices.org.nicaragua",
        "Ein Jahr voller Proteste: Nicaraguaner wollen nicht mehr nur den Rücktritt Ortegas, sondern einen Neuanfang",
        "de",
        18016,
        "Seit dem Ausbruch der Massenproteste",
        &["Kommentare", "Spenden", "Über uns"],
    ),
    (
        "dw.com-elephants",
        "La perte des terres fertiles et les éléphants en Guinée-Conakry",
        "fr",
        15117,
        "Auteur : Kossivi Tiassou",
        &["Newsletter", "newsletter", "Impressum"],
    ),
    (
        "engadget",
        "Xbox One X review: A console that keeps up with gaming PCs",
        "en",
        17473,
        "The Xbox One X is the ultimate video game system.",
        &["Sign up", "Newsletter", "newsletter"],
    ),
    (
        "folha",
        "Tite diz que errou ao levar taça da Libertadores a Lula em 2012",
        "pt-BR",
        17886,
        "Após rechaçar um encontro da seleção brasileira",
        &["Newsletter", "newsletter", "Compartilhe"],
    ),
    (
        "guardian-1",
        "'What is the sea telling us?': Māori tribes fearful over whale strandings",
        "en",
        17899,
        "Whale whisperer Hori Parata was just seven",
        &["Share on Facebook", "Newsletter", "newsletter"],
    ),
    (
        "heise",
        "1Password für Mac generiert Einmal-Passwörter",
        "de",
        16533,
        "AgileBits hat Version 5.3",
        &["Newsletter", "newsletter", "Impressum"],
    ),
    (
        "hukumusume",
        "欲張りなイヌ ＜福娘童話集 きょうのイソップ童話＞",
        "ja",
        0,
        "肉をくわえたイヌが、橋を渡っていました。",
        &[],
    ),
    (
        "la-nacion",
        "Una solución no violenta para la cuestión mapuche",
        "es",
        17507,
        "Abdullah Ocalan, el líder independentista kurdo",
        &["Newsletter", "newsletter", "Comentarios"],
    ),
    (
        "lemonde-1",
        "Le projet de loi sur le renseignement massivement approuvé à l'Assemblée",
        "fr",
        16559,
        "Les députés ont, sans surprise, adopté",
        &["Newsletter", "newsletter", "Mentions légales"],
    ),
    (
        "lwn-1",
        "LWN.net Weekly Edition for March 26, 2015",
        "en",
        16519,
        "The Arduino has been one of the biggest success stories",
        &["Subscribe", "Log in", "Archives"],
    ),
    (
        "mozilla-1",
        "Firefox — Customize and make it your own — The most flexible browser on the Web",
        "en",
        0,
        "It’s easier than ever to personalize Firefox",
        &["Sign up", "newsletter", "Privacy Policy"],
    ),
    (
        "nytimes-3",
        "Manhole Fires and Burst Pipes: How Winter Wreaks Havoc on What’s Underneath N.Y.C.",
        "en",
        17948,
        "A series of recent manhole fires",
        &["Share on Facebook", "newsletter", "Terms of Service"],
    ),
    (
        "qq",
        "DeepMind新电脑已可利用记忆自学 人工智能迈上新台阶",
        "zh",
        17088,
        "谷歌(微博) 在2014年收购的人工智能公司DeepMind",
        &["新闻", "登录", "版权"],
    ),
    (
        "quanta-1",
        "The Hidden Heroines of Chaos",
        "en",
        18036,
        "A little over half a century ago, chaos started",
        &["Share this", "Newsletter", "newsletter"],
    ),
    (
        "wapo-1",
        "Attack stokes instability fears in North Africa",
        "en",
        16512,
        "CAIRO — Gunmen opened fire",
        &["Share on Facebook", "Newsletter", "newsletter"],
    ),
    (
        "wikipedia-3",
        "Hermitian matrix",
        "en",
        12111,
        "In mathematics, a Hermitian matrix",
        &["Privacy Policy", "Privacy policy", "Terms of Use"],
    ),
];

/// Pages whose text is shorter than five blocks: a recording with its credits.
const SHORT: &[&str] = &["dw.com-elephants"];

#[test]
fn the_pages() {
    let folder = corpus().join("pages");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return;
    }
    let mut wrong = Vec::new();
    for (name, title, language, day, begins, clutter) in PAGES {
        let path = folder.join(format!("{name}.html")).display().to_string();
        let gathered = gather(&[path], &settings(), &mut NoCache, &|_| {}).unwrap();
        let Some(draft) = gathered.drafts.first() else {
            wrong.push(format!("{name}: no article, {:?}", gathered.problems));
            continue;
        };
        let article = &draft.article;
        article.check().unwrap();
        let text = plain(&article.blocks);
        if std::env::var_os("SHOW").is_some() {
            println!(
                "{name} | {:?} | {:?}\n{text}",
                article.byline, article.section
            );
        }
        let mut check = |what: &str, holds: bool, found: &str| {
            if !holds {
                wrong.push(format!("{name}: {what}: {found}"));
            }
        };
        check("title", article.title == *title, &article.title);
        check("language", draft.language == *language, &draft.language);
        let dated = article.minutes != settings().now_minutes;
        let found = if dated { article.minutes / 1_440 } else { 0 };
        check("day", found == *day, &found.to_string());
        let start: String = text.chars().take(400).collect();
        check("begins", text.contains(begins), &start);
        let enough = article.blocks.len() >= 5 || SHORT.contains(name);
        check("blocks", enough, &article.blocks.len().to_string());
        for phrase in *clutter {
            check("clutter", !text.contains(phrase), phrase);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_feeds() {
    let folder = corpus().join("feeds");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return;
    }
    for (name, entries) in [
        ("atom_mediarss_reddit_1.xml", 25),
        ("jsonfeed_elastic.json", 3),
        ("persian-news.xml", 284),
        ("rss_1.0_iso8859.xml", 1),
        ("rss_2.0_bbc.xml", 1),
        ("rss_2.0_cloudflare.xml", 1),
        ("rss_2.0_nightvale.xml", 1),
        ("rss_2.0_spiegel.xml", 1),
    ] {
        let path = folder.join(name).display().to_string();
        let gathered = gather(&[path], &settings(), &mut NoCache, &|_| {}).unwrap();
        assert_eq!(gathered.counts.feeds, 1, "{name}: {:?}", gathered.problems);
        assert_eq!(
            gathered.drafts.len(),
            entries,
            "{name}: {:?}",
            gathered.problems
        );
    }
}
