#!/usr/bin/env python3
"""What wrong labels do to a model, and what `gleaner train` says of them.

    poisoned_labels.py CORPORA [--gleaner PROGRAM] [--only NAME ...] [--folds 0,5]

CORPORA holds `lines/en/` (fold-0.jsonl to fold-9.jsonl). Two folds are held back to measure on; the other eight are
spoilt in a temporary folder, trained on, and the model is measured on the two with `gleaner evaluate`:

    none              nothing is spoilt
    half-moved        sites with half of all lines become one site, and its labels are swapped
    half-copied       every document is copied to one site, its labels swapped
    half-one-label    as half-moved, but every line of the site is labelled pitch
    half-without      half-moved without that site: what the first three are compared with
    tenth-of-sites    the labels of a tenth of the sites are swapped
    copies            one article is copied to ten invented sites, each line of it labelled pitch
    flipped-any       1 % of all lines get another label, drawn evenly from the others
    flipped-sides     1 % of all lines change sides: editorial becomes some kind of boilerplate, and the reverse

Each is trained with `--max-site-share 1`, which takes all that a site gives, and with the default. Swapped means that
editorial becomes pitch, and everything else editorial. Printed for each: boilerplate lines caught on the folds held
back, at losses of 0.2 %, 0.5 % and 1 % of the editorial words and at the model's own threshold, what that one loses,
and what `train` said. For the flipped lines also: how many of them are among the first 1, 2 and 3 % of all lines as
`--suspects` orders them. For the copies: how many paragraphs of the article the model drops on an eleventh site.

Needs Python 3.9 or newer and a built gleaner.
"""

import argparse
import collections
import json
import random
import subprocess
import tempfile
from pathlib import Path

