#!/usr/bin/env python3
"""The pages that gleaner makes for people, in a real browser: `explain` of a page, the reports of `evaluate` and of a run.

    python3 tests/browser/views.py [arguments of unittest]

GLEANER names the program (target/release/gleaner without it), CHROMIUM the browser; without one the tests are
skipped, and say so. Standard library only. All texts were written for these tests.
"""
import json, os, pathlib, subprocess, sys, tempfile, unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chromium

ROOT = pathlib.Path(__file__).resolve().parents[2]
GLEANER = os.environ.get("GLEANER") or str(ROOT / "target/release/gleaner")

# Tag, attributes and text of everything that is a block, in order.
MENU = ["Home", "News", "Sport", "About us"]
HEAD = "The ferry is back"
STORY = [
    "The old ferry between the two quays sailed again on Monday, eleven years after the last crossing, and half of the "
    "town had come to see it leave. The harbour master rang the bell herself.",
    "It took the yard three winters to replace the hull, which had rusted through in more than forty places. The engine, "
    "built in 1961, was taken apart, cleaned and put together again by two retired mechanics.",
    "From April the boat will run every hour, the council said, and twice as often on market days. Whether it will pay "
    "for itself is another question: the bridge, after all, costs nothing, and it is open at night.",
]
SIGN = 'The sign on the pier reads <script>alert(1)</script> & "<b onclick=\'alert(2)\'>No bathing</b>", which nobody obeys.'
RELATED = ["Bridge closed for repairs", "New mayor elected", "Five walks by the water"]
FOOTER = ["© 2026 Quay News. All rights reserved.", "Privacy policy", "Terms of use"]
TITLE = "\"Ferry\" & 'quay' </title><script>alert(3)</script>"


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def links(texts):
    return "".join(f'<li><a href="https://quay.example/{number}">{text}</a></li>' for number, text in enumerate(texts))


def page(direction="ltr", story=STORY, sign=SIGN):
    paragraphs = "".join(f"<p>{escaped(text)}</p>\n" for text in [*story, sign])
    return (f'<!doctype html><html lang="en" dir="{direction}"><head><meta charset="utf-8"><title>{escaped(TITLE)}</title></head><body>'
            f'<header class="site-header"><nav class="main-nav"><ul class="menu">{links(MENU)}</ul></nav></header>'
            f'<main><article class="post"><h1 class="entry-title">{HEAD}</h1><div class="entry-content">{paragraphs}'
            f'<img src="https://quay.example/ferry.png" onerror="alert(4)"></div></article>'
            f'<aside class="sidebar"><ul class="related-posts">{links(RELATED)}</ul></aside></main>'
            f'<footer class="site-footer"><p>{FOOTER[0]}</p><ul class="menu">{links(FOOTER[1:])}</ul></footer></body></html>')


BLOCKS = [*MENU, HEAD, *STORY, SIGN, *RELATED, *FOOTER]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde" * 4
ARABIC = [
    "أبحرت العبّارة القديمة بين الرصيفين صباح الاثنين من جديد، بعد أحد عشر عامًا على رحلتها الأخيرة.",
    "قرعت مديرة الميناء الجرس بنفسها، وعزفت فرقة رجال الإطفاء على الرصيف إلى أن اختفت السفينة.",
]

TABLE = "<table><tr><th>Quay<th>Hour<tr><td>North<td>9<tr><td>South<td>10</table>"

# Labels of plots that lie over each other.
OVERPRINTED = """(() => {
  const over = [];
  for (const plot of document.querySelectorAll('svg')) {
    const boxes = [...plot.querySelectorAll('text')].map(it => [it.textContent, it.getBoundingClientRect()]);
    boxes.forEach(([a, one], at) => boxes.slice(at + 1).forEach(([b, other]) => {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 1.5 && high > 3.5) over.push([a, b, wide, high]);
    }));
  }
  return over;
})()"""

# Contrast of a bar with the page behind it.
SEEN = """(() => {
  const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).slice(0, 3).map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const of = selector => light(getComputedStyle(document.querySelector(selector)).backgroundColor);
  const [a, b] = [of('.bars i'), of('body')].sort((a, b) => b - a);
  return (a + 0.05) / (b + 0.05);
})()"""

