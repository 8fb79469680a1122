"""`clean_page` and its kin give what the program gives, for any page, on any number of threads."""

from __future__ import annotations

import json
import pickle
import subprocess

import pytest

import gleaner_text
from gleaner_text import GleanerError, PageModel, analyze_page, analyze_pages, clean_page, clean_pages

NAVIGATION = '<nav class="menu"><ul>' + "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(9)) + "</ul></nav>"
STORY = "".join(
    f"<p>The ferry left the quay at {n} past nine, with <a href=/p>forty people</a> and two horses, says Ib Rasmus.</p>"
    for n in range(6)
)
PAGE = f"""<!doctype html><html lang="en"><head><title>A ferry – The Post</title>
<meta property="og:title" content="A ferry"><meta name="author" content="Orla Penhallow">
<meta property="og:site_name" content="The Post"><link rel="canonical" href="https://post.example/ferry"></head>
<body>{NAVIGATION}<main><article><h2>The crossing</h2>{STORY}<ul><li>Bell &amp; rope</li><li>Kettle</li></ul></article></main>
<div class="share"><a href="#">Share</a> <a href="#">Print</a></div>
<footer class="footer"><p>© 2026 The Post. All rights reserved.</p></footer></body></html>"""
PAGES = [PAGE, PAGE.replace("ferry", "mill").replace("quay", "weir"), "", "<p>", "Only text", "<" * 3000, "<p>\udc80 half"]

SETTINGS = [
    ({}, []),
    ({"precision": True}, ["--precision"]),
    ({"recall": True}, ["--recall"]),
    ({"threshold": 0.3}, ["--threshold", "0.3"]),
    ({"prior": 0.4}, ["--prior", "0.4"]),
    ({"kind": "product"}, ["--page-type", "product"]),
]


@pytest.fixture(scope="module")
def by_program(gleaner, tmp_path_factory):
    def run(page: bytes, *flags: str) -> str:
        path = tmp_path_factory.mktemp("page") / "page.html"
        path.write_bytes(page)
        done = subprocess.run([gleaner, "clean", "--from", "html", "--lenient", *flags, path], capture_output=True, check=True)
        return done.stdout.decode("utf-8")

    return run


@pytest.mark.parametrize(("options", "flags"), SETTINGS)
def test_the_program_says_the_same(by_program, options, flags):
    for to in ("text", "markdown", "html"):
        for page in PAGES[:2]:
            assert clean_page(page, to=to, **options) == by_program(page.encode(), "--to", to, *flags)
            assert clean_page(page.encode(), to=to, **options) == clean_page(page, to=to, **options)


def test_what_stays_and_what_goes():
    text = clean_page(PAGE)
    assert text.count("Ib Rasmus") == 6
    assert "Section" not in text and "All rights" not in text
    assert clean_page(PAGE, to="markdown").startswith("## The crossing\n\n")
    assert "- Bell & rope\n" in clean_page(PAGE, to="markdown", threshold=1.0)


def test_a_page_says_what_it_states():
    page = analyze_page(PAGE)
    assert (page.title, page.author, page.date) == ("A ferry", "Orla Penhallow", None)
    assert (page.language, page.url, page.site_name) == ("en", "https://post.example/ferry", "The Post")
    assert page.text == clean_page(PAGE) and page.problems == ()
    heading = next(block for block in page.blocks if block.role == "heading")
    assert (heading.text, heading.level, heading.path) == ("The crossing", 2, "body/main/article/h2")
    assert [block.text for block in page.blocks if block.verdict == "boilerplate"]
    assert all(0.0 <= block.probability <= 1.0 for block in page.blocks)


def test_blocks_stand_somewhere_and_look_like_something():
    page = f"é{PAGE}<p>A <b>bold</b> &amp; long line</p>"
    blocks = analyze_page(page).blocks
    for block in blocks:
        assert page[block.start : block.end].startswith(block.text[:2])
        assert (block.kind is None) == (block.verdict == "editorial")
    assert "A <b>bold</b> &amp; long line" in [page[block.start : block.end] for block in blocks]
    assert "legal" in [block.kind for block in blocks]
    utf_16 = analyze_page(page.encode("utf-16")).blocks
    assert [(block.start - 1, block.end - 1) for block in utf_16] == [(block.start, block.end) for block in blocks]


def test_many_are_each():
    many = PAGES * 9
    for threads in (1, 2, 5):
        assert clean_pages(many, threads) == [clean_page(page) for page in many]
    assert analyze_pages(many, 3) == [analyze_page(page) for page in many]
    assert clean_pages([]) == [] and analyze_pages([]) == []
    with pytest.raises(TypeError):
        clean_pages(PAGE)


def test_bytes_in_another_encoding(by_program):
    page = '<meta charset="windows-1252"><p>Ein Käse für zwölf Bäcker, sagte der Müller.'.encode("windows-1252")
    assert "Käse für zwölf" in analyze_page(page).blocks[0].text
    unnamed = "<p>Жители посёлка проснулись ночью от шума воды у мельницы.".encode("koi8-r")
    assert analyze_page(unnamed, encoding="koi8-r").blocks[0].text.startswith("Жители посёлка")
    with pytest.raises(GleanerError, match="unknown encoding"):
        clean_page(page, encoding="no such")


def test_broken_pages_raise_nothing():
    deep = "<div>" * 5000 + "inside" + "<p title=" * 2000
    many = "<p" + "".join(f" a{n}=1" for n in range(3000)) + ">after"
    for page in (deep, many, b"\xff\xfe\x00", b"\x00" * 999, "\ud800", "<script>" * 99):
        assert isinstance(clean_page(page), str)
    assert "attributes" in analyze_page(many).problems[0]


@pytest.mark.parametrize("options", [{"precision": True, "recall": True}, {"threshold": 2.0}, {"prior": 1.0}, {"to": "pdf"}, {"kind": "poem"}])
def test_settings_out_of_range(options):
    with pytest.raises(GleanerError):
        clean_page(PAGE, **options)


def test_a_model_from_a_file(tmp_path):
    model = PageModel.default()
    path = tmp_path / "pages.gleaner"
    path.write_bytes(model.to_bytes())
    assert PageModel.load(path) == model == pickle.loads(pickle.dumps(model))
    assert clean_page(PAGE, model=PageModel.load(path)) == clean_page(PAGE)
    of_text = gleaner_text.Model.train([("The heron stood in the reeds.", "editorial"), ("Join us!", "pitch")], min_sites=1)
    with pytest.raises(GleanerError, match="train --pages"):
        PageModel.from_bytes(of_text.to_bytes())
    with pytest.raises(GleanerError, match="damaged"):
        PageModel.from_bytes(model.to_bytes()[:-1])


def test_rows_of_pages_are_what_is_analyzed(gleaner, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    done = subprocess.run([gleaner, "score", path], capture_output=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    blocks = analyze_page(PAGE).blocks
    assert [(row["text"], row["path"], row["verdict"], row["boilerplate"]) for row in rows] == [
        (block.text, block.path, block.verdict, block.probability) for block in blocks
    ]