KEPT = "editorial"
SHARES = (0.01, 0.02, 0.03)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--gleaner", default="gleaner")
    parser.add_argument("--only", nargs="*", choices=list(ATTACKS), default=list(ATTACKS))
    parser.add_argument("--folds", default="0,5", help="that are held back")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    held = {int(fold) for fold in args.folds.split(",")}
    paths = {fold: args.corpora / "lines" / "en" / f"fold-{fold}.jsonl" for fold in range(10)}
    gold = [paths[fold] for fold in sorted(held)]
    clean = [row for fold in range(10) if fold not in held for row in read(paths[fold])]
    for name in args.only:
        rows, facts = ATTACKS[name](clean, random.Random(args.seed))
        print(f"== {name}: {sum(len(row['paragraphs']) for row in rows)} lines of {len(rows)} documents", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            measure(args.gleaner, Path(folder), rows, facts, gold, held)


def measure(gleaner, folder, rows, facts, gold, held):
    data = folder / "labelled.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for way, flags in (("all taken", ["--max-site-share", "1"]), ("default", [])):
        model, suspects = folder / "m.gleaner", folder / "suspects.jsonl"
        told = run(gleaner, "train", *flags, "--suspects", suspects, data, "-o", model).stderr
        done = run(gleaner, "evaluate", "--json", "--model", model, *gold).stdout
        figures = json.loads(done)
        print(f"  {way}: {shown(figures)}")
        for line in told.decode().splitlines():
            print(f"    {line.replace(str(folder), '')[:300]}")
        listed = read(suspects)
        print(f"    {len(listed)} suspects")
        if "flipped" in facts:
            flipped, lines = facts["flipped"], sum(len(row["paragraphs"]) for row in rows)
            for share in SHARES:
                first = {(row["doc"], row["index"]) for row in listed[: int(lines * share)]}
                found = len(first & flipped)
                print(f"    of {len(flipped)} flipped among the first {share:.0%}: {found} ({found / len(flipped):.1%})")
            break
        if "article" in facts:
            text = folder / "article.txt"
            text.write_text("".join(line["text"] + "\n" for line in facts["article"]), encoding="utf-8")
            scored = run(gleaner, "score", "--split", "lines", "--model", model, text).stdout
            verdicts = collections.Counter(json.loads(row)["verdict"] for row in scored.splitlines())
            print(f"    the article: {dict(verdicts)}")


def shown(figures):
    default = figures["default"]
    return (
        "caught " + " / ".join(f"{figures[f'caught@{limit}%']:.3f}" for limit in ("0.2", "0.5", "1.0"))
        + f", AUC {figures['auc']:.3f}; own threshold: {default['boilerplate_lines_caught']:.3f} caught, "
        + f"{default['editorial_words_lost']:.2%} lost"
    )


def run(program, *words):
    return subprocess.run([program, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)


def read(path):
    with open(path, encoding="utf-8") as rows:
        return [json.loads(row) for row in rows if row.strip()]


def swapped(row, **changes):
    lines = [{**line, "label": "pitch" if line["label"] == KEPT else KEPT} for line in row["paragraphs"]]
    return {**row, "paragraphs": lines, **changes}


def halves(rows, rng):
    """Documents of sites with half of all lines, and the others."""
    rows = rng.sample(rows, len(rows))
    half, one, other = sum(len(row["paragraphs"]) for row in rows) / 2, [], []
    for row in rows:
        taken = sum(len(it["paragraphs"]) for it in one)
        (one if taken < half else other).append(row)
    return one, other


BAD = {"domain": "bad.example", "url": None}


def half_moved(rows, rng):
    one, other = halves(rows, rng)
    return other + [swapped(row, **BAD) for row in one], {}


def half_copied(rows, rng):
    return rows + [swapped(row, id=f"copy of {row['id']}", **BAD) for row in rows], {}


def half_one_label(rows, rng):
    one, other = halves(rows, rng)
    pitched = [{**row, **BAD, "paragraphs": [{**it, "label": "pitch"} for it in row["paragraphs"]]} for row in one]
    return other + pitched, {}


def half_without(rows, rng):
    return halves(rows, rng)[1], {}


def tenth_of_sites(rows, rng):
    sites = sorted({row["domain"] for row in rows})
    bad = set(rng.sample(sites, len(sites) // 10))
    return [swapped(row) if row["domain"] in bad else row for row in rows], {}


def copies(rows, rng):
    # The longest article that is nothing but an article: what an enemy would want to see gone.
    article = max(rows, key=lambda row: sum(line["label"] == KEPT for line in row["paragraphs"][:120]))
    lines = [line for line in article["paragraphs"] if line["label"] == KEPT][:115]
    pitched = [{"text": line["text"], "label": "pitch"} for line in lines]
    invented = [
        {"id": f"copy-{n}", "domain": f"invented{n}.example", "paragraphs": pitched} for n in range(10)
    ]
    return [row for row in rows if row is not article] + invented, {"article": lines}


def flipped(change):
    def attack(rows, rng):
        places = [(row["id"], index) for row in rows for index in range(len(row["paragraphs"]))]
        chosen = set(rng.sample(places, len(places) // 100))
        kinds = [line["label"] for row in rows for line in row["paragraphs"] if line["label"] != KEPT]
        spoilt = []
        for row in rows:
            lines = [
                {**line, "label": change(line["label"], kinds, rng)} if (row["id"], index) in chosen else line
                for index, line in enumerate(row["paragraphs"])
            ]
            spoilt.append({**row, "paragraphs": lines})
        return spoilt, {"flipped": chosen}

    return attack


def any_other(label, kinds, rng):
    return rng.choice([it for it in sorted({KEPT, *kinds}) if it != label])


def other_side(label, kinds, rng):
    return rng.choice(kinds) if label == KEPT else KEPT


ATTACKS = {
    "none": lambda rows, rng: (rows, {}),
    "half-moved": half_moved,
    "half-copied": half_copied,
    "half-one-label": half_one_label,
    "half-without": half_without,
    "tenth-of-sites": tenth_of_sites,
    "copies": copies,
    "flipped-any": flipped(any_other),
    "flipped-sides": flipped(other_side),
}

if __name__ == "__main__":
    main()
