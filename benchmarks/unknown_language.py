#!/usr/bin/env python3
"""Cleans whole pages in which no word is known, and compares with the same pages unchanged.

    python3 benchmarks/unknown_language.py CORPORA OUT [--gleaner target/release/gleaner] [--groups 5] [--every 1]
        [--model FILE] [--scripts Armenian,Georgian,Han]

CORPORA holds wcxb-dev (html/ID.html.gz, ground-truth.jsonl.gz). The sites are split into groups; for each, a model
is trained on the pages of the other groups (`gleaner train --pages`; models stay in OUT and are used again), and
the group's own pages are cleaned by it four times:

  known      unchanged
  Armenian   every letter a-z became another letter of a script with upper and lower case
  Georgian   the same in a script that has no case: no capitals are left
  Han        every word became two characters of its own, and the spaces between words are gone

This changes texts between tags, and texts in the JSON that a page holds for its scripts. Names of tags,
attributes and classes, addresses, scripts and digits stay, and words shared by page and reference stay shared.
--model takes one model for all pages instead of training (the built-in one was trained on these pages).
Standard library only.
"""
import argparse, collections, gzip, hashlib, html, json, pathlib, re, shutil, statistics, subprocess, sys

SCRIPTS = ["Armenian", "Georgian", "Han"]
LETTERS = re.compile(r"[A-Za-z]+")
ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
# What a page consists of: comments, elements whose text is never shown (or is data), tags, and text between them.
PIECE = re.compile(
    r"(?P<comment><!--.*?-->|<![^>]*>|<\?[^>]*>)"
    r"|(?P<open><(?P<name>script|style|textarea|template)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)(?P<raw>.*?)(?=</(?P=name)|\Z)"
    r"|(?P<tag></?[A-Za-z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>)"
    r"|(?P<text>[^<]+|<)",
    re.S | re.I,
)
ATTRIBUTE = re.compile(r"(=\s*)(\"[^\"]{256,}\"|'[^']{256,}')", re.S)
WORD = re.compile(r"[\u4e00-\u9fff]{2}|[^\W\u4e00-\u9fff]+")


