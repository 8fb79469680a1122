//! Pages in languages that the built-in model of pages has never seen a word of. None may come out empty: structure,
//! place, length and repetition carry them. All texts were written for these tests.

use serde_json::Value;

use crate::program::Desk;

/// A page as sites wrap it: markup is the same sort everywhere, words are the language's own.
struct Wrapped {
    language: &'static str,
    title: &'static str,
    /// Its paragraphs: all must stay.
    article: [&'static str; 4],
    menu: [&'static str; 4],
    related: [&'static str; 3],
    cookies: &'static str,
    footer: &'static str,
}

const PAGES: [Wrapped; 7] = [
    Wrapped {
        language: "fi",
        title: "Saaristolautta palaa reitille",
        article: [
            "Vanha saaristolautta lähti maanantaina taas matkaan, yksitoista vuotta viimeisen vuoronsa jälkeen, ja puolet kylästä oli tullut rantaan katsomaan.",
            "Satamamestari soitti itse kelloa, ja palokunnan soittokunta soitti laiturilla niin kauan, että lautta katosi niemen taakse.",
            "Telakka tarvitsi kolme talvea rungon uusimiseen, sillä ruoste oli syönyt sen läpi yli neljästäkymmenestä kohdasta. Koneen purkivat ja kokosivat kaksi eläkkeellä olevaa mekaanikkoa.",
            "Huhtikuusta alkaen vene kulkee joka tunti, kunta kertoo, ja markkinapäivinä kaksi kertaa useammin. Kannattaako se, on toinen kysymys.",
        ],
        menu: ["Etusivu", "Uutiset", "Urheilu", "Tietoa meistä"],
        related: [
            "Silta suljetaan korjauksen ajaksi",
            "Uusi kunnanjohtaja valittiin",
            "Viisi kävelyreittiä veden äärellä",
        ],
        cookies: "Käytämme evästeitä, jotta sivusto toimisi paremmin. Hyväksy kaikki",
        footer: "© 2026 Rantauutiset. Kaikki oikeudet pidätetään.",
    },
    Wrapped {
        language: "ja",
        title: "島の渡し船が帰ってきた",
        article: [
            "十一年ぶりに、古い渡し船が月曜日の朝、北の桟橋を離れた。町の人の半分ほどが岸に集まり、船が出ていくのを見送った。",
            "港の責任者がみずから鐘を鳴らし、消防団の楽隊は、船が岬の向こうに消えるまで演奏を続けた。子どもたちは旗を振り、年配の人たちは静かに手を合わせていた。",
            "船体は四十か所以上も錆びて穴があいており、造船所は直すのに三度の冬をかけた。六十年以上前に作られた機関は、かつて乗組員だった二人の元整備士が分解し、磨き、組み立て直した。",
            "四月からは一時間ごとに運航し、市の立つ日には便を倍に増やすと役場は話している。採算が合うかどうかは別の問題である。橋は無料で、夜も通れるのだから。",
        ],
        menu: ["ホーム", "ニュース", "スポーツ", "会社概要"],
        related: ["橋の補修工事が始まる", "新しい町長が決まる", "水辺を歩く五つの道"],
        cookies: "このサイトではクッキーを使用しています。同意する",
        footer: "© 2026 港新聞社 無断転載を禁じます",
    },
    Wrapped {
        language: "ar",
        title: "العبّارة القديمة تعود إلى الماء",
        article: [
            "أبحرت العبّارة القديمة بين الرصيفين صباح الاثنين من جديد، بعد أحد عشر عامًا على رحلتها الأخيرة، وجاء نصف سكان البلدة ليشاهدوها وهي تغادر.",
            "قرعت مديرة الميناء الجرس بنفسها، وعزفت فرقة رجال الإطفاء على الرصيف إلى أن اختفت السفينة خلف الرأس الصخري.",
            "احتاج الحوض إلى ثلاثة فصول شتاء لاستبدال الهيكل الذي أكله الصدأ في أكثر من أربعين موضعًا. أما المحرّك فقد فكّكه ونظّفه وأعاد تركيبه ميكانيكيان متقاعدان كانا يعملان على متنها.",
            "ابتداءً من نيسان ستبحر العبّارة كل ساعة، كما قال المجلس، ومرتين أكثر في أيام السوق. أما هل تغطي نفقاتها فذلك سؤال آخر، لأن الجسر مجاني ومفتوح ليلًا.",
        ],
        menu: ["الرئيسية", "الأخبار", "الرياضة", "من نحن"],
        related: ["إغلاق الجسر للصيانة", "انتخاب عمدة جديد للبلدة", "خمس نزهات على ضفة النهر"],
        cookies: "نستخدم ملفات تعريف الارتباط لتحسين الموقع. أوافق",
        footer: "© 2026 صحيفة الميناء. جميع الحقوق محفوظة.",
    },
    Wrapped {
        language: "hi",
        title: "पुरानी नाव फिर चल पड़ी",
        article: [
            "ग्यारह साल बाद सोमवार की सुबह पुरानी नाव फिर दोनों घाटों के बीच चली, और उसे जाते देखने के लिए आधा कस्बा किनारे पर आ गया।",
            "घाट की मुखिया ने घंटी खुद बजाई, और दमकल का बाजा तब तक बजता रहा जब तक नाव टीले के पीछे ओझल नहीं हो गई।",
            "ढाँचा चालीस से ज़्यादा जगहों पर जंग से गल चुका था, इसलिए उसे बदलने में कारखाने को तीन सर्दियाँ लगीं। इंजन को दो सेवानिवृत्त मिस्त्रियों ने खोला, साफ़ किया और फिर जोड़ा।",
            "परिषद ने कहा कि अप्रैल से नाव हर घंटे चलेगी और हाट के दिन दुगुनी बार। ख़र्च निकलेगा या नहीं, यह दूसरा सवाल है, क्योंकि पुल मुफ़्त है और रात में भी खुला रहता है।",
        ],
        menu: ["मुखपृष्ठ", "समाचार", "खेल", "हमारे बारे में"],
        related: ["मरम्मत के लिए पुल बंद", "नए महापौर चुने गए", "पानी के किनारे पाँच सैर"],
        cookies: "यह साइट कुकी का उपयोग करती है। स्वीकार करें",
        footer: "© 2026 घाट समाचार। सर्वाधिकार सुरक्षित।",
    },
    Wrapped {
        language: "el",
        title: "Το παλιό πορθμείο επέστρεψε",
        article: [
            "Το παλιό πορθμείο ξαναταξίδεψε τη Δευτέρα ανάμεσα στις δύο αποβάθρες, έντεκα χρόνια μετά το τελευταίο του δρομολόγιο, και η μισή πόλη είχε κατέβει να το δει.",
            "Η λιμενάρχης χτύπησε η ίδια την καμπάνα, και η μπάντα της πυροσβεστικής έπαιζε στην προβλήτα ώσπου το πλοίο χάθηκε πίσω από το ακρωτήρι.",
            "Το ναυπηγείο χρειάστηκε τρεις χειμώνες για να αλλάξει το κύτος, που η σκουριά το είχε τρυπήσει σε περισσότερα από σαράντα σημεία. Τη μηχανή την έλυσαν και την ξανάδεσαν δύο συνταξιούχοι μηχανικοί.",
            "Από τον Απρίλιο θα φεύγει κάθε ώρα, είπε το συμβούλιο, και δύο φορές συχνότερα τις μέρες του παζαριού. Αν θα βγάζει τα έξοδά του είναι άλλη υπόθεση.",
        ],
        menu: ["Αρχική", "Ειδήσεις", "Αθλητικά", "Ποιοι είμαστε"],
        related: [
            "Κλειστή η γέφυρα για επισκευές",
            "Εξελέγη νέος δήμαρχος",
            "Πέντε περίπατοι δίπλα στο νερό",
        ],
        cookies: "Χρησιμοποιούμε cookies για να λειτουργεί καλύτερα ο ιστότοπος. Αποδοχή",
        footer: "© 2026 Νέα της Προβλήτας. Με επιφύλαξη κάθε δικαιώματος.",
    },
    Wrapped {
        language: "ru",
        title: "Старый паром вернулся на реку",
        article: [
            "Старый паром снова вышел в понедельник от северной пристани, через одиннадцать лет после последнего рейса, и посмотреть на него пришла половина города.",
            "Начальница порта сама ударила в колокол, а оркестр пожарной части играл на причале, пока паром не скрылся за мысом.",
            "Чтобы заменить корпус, проржавевший больше чем в сорока местах, верфи понадобилось три зимы. Двигатель разобрали, вычистили и снова собрали два механика на пенсии, которые когда-то служили на борту.",
            "С апреля, как сообщили в совете, паром будет ходить каждый час, а в базарные дни вдвое чаще. Окупится ли он, вопрос другой: мост ведь бесплатный и открыт ночью.",
        ],
        menu: ["Главная", "Новости", "Спорт", "О нас"],
        related: ["Мост закрыт на ремонт", "Избран новый мэр", "Пять прогулок у воды"],
        cookies: "Мы используем файлы cookie, чтобы сайт работал лучше. Принять все",
        footer: "© 2026 Портовые вести. Все права защищены.",
    },
    Wrapped {
        language: "zh",
        title: "老渡船又开航了",
        article: [
            "时隔十一年，老渡船星期一早上再次从北码头出发，镇上一半的人都到岸边来看它离港。",
            "港务主任亲自敲响了钟，消防队的乐队在码头上一直演奏，直到渡船消失在岬角后面。孩子们挥着小旗，老人们站在栏杆旁，谁也不说话。",
            "船身有四十多处锈穿，船厂花了三个冬天才把它换好。那台六十多年前造的发动机，由两位曾在船上工作的退休技工拆开、清洗，再一件一件装了回去。",
            "镇议会说，从四月起渡船每小时开一班，赶集的日子班次加倍。能不能收回成本是另一回事，因为桥不收钱，夜里也能走。",
        ],
        menu: ["首页", "新闻", "体育", "关于我们"],
        related: ["大桥封闭维修", "新镇长当选", "水边散步的五条路线"],
        cookies: "本网站使用 Cookie 以改善浏览体验。接受全部",
        footer: "© 2026 码头日报 版权所有",
    },
];

impl Wrapped {
    fn links(of: &[&str]) -> String {
        of.iter().map(|text| format!("<li><a href=\"/{}\">{text}</a></li>\n", text.len())).collect()
    }

    /// As a newspaper marks it up, with names of classes that say what is what.
    fn named(&self) -> String {
        self.page([
            "<div id=\"cookie-notice\" class=\"cookie-banner\"><p>",
            "</p></div>\n<header class=\"site-header\"><nav class=\"main-nav\"><ul class=\"menu\">\n",
            "</ul></nav></header>\n<main><article class=\"post\"><h1 class=\"entry-title\">",
            "</h1>\n<div class=\"entry-content\">\n",
            "</div></article>\n<aside class=\"sidebar\"><ul class=\"related-posts\">\n",
            "</ul></aside></main>\n<footer class=\"site-footer\"><p>",
            "</p></footer>",
        ])
    }

    /// The same without a single name that could be known.
    fn bare(&self) -> String {
        self.page([
            "<div>",
            "</div>\n<div><ul>\n",
            "</ul></div>\n<div><h1>",
            "</h1>\n",
            "</div>\n<div><ul>\n",
            "</ul></div>\n<div>",
            "</div>",
        ])
    }

    /// The page with this before the notice, menu, title, article, related links and footer, and behind them.
    fn page(&self, [notice, menu, title, article, related, footer, end]: [&str; 7]) -> String {
        let head = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n",
            self.language, self.title
        );
        let [links, paragraphs, others] =
            [Self::links(&self.menu), self.paragraphs(), Self::links(&self.related)];
        [
            &head,
            notice,
            self.cookies,
            menu,
            &links,
            title,
            self.title,
            article,
            &paragraphs,
            related,
            &others,
            footer,
            self.footer,
            end,
            "\n</body></html>\n",
        ]
        .concat()
    }

    fn paragraphs(&self) -> String {
        self.article.iter().map(|text| format!("<p>{text}</p>\n")).collect()
    }
}

fn cleaned(page: String) -> String {
    let run = Desk::new().feed("clean --from html --to jsonl", page).silent();
    let row: Value = serde_json::from_str(run.text()).unwrap();
    row["text"].as_str().unwrap().to_owned()
}

#[test]
fn no_language_comes_out_empty() {
    for page in &PAGES {
        for (form, html) in [("named", page.named()), ("bare", page.bare())] {
            let text = cleaned(html);
            for paragraph in page.article {
                assert!(text.contains(paragraph), "{} {form}: {paragraph:?} went: {text:?}", page.language);
            }
        }
    }
}

#[test]
fn what_sites_wrap_around_goes_in_any_language() {
    for page in &PAGES {
        let text = cleaned(page.named());
        let around = page.menu.iter().chain(&page.related).chain([&page.cookies, &page.footer]);
        let stayed: Vec<&&str> = around.filter(|it| text.contains(**it)).collect();
        assert!(stayed.len() <= 2, "{}: of 9 {stayed:?} stayed", page.language);
    }
}
