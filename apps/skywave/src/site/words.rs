//! The site's own few words, by language; whatever language is missing gets the English ones.

/// Words of the site in one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) edition: &'static str,
    pub(crate) words: &'static str,
    pub(crate) find_us: &'static str,
    pub(crate) front: &'static str,
    pub(crate) home: &'static str,
    pub(crate) corrected: &'static str,
    pub(crate) withdrawn: &'static str,
    pub(crate) not_here: &'static str,
    pub(crate) lead_only: &'static str,
    pub(crate) transcript: &'static str,
    pub(crate) captions: &'static str,
    pub(crate) save: &'static str,
    pub(crate) source: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) checked: &'static str,
}

const ENGLISH: Words = Words {
    edition: "Edition",
    words: "Compare these eight words before you believe what is here",
    find_us: "Where to find us",
    front: "All articles",
    home: "Start",
    corrected: "Corrected",
    withdrawn: "articles were withdrawn by the newsroom",
    not_here: "not received yet",
    lead_only: "Only the beginning of this article has been received so far.",
    transcript: "Transcript",
    captions: "Captions",
    save: "Save",
    source: "On the open web",
    missing: "Parts of this edition have not been received yet.",
    checked: "Everything here was signed by the publisher and checked.",
};

const PERSIAN: Words = Words {
    edition: "شمارهٔ",
    words: "پیش از اعتماد، این هشت واژه را مقایسه کنید",
    find_us: "ما را کجا پیدا کنید",
    front: "همهٔ خبرها",
    home: "آغاز",
    corrected: "اصلاح‌شده",
    withdrawn: "خبر را تحریریه پس گرفته است",
    not_here: "هنوز دریافت نشده",
    lead_only: "تا این لحظه فقط آغاز این خبر دریافت شده است.",
    transcript: "متن گفتار",
    captions: "زیرنویس",
    save: "ذخیره",
    source: "در وب آزاد",
    missing: "بخش‌هایی از این شماره هنوز دریافت نشده است.",
    checked: "همهٔ آنچه اینجاست با امضای ناشر است و بررسی شده.",
};

const ARABIC: Words = Words {
    edition: "العدد",
    words: "قارن هذه الكلمات الثماني قبل أن تصدّق ما هنا",
    find_us: "أين تجدنا",
    front: "كل المقالات",
    home: "البداية",
    corrected: "مُصحَّح",
    withdrawn: "من المقالات سحبتها غرفة الأخبار",
    not_here: "لم يصل بعد",
    lead_only: "لم يصل حتى الآن سوى مطلع هذا المقال.",
    transcript: "نص الكلام",
    captions: "الترجمة النصية",
    save: "حفظ",
    source: "على الشبكة المفتوحة",
    missing: "أجزاء من هذا العدد لم تصل بعد.",
    checked: "كل ما هنا موقّع من الناشر وجرى التحقق منه.",
};

/// The words for a language.
pub(crate) fn words(language: &str) -> &'static Words {
    match primary(language) {
        "fa" => &PERSIAN,
        "ar" => &ARABIC,
        _ => &ENGLISH,
    }
}

/// `rtl` or `ltr`: how the language is written.
pub(crate) fn direction(language: &str) -> &'static str {
    match primary(language) {
        "ar" | "fa" | "he" | "ur" | "ps" | "ckb" | "ug" | "sd" | "yi" | "dv" | "prs" | "azb" => {
            "rtl"
        }
        _ if language
            .split('-')
            .any(|part| part == "Arab" || part == "Hebr") =>
        {
            "rtl"
        }
        _ => "ltr",
    }
}

fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}
