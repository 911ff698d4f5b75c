//! The landing page's own few words, by language; whatever language is missing gets the English
//! ones. What the site says too stands in [`crate::site::words`].

/// Words of the landing page and the captive page in one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) name: &'static str,
    pub(crate) read: &'static str,
    pub(crate) headlines: &'static str,
    pub(crate) take: &'static str,
    pub(crate) reader: &'static str,
    pub(crate) reader_hint: &'static str,
    pub(crate) edition_hint: &'static str,
    pub(crate) zip_hint: &'static str,
    pub(crate) pass_on: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) private: &'static str,
    pub(crate) window: &'static str,
    pub(crate) close: &'static str,
    pub(crate) open: &'static str,
    pub(crate) enter: &'static str,
}

const ENGLISH: Words = Words {
    name: "English",
    read: "Read now",
    headlines: "Headlines",
    take: "Take it with you",
    reader: "Reader page",
    reader_hint: "One file. It opens in your browser, without any network, and shows what you save below.",
    edition_hint: "Everything of this edition, signed. Choose it in the reader page, and pass both on.",
    zip_hint: "The same as .zip, for Bluetooth.",
    pass_on: "Show it to others",
    scan: "Whoever is in this network scans this, or types:",
    nothing: "Nothing has arrived here yet. Look again later.",
    private: "Your browser may remember what you read. A private window forgets it.",
    window: "This window can save nothing, and it will vanish.",
    close: "Close it and stay in this network, even if your phone says that there is no internet.",
    open: "Open your browser: Chrome, Firefox, Safari.",
    enter: "Type this address:",
};

const PERSIAN: Words = Words {
    name: "فارسی",
    read: "همین حالا بخوانید",
    headlines: "سرخط خبرها",
    take: "با خود ببرید",
    reader: "صفحهٔ خواننده",
    reader_hint: "یک پرونده است. بدون هیچ شبکه‌ای در مرورگر باز می‌شود و آنچه را در پایین ذخیره کنید نشان می‌دهد.",
    edition_hint: "همهٔ این شماره، با امضا. آن را در صفحهٔ خواننده باز کنید و هر دو را به دیگران برسانید.",
    zip_hint: "همان، در قالب zip برای بلوتوث.",
    pass_on: "به دیگران نشان دهید",
    scan: "هر کس در همین شبکه است این را اسکن کند یا این نشانی را بنویسد:",
    nothing: "هنوز چیزی به اینجا نرسیده است. بعداً دوباره سر بزنید.",
    private: "مرورگر شاید آنچه را می‌خوانید به یاد بسپارد. پنجرهٔ خصوصی آن را فراموش می‌کند.",
    window: "این پنجره چیزی را ذخیره نمی‌کند و ناپدید می‌شود.",
    close: "آن را ببندید و در همین شبکه بمانید، حتی اگر گوشی بگوید اینترنت نیست.",
    open: "مرورگر خود را باز کنید: Chrome، Firefox یا Safari.",
    enter: "این نشانی را بنویسید:",
};

const ARABIC: Words = Words {
    name: "العربية",
    read: "اقرأ الآن",
    headlines: "العناوين",
    take: "خذها معك",
    reader: "صفحة القارئ",
    reader_hint: "ملف واحد يُفتح في متصفحك من دون أي شبكة، ويعرض ما تحفظه أدناه.",
    edition_hint: "كل ما في هذا العدد، موقَّعًا. اختره في صفحة القارئ، ومرّر الاثنين إلى غيرك.",
    zip_hint: "الملف نفسه بصيغة zip للبلوتوث.",
    pass_on: "أرِها لغيرك",
    scan: "من كان في هذه الشبكة يمسح هذا الرمز أو يكتب:",
    nothing: "لم يصل شيء إلى هنا بعد. عُد لاحقًا.",
    private: "قد يتذكر متصفحك ما تقرأ. النافذة الخاصة تنساه.",
    window: "هذه النافذة لا تحفظ شيئًا، وستختفي.",
    close: "أغلقها وابقَ على هذه الشبكة، حتى لو قال هاتفك إن لا إنترنت فيها.",
    open: "افتح متصفحك: Chrome أو Firefox أو Safari.",
    enter: "اكتب هذا العنوان:",
};

/// The words for a language, if there are any.
pub(crate) fn known(language: &str) -> Option<&'static Words> {
    match language.split('-').next().unwrap_or(language) {
        "en" => Some(&ENGLISH),
        "fa" => Some(&PERSIAN),
        "ar" => Some(&ARABIC),
        _ => None,
    }
}

/// The words for a language, or the English ones.
pub(crate) fn words(language: &str) -> &'static Words {
    known(language).unwrap_or(&ENGLISH)
}