def cipher(script):
    """A function that puts a plain text into the script."""
    if script == "known":
        return lambda text: text
    if script == "Han":
        def word(match):
            number = int(hashlib.md5(match[0].lower().encode()).hexdigest(), 16)
            return chr(0x4E00 + number % 20000) + chr(0x4E00 + number // 20000 % 20000)
        marks = str.maketrans({",": "，", "?": "？", "!": "！", ":": "：", ";": "；"})

        def han(text):
            text = LETTERS.sub(word, re.sub(r"(?<=[A-Za-z])['’](?=[A-Za-z])", "", text))
            text = re.sub(r"(?<=[\u4e00-\u9fff])\.(?!\w)", "。", text)
            text = re.sub(r"(?<=[\u4e00-\u9fff])[,?!:;]", lambda it: it[0].translate(marks), text)
            return re.sub(r"(?<=[\u4e00-\u9fff，。？！：；])[ \t]+(?=[\u4e00-\u9fff])", "", text)
        return han
    first = {"Armenian": (0x561, 0x531), "Georgian": (0x10D0, 0x10D0)}[script]
    table = {ord("a") + i: first[0] + i for i in range(26)} | {ord("A") + i: first[1] + i for i in range(26)}
    return lambda text: text.translate(table)


def of_text(text, put):
    """A text between tags; entities stay."""
    parts, at = [], 0
    for entity in ENTITY.finditer(text):
        parts += [put(text[at:entity.start()]), entity[0]]
        at = entity.end()
    return "".join(parts + [put(text[at:])])


def of_data(value, put):
    """Texts of several words in JSON; keys, names and addresses stay."""
    if isinstance(value, dict):
        return {key: of_data(inside, put) for key, inside in value.items()}
    if isinstance(value, list):
        return [of_data(inside, put) for inside in value]
    if not isinstance(value, str) or " " not in value.strip():
        return value
    if value.lstrip().startswith(("{", "[")):
        try:
            return json.dumps(of_data(json.loads(value), put), ensure_ascii=False)
        except ValueError:
            return value
    return of_page(value, put) if "<" in value else of_text(value, put)


def of_json(text, put):
    """JSON at the beginning of a text, and the rest; None if there is none."""
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return json.dumps(of_data(value, put), ensure_ascii=False).replace("</", "<\\/") + text[end:]


def of_script(raw, put):
    start = re.search(r"[{\[]", raw)
    if not start or start.start() >= 200:
        return raw
    changed = of_json(raw[start.start():], put)
    return raw if changed is None else raw[:start.start()] + changed


def of_tag(tag, put):
    """Long attributes may hold data."""
    def attribute(match):
        value = html.unescape(match[2][1:-1]).strip()
        changed = of_json(value, put) if value.startswith(("{", "[")) else None
        return match[0] if changed is None else match[1] + '"' + html.escape(changed) + '"'
    return ATTRIBUTE.sub(attribute, tag)


def of_page(page, put):
    out = []
    for piece in PIECE.finditer(page):
        if piece["comment"]:
            out.append(piece["comment"])
        elif piece["open"]:
            name, raw = piece["name"].lower(), piece["raw"]
            shown = of_script(raw, put) if name == "script" else raw if name == "style" else of_page(raw, put)
            out.append(piece["open"] + shown)
        elif piece["tag"]:
            out.append(of_tag(piece["tag"], put))
        else:
            out.append(of_text(piece["text"], put))
    return "".join(out)


def decoded(page):
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = re.search(rb"charset=[\"']?([\w-]+)", page[:4096])
        try:
            return page.decode(named[1].decode() if named else "cp1252", "replace")
        except LookupError:
            return page.decode("cp1252", "replace")


def word_f1(text, reference):
    """Word F1 as in score_pages.py; two characters of Han are a word."""
    kept, wanted = (collections.Counter(WORD.findall(it.lower())) for it in (text, reference))
    if not wanted or not kept:
        return float(not wanted and not kept)
    return 2 * sum((kept & wanted).values()) / (sum(kept.values()) + sum(wanted.values()))


def model_of(group, rows, folder, out, given):
    """The model trained on all groups but this one."""
    model = out / f"without-{group}.gleaner"
    if not model.exists():
        training = out / f"without-{group}"
        shutil.rmtree(training, ignore_errors=True)
        (training / "html").mkdir(parents=True)
        with open(training / "ground-truth.jsonl", "w", encoding="utf-8") as file:
            for row in (row for row in rows if row["group"] != group):
                name = row["id"] + ".html.gz"
                (training / "html" / name).symlink_to((folder / "html" / name).resolve())
                file.write(json.dumps(row) + "\n")
        subprocess.run([given.gleaner, "train", "--pages", training, "-o", model], check=True)
        shutil.rmtree(training)
    return model


def cleaned(rows, script, model, folder, out, given):
    """Word F1 of each page, and the number of words kept."""
    put, pages = cipher(script), out / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir()
    for row in rows:
        page = decoded(gzip.decompress((folder / "html" / (row["id"] + ".html.gz")).read_bytes()))
        (pages / (row["id"] + ".html")).write_bytes(b"\xef\xbb\xbf" + of_page(page, put).encode("utf-8", "replace"))
    run = subprocess.run([given.gleaner, "clean", "-q", "--from", "html", "--to", "jsonl", "--model", model, pages],
                         stdout=subprocess.PIPE)
    if run.returncode not in (0, 1):
        sys.exit("gleaner failed")
    texts = {}
    for line in filter(None, run.stdout.decode("utf-8").split("\n")):
        row = json.loads(line)
        texts[pathlib.Path(row["id"]).stem] = row.get("text") or ""
    shutil.rmtree(pages)
    return [(row["page_type"], word_f1(texts[row["id"]], put(row["main_content"])),
             len(WORD.findall(texts[row["id"]])), bool(row["main_content"].strip())) for row in rows]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=pathlib.Path)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--gleaner", default="target/release/gleaner")
    arguments.add_argument("--groups", type=int, default=5)
    arguments.add_argument("--only", type=int, help="only this group")
    arguments.add_argument("--every", type=int, default=1, help="use every Nth page of a group")
    arguments.add_argument("--model", type=pathlib.Path)
    arguments.add_argument("--scripts", default=",".join(SCRIPTS))
    given = arguments.parse_args()
    folder = given.corpora / "wcxb-dev"
    given.out.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / "ground-truth.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    for row in rows:
        row["group"] = int(hashlib.md5(row["domain"].encode()).hexdigest(), 16) % given.groups
    scripts = ["known"] + [script for script in given.scripts.split(",") if script]
    scored = {script: [] for script in scripts}
    for group in range(given.groups) if given.only is None else [given.only]:
        model = given.model or model_of(group, rows, folder, given.out, given)
        own = [row for row in rows if row["group"] == group][:: given.every]
        for script in scripts:
            scored[script] += cleaned(own, script, model, folder, given.out, given)
    print("word F1       pages" + "".join(f"{script:>10}" for script in scripts))
    kinds = sorted({kind for kind, *_ in scored["known"]})
    for kind in ["all", *kinds]:
        of = {s: [f for k, f, *_ in scored[s] if kind in ("all", k)] for s in scripts}
        print(f"{kind:<14}{len(of['known']):>5}" + "".join(f"{statistics.mean(of[s]):>10.3f}" for s in scripts))
    for name, wanted in [("below 0.1", lambda it: it[1] < 0.1), ("empty", lambda it: it[2] == 0),
                         ("empty, though there is a reference", lambda it: it[2] == 0 and it[3])]:
        shares = "".join(f"{100 * statistics.mean(map(wanted, scored[s])):>9.1f}%" for s in scripts)
        print(f"{name}\n{'':<19}{shares}" if len(name) > 19 else f"{name:<19}{shares}")


if __name__ == "__main__":
    main()