# Every text that is shown, against the background that is behind it: contrast by WCAG 2.2, 1.4.3.
CONTRAST = """(() => {
  const parse = colour => { const n = colour.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = rgb => { const [r, g, b] = rgb.slice(0, 3).map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const low = [];
  for (const element of document.body.querySelectorAll('*')) {
    const text = [...element.childNodes].filter(it => it.nodeType === 3).map(it => it.data.trim()).join('');
    if (!text || element.tagName === 'SCRIPT' || element.tagName === 'STYLE' || !element.checkVisibility({visibilityProperty: true})) continue;
    if (element.closest('svg')) continue;
    const style = getComputedStyle(element);
    let behind = [255, 255, 255, 1], found = false;
    for (let at = element; at && !found; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) { behind = colour; found = true; }
      else if (colour[3] > 0) { found = true; behind = null; }
    }
    if (!behind) continue;
    const [a, b] = [light(parse(style.color)), light(behind)].sort((a, b) => b - a);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push([ratio.toFixed(2), element.className, text.slice(0, 40)]);
  }
  return low;
})()"""


class Views(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.browser = chromium.Browser(chromium.find())
        cls.view = cls.explained("page", page())

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    @classmethod
    def made(cls, name, arguments, status=0, **more):
        """A file that gleaner wrote, as an address."""
        path = pathlib.Path(cls.folder.name) / name
        done = subprocess.run([GLEANER, *arguments], stdout=subprocess.PIPE, **more)
        assert done.returncode == status, f"{arguments}: status {done.returncode}"
        if not path.exists():
            path.write_bytes(done.stdout)
        return path.as_uri()

    @classmethod
    def explained(cls, name, html, status=0):
        source = pathlib.Path(cls.folder.name) / (name + ".html")
        source.write_text(html, encoding="utf-8")
        return cls.made(name + ".view.html", ["explain", "--html", "-", str(source)], status)

    def of(self, selector, property):
        return self.browser.run(f"getComputedStyle(document.querySelector({json.dumps(selector)})).{property}")

    def count(self, selector):
        return self.browser.run(f"document.querySelectorAll({json.dumps(selector)}).length")

    def attribute(self, selector, name):
        return self.browser.run(f"document.querySelector({json.dumps(selector)}).getAttribute({json.dumps(name)})")

    def reasons(self, block):
        """Whether the reasons of a block are shown."""
        return self.browser.run(f"document.querySelector({json.dumps(block + ' .why')}).checkVisibility({{contentVisibilityAuto: true}})"
                                f" && document.querySelector({json.dumps(block + ' .why')}).getBoundingClientRect().height > 20")

    def shown(self):
        """Numbers of the blocks that are shown, in the order in which they stand."""
        return self.browser.run("[...document.querySelectorAll('.block')].filter(it => it.checkVisibility()).map(it => Number(it.dataset.index))")

    def choose(self, control, value):
        self.browser.run(f"(it => {{ it.value = {json.dumps(value)}; it.dispatchEvent(new Event('change')); }})(document.getElementById({json.dumps(control)}))")

    def does_not_overflow(self, width):
        for kind in ("documentElement", "body"):
            self.assertLessEqual(self.browser.run(f"document.{kind}.scrollWidth"), width, kind)

    def test_every_block_is_there_in_order_and_nothing_is_fetched(self):
        self.browser.open(self.view)
        texts = self.browser.run("[...document.querySelectorAll('.block')].map(it => it.querySelector('.text').textContent)")
        self.assertEqual(texts, BLOCKS)
        numbers = self.browser.run("[...document.querySelectorAll('.block')].map(it => it.dataset.index)")
        self.assertEqual(numbers, [str(number) for number in range(len(BLOCKS))])
        self.assertEqual(self.browser.troubles(), [])

    def test_nothing_of_the_page_acts(self):
        self.browser.open(self.view)
        self.assertEqual(self.browser.run("document.title"), TITLE)
        self.assertEqual(self.browser.run("document.querySelector('h1').textContent"), TITLE)
        self.assertEqual(self.count("script"), 1)
        self.assertEqual(self.count("img, iframe, object, embed, link, [onclick], [onerror], main a, main b[onclick]"), 0)
        self.assertEqual(self.browser.run("document.querySelector('.block[data-index=\"8\"] > .text').textContent"), SIGN)
        self.assertEqual(self.browser.troubles(), [])
        # Were a text to get out of its place after all: the policy lets no other script run, and nothing be fetched.
        self.browser.run("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://quay.example/x.png\" onerror=\"window.acted = 1\">')")
        self.browser.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.acted = 2'}))")
        self.browser.settle()
        self.assertIsNone(self.browser.run("window.acted"))
        self.assertTrue(any("Content Security Policy" in trouble for trouble in self.browser.troubles()))

    def test_verdicts_have_backgrounds_of_their_own(self):
        for scheme in ("light", "dark"):
            with self.subTest(scheme):
                self.browser.open(self.view, prefers_color_scheme=scheme)
                self.assertGreater(self.count(".block.boilerplate"), 5)
                self.assertGreaterEqual(self.count(".block.editorial, .block.unsure"), 4)
                colours = {self.of(f".block.{verdict}", "backgroundColor") for verdict in ("editorial", "boilerplate")}
                self.browser.run("document.querySelector('.block').className = 'block unsure'")
                colours |= {self.of(".block.unsure", "backgroundColor"), self.of("body", "backgroundColor")}
                self.assertEqual(len(colours), 4, colours)
                self.assertNotIn("rgba(0, 0, 0, 0)", colours, "nothing is the body's own colour")

    def test_legend_counts_what_is_shown(self):
        self.browser.open(self.view)
        for verdict in ("editorial", "unsure", "boilerplate"):
            said = self.browser.run(f"document.querySelector('.legend .{verdict} + dd').textContent")
            self.assertEqual(int(said.split()[0]), self.count(f".block.{verdict}"), said)

    def test_reasons_open_and_close(self):
        for width in (1280, 700, 320):
            with self.subTest(width=width):
                self.browser.open(self.view, width=width)
                block = '.block[data-index="6"]'
                self.assertEqual(self.count("details[open]"), 0)
                self.assertFalse(self.reasons(block))
                self.browser.click(block + " summary")
                self.assertTrue(self.reasons(block))
                self.assertFalse(self.reasons('.block[data-index="7"]'))
                box = self.browser.run(f"(({{left, right}}) => [left, right])(document.querySelector('{block} .why').getBoundingClientRect())")
                self.assertTrue(0 <= box[0] and box[1] <= width, box)
                text = self.browser.run(f"document.querySelector('{block} > .text').getBoundingClientRect().bottom")
                why = self.browser.run(f"document.querySelector('{block} .why').getBoundingClientRect().top")
                self.assertGreaterEqual(why, text, "reasons stand under the text")
                self.browser.click(block + " summary")
                self.assertFalse(self.reasons(block))
                self.assertEqual(self.browser.troubles(), [])

    def test_reasons_say_what_was_decided(self):
        self.browser.open(self.view)
        kept = self.browser.run("document.querySelector('.block[data-index=\"6\"] details').textContent")
        gone = self.browser.run("document.querySelector('.block[data-index=\"0\"] details').textContent")
        self.assertIn("kept", kept.lower())
        self.assertIn("Dropped", gone)
        for text in (kept, gone):
            for part in ("Probability of boilerplate 0.", "nats", "header" if text == gone else "article"):
                self.assertIn(part, text)
            # Words, not names of features.
            self.assertNotRegex(text, "[01][<.#@][a-z]|kind-length|shape: ")

    def test_everything_is_done_with_keys(self):
        self.browser.open(self.view)
        order = []
        for _ in range(len(BLOCKS) + 2):
            self.browser.press("Tab")
            order.append(self.browser.run("document.activeElement.id || document.activeElement.closest('.block').dataset.index"))
        self.assertEqual(order, ["show", "order", *(str(number) for number in range(len(BLOCKS)))])
        self.assertEqual(self.browser.run("getComputedStyle(document.activeElement).outlineStyle"), "solid")
        block = f'.block[data-index="{len(BLOCKS) - 1}"]'
        for key, shown in (("Enter", True), ("Enter", False), (" ", True), (" ", False)):
            self.browser.press(key)
            self.assertEqual(self.reasons(block), shown, key)

    def test_controls_tell_what_they_are(self):
        self.browser.open(self.view)
        tree = self.browser.call("Accessibility.getFullAXTree")["nodes"]
        named = [(it["role"]["value"], it["name"]["value"]) for it in tree if not it["ignored"] and it.get("role") and it.get("name")]
        reasons = [name for role, name in named if role == "DisclosureTriangle"]
        self.assertEqual(len(reasons), len(BLOCKS))
        self.assertTrue(all("reasons" in name and "%" in name for name in reasons), reasons)
        boxes = [name for role, name in named if role in ("combobox", "ComboBoxSelect", "MenuListPopup", "PopUpButton")]
        self.assertTrue({"Show", "Order"} <= {name.strip() for name in boxes}, named[:20])

    def test_filters_and_orders(self):
        self.browser.open(self.view)
        everything = list(range(len(BLOCKS)))
        gone = self.browser.run("[...document.querySelectorAll('.block.boilerplate')].map(it => Number(it.dataset.index))")
        doubtful = self.browser.run("[...document.querySelectorAll('.block.doubtful')].map(it => Number(it.dataset.index))")
        self.assertEqual(self.shown(), everything)
        self.choose("show", "kept")
        self.assertEqual(self.shown(), [it for it in everything if it not in gone])
        texts = {BLOCKS[number] for number in self.shown()}
        self.assertTrue(set(STORY) <= texts)
        self.assertFalse({"Home", "Privacy policy"} & texts)
        self.choose("show", "boilerplate")
        self.assertEqual(self.shown(), gone)
        self.choose("show", "doubtful")
        self.assertEqual(self.shown(), doubtful)
        self.choose("show", "all")
        for order, sign in (("down", -1), ("up", 1)):
            self.choose("order", order)
            p = self.browser.run("[...document.querySelectorAll('.block')].map(it => Number(it.dataset.p))")
            self.assertEqual(p, sorted(p, key=lambda it: sign * it))
        self.choose("order", "near")
        near = self.browser.run("[...document.querySelectorAll('.block')].map(it => Number(it.dataset.near))")
        self.assertEqual(near, sorted(near))
        self.choose("order", "page")
        self.assertEqual(self.shown(), everything)
        self.assertEqual(self.browser.troubles(), [])

    def test_it_reads_without_scripts(self):
        self.browser.scripts(False)
        try:
            self.browser.open(self.view)
            self.assertEqual(self.shown(), list(range(len(BLOCKS))))
            self.assertFalse(self.browser.run("document.getElementById('controls').checkVisibility()"), "what does nothing is not shown")
            self.browser.click('.block[data-index="6"] summary')
            self.assertTrue(self.reasons('.block[data-index="6"]'))
        finally:
            self.browser.scripts(True)

    def test_a_table_is_a_table(self):
        html = page().replace("</article>", TABLE + "</article>")
        for width in (1280, 320):
            self.browser.open(self.explained("table", html), width=width)
            rows = self.browser.run("[...document.querySelectorAll('main tr')].map(row => [...row.cells].map(it => it.querySelector('.text').textContent))")
            self.assertEqual(rows, [["Quay", "Hour"], ["North", "9"], ["South", "10"]])
            tops = self.browser.run("[...document.querySelectorAll('main tr:first-child td')].map(it => it.getBoundingClientRect().top)")
            self.assertEqual(len(set(tops)), 1, "cells of a row stand beside each other")
            self.does_not_overflow(width)
            self.choose("order", "up")
            self.assertEqual(self.count("main td .block"), 0)
            self.choose("order", "page")
            self.assertEqual(self.count("main td .block"), 6)

    def test_a_page_without_text(self):
        self.browser.open(self.explained("empty", "<!doctype html><title>Nothing</title>", status=1))
        self.assertIn("no text", self.browser.run("document.querySelector('main').textContent"))
        self.assertEqual(self.browser.troubles(), [])

    def test_narrow_and_from_right_to_left(self):
        wide = page(story=[LONG, *STORY, LONG], sign="<" + LONG + ">")
        for name, html in [("wide", wide), ("arabic", page("rtl", ARABIC)), ("page", page())]:
            address = self.explained(name, html)
            for width in (320, 1280):
                with self.subTest(name, width=width):
                    self.browser.open(address, width=width)
                    self.does_not_overflow(width)
                    for number in (0, 6):
                        self.browser.click(f'.block[data-index="{number}"] summary')
                    self.does_not_overflow(width)
        self.browser.open(self.explained("arabic", page("rtl", ARABIC)), width=320)
        self.assertEqual(self.of('.block[data-index="5"] > .text', "direction"), "rtl")
        self.assertEqual(self.of('.block[data-index="4"] > .text', "direction"), "ltr")

    def test_contrast_in_light_and_dark(self):
        for scheme in ("light", "dark"):
            with self.subTest(scheme):
                self.browser.open(self.view, prefers_color_scheme=scheme)
                for number in (0, 4, 6):
                    self.browser.click(f'.block[data-index="{number}"] summary')
                self.assertEqual(self.browser.run(CONTRAST), [])
        light = self.browser.run("getComputedStyle(document.body).backgroundColor")
        self.browser.media(prefers_color_scheme="light")
        self.assertNotEqual(light, self.browser.run("getComputedStyle(document.body).backgroundColor"))

    def test_on_paper(self):
        self.browser.open(self.view, prefers_color_scheme="dark")
        self.browser.click('.block[data-index="6"] summary')
        self.browser.media("print", prefers_color_scheme="dark")
        self.assertEqual(self.of("#controls", "display"), "none")
        self.assertEqual(self.of("body", "backgroundColor"), "rgb(255, 255, 255)", "paper is white")
        self.assertTrue(self.reasons('.block[data-index="6"]'))
        self.assertFalse(self.reasons('.block[data-index="7"]'))
        self.assertEqual(self.browser.run(CONTRAST), [])
        self.assertGreater(len(self.browser.call("Page.printToPDF", printBackground=True)["data"]), 5000)
        self.browser.media()

    def test_the_report_of_evaluate(self):
        path = pathlib.Path(self.folder.name) / "report.html"
        labelled = str(ROOT / "tests/it/fixtures/labelled.jsonl")
        address = self.made("report.html", ["evaluate", "--html", str(path), labelled], stderr=subprocess.DEVNULL)
        for width, scheme in ((1280, "light"), (320, "dark")):
            with self.subTest(width=width, scheme=scheme):
                self.browser.open(address, width=width, prefers_color_scheme=scheme)
                self.assertIn("gleaner", self.browser.run("document.title"))
                self.does_not_overflow(width)
                self.assertEqual(self.browser.run(CONTRAST), [])
                self.assertEqual(self.browser.troubles(), [])
                for selector in ("#figures", "#plots", "#lost"):
                    self.assertEqual(self.count(selector), 1)
                rows = self.browser.run("[...document.querySelectorAll('#labels tbody tr')].map(it => it.cells[1].textContent)")
                self.assertNotIn("0", rows, "no label without lines")
                self.assertEqual(self.browser.run(OVERPRINTED), [])

    def test_the_report_of_a_run(self):
        folder = pathlib.Path(self.folder.name)
        rows = [{"id": f"row <{number}>", "text": "\n".join([*STORY, *RELATED, *FOOTER, "Sign up for our newsletter! <b>Now</b>"])} for number in range(12)]
        rows.append({"id": "long", "text": "\n".join([*STORY, LONG])})
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        report = folder / "run.html"
        subprocess.run([GLEANER, "clean", "--report", str(report), "-o", str(folder / "out.jsonl"), str(folder / "rows.jsonl")], check=True)
        for width, scheme in ((1280, "light"), (320, "dark")):
            with self.subTest(width=width, scheme=scheme):
                self.browser.open(report.as_uri(), width=width, prefers_color_scheme=scheme)
                self.does_not_overflow(width)
                self.assertEqual(self.browser.run(CONTRAST), [])
                self.assertEqual(self.browser.troubles(), [])
                self.assertEqual(self.count("script, main b b"), 0)
                for selector in ("#kinds", "#examples", "#most", "#inputs", "#settings"):
                    self.assertEqual(self.count(selector), 1, selector)
                widths = self.browser.run("[...document.querySelectorAll('#kinds .bars i')].map(it => it.getBoundingClientRect().width)")
                self.assertTrue(widths and widths == sorted(widths, reverse=True) and widths[0] > 40, widths)
                self.assertGreaterEqual(self.browser.run(SEEN), 3, "bars stand out from the paper")
                text = self.browser.run("document.body.textContent")
                self.assertNotRegex(text, r"none\b|some\(|on 1 threads|Options")


if __name__ == "__main__":
    if not chromium.find():
        print("skipped: no Chromium is installed (on Debian: apt-get install chromium), and CHROMIUM names none")
        sys.exit(0)
    if not os.access(GLEANER, os.X_OK):
        sys.exit(f"{GLEANER}: not there; cargo build --release makes it")
    unittest.main()
