"""The recipes of the package's README, run as they stand there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gleaner_text import clean, clean_many

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")

PAGE = """<!DOCTYPE html><html><head><title>{title}</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>{title}</h1>{paragraphs}</article><footer>© 2024 The Sallowby Post</footer></body></html>"""


def page(title: str, article: str) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in article.splitlines())
    return PAGE.format(title=title, paragraphs=paragraphs)


@pytest.fixture
def shell(gleaner, tmp_path):
    """Runs a line of the README in a folder of its own, with the program on the path."""
    (tmp_path / "bin").mkdir()
    os.symlink(gleaner, tmp_path / "bin" / "gleaner")
    folders = [str(tmp_path / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]

    def run(line: str, **variables: str) -> bytes:
        assert line in README, "the README has another line"
        environment = {**os.environ, "PATH": os.pathsep.join(folders), **variables}
        command = ["bash", "-euo", "pipefail", "-c", line]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=180)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    return run


def needs(*programs: str) -> None:
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for program in programs:
        if shutil.which(program, path=beside) is None:
            pytest.skip(f"{program} is not installed")


def test_after_trafilatura(shell, article, tmp_path):
    needs("trafilatura")
    # Long enough that the extractor takes it for an article.
    text = article.replace("\n", " The harbour board met on Tuesday to hear what it would cost.\n", 6)
    (tmp_path / "page.html").write_text(page("The ferry that came back", text), encoding="utf-8")
    whole = subprocess.run(
        [sys.executable, "-m", "trafilatura.cli"], stdin=open(tmp_path / "page.html"), capture_output=True, check=True
    ).stdout.decode()
    left = shell("trafilatura < page.html | gleaner clean > article.txt")
    left = (tmp_path / "article.txt").read_text(encoding="utf-8")
    assert "a crane that fell into the harbour" in left
    assert left == clean(whole)


def test_between_zstd_and_zstd(shell, documents, by_program, write, rows_of, tmp_path):
    needs("zstd", "zstdcat")
    write(tmp_path / "in.jsonl", documents)
    subprocess.run(["zstd", "-q", "--rm", "in.jsonl"], cwd=tmp_path, check=True)
    shell("zstdcat in.jsonl.zst | gleaner clean --from jsonl | zstd -q > out.jsonl.zst")
    done = subprocess.run(["zstdcat", "out.jsonl.zst"], cwd=tmp_path, check=True, capture_output=True)
    assert rows_of(done.stdout) == by_program(documents)


def shards(folder: Path) -> list[dict]:
    lines = [line for path in sorted(folder.rglob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted((json.loads(line) for line in lines), key=lambda row: row["id"])


def test_gnu_parallel(shell, documents, by_program, write, tmp_path):
    needs("parallel")
    for shard in range(5):
        write(tmp_path / "in" / f"{shard}.jsonl", documents[shard::5])
    (tmp_path / "out").mkdir()
    shell("parallel gleaner clean -j 1 {} -o out/{/} ::: in/*.jsonl")
    assert shards(tmp_path / "out") == sorted(by_program(documents), key=lambda row: row["id"])


def test_slurm_array(shell, documents, by_program, write, tmp_path):
    for shard in range(7):
        write(tmp_path / "in" / f"{shard}.jsonl", documents[shard::7])
    line = "gleaner clean in -o out --keep-dirs --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
    # `sbatch --array=1-3` sets these; in any order, and a task may run twice.
    for task in (2, 3, 1, 3):
        shell(line, SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT="3")
    assert shards(tmp_path / "out") == sorted(by_program(documents), key=lambda row: row["id"])
    assert len(list((tmp_path / "out").rglob("*.jsonl"))) == 7


def test_the_pipe_of_spark_is_the_one_of_its_test():
    from_test = (Path(__file__).parent / "test_spark.py").read_text(encoding="utf-8")
    options = 'env={"PATH": os.environ["PATH"]}, checkCode=True)'
    assert f'rdd.pipe("gleaner clean --from jsonl --lenient", {options}' in README
    assert 'PIPE = "gleaner clean --from jsonl --lenient"' in from_test and options in from_test


SPIDER = """
import sys
from pathlib import Path
import scrapy
from scrapy.crawler import CrawlerProcess

class Articles(scrapy.Spider):
    name = "articles"
    start_urls = [path.as_uri() for path in sorted(Path(sys.argv[1]).glob("*.html"))]

    def parse(self, response):
        yield {"url": response.url, "text": "\\n".join(response.css("article ::text").getall())}

process = CrawlerProcess({
    "ITEM_PIPELINES": {"gleaner_text.integrations.scrapy.GleanerPipeline": 300},
    "GLEANER_OPTIONS": {"precision": True},
    "FEEDS": {"items.jsonl": {"format": "jsonlines"}},
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "ERROR",
})
crawler = process.create_crawler(Articles)
process.crawl(crawler)
process.start()
stats = crawler.stats.get_stats()
print(stats["gleaner/items"], stats["gleaner/changed"])
"""


def test_scrapy(article, tmp_path):
    pytest.importorskip("scrapy", reason="Scrapy is not installed")
    assert '"gleaner_text.integrations.scrapy.GleanerPipeline": 300' in README
    for number in range(2):
        (tmp_path / f"{number}.html").write_text(page(f"Ferry {number}", article), encoding="utf-8")
    (tmp_path / "spider.py").write_text(SPIDER)
    command = [sys.executable, "spider.py", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "2"], done.stderr
    rows = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text().splitlines()]
    expected = {
        (tmp_path / f"{number}.html").as_uri(): clean(f"Ferry {number}\n{article.strip()}", precision=True)
        for number in range(2)
    }
    assert {row["url"]: row["text"] for row in rows} == expected


def test_items_of_scrapy_pass_whatever_they_are(article):
    pytest.importorskip("scrapy", reason="Scrapy is not installed")
    from gleaner_text.integrations.scrapy import GleanerPipeline

    pipeline = GleanerPipeline(options={"precision": True})
    for item in ({"url": "x"}, {"text": None}, {"text": 7}, {"text": ""}):
        assert pipeline.process_item(dict(item)) == item
    assert pipeline.process_item({"text": article, "n": 1}) == {"text": clean(article, precision=True), "n": 1}


def test_langchain(article):
    pytest.importorskip("langchain_core", reason="LangChain is not installed")
    from gleaner_text.integrations.langchain import GleanerTransformer
    from langchain_core.documents import Document

    documents = [
        Document(page_content=article, metadata={"source": "a"}, id="1"),
        Document(page_content="The river rose again in the night, and by dawn the mill stood in water."),
    ]
    left = GleanerTransformer(precision=True).transform_documents(documents)
    assert [it.page_content for it in left] == clean_many([article, "The river rose again in the night, and by dawn the mill stood in water."], precision=True)
    assert left[0].metadata["source"] == "a" and left[0].metadata["gleaner_dropped"] > 0 and left[0].id == "1"
    assert left[1] is documents[1] and documents[0].page_content == article


def test_llama_index(article):
    pytest.importorskip("llama_index.core", reason="LlamaIndex is not installed")
    from gleaner_text.integrations.llama_index import GleanerTransformation
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.schema import Document

    documents = [Document(text=article, metadata={"source": "a"}), Document(text="The river rose again in the night, and by dawn the mill stood in water.")]
    pipeline = IngestionPipeline(transformations=[GleanerTransformation(options={"precision": True})])
    left = pipeline.run(documents=documents)
    assert [it.get_content() for it in left] == clean_many([article, "The river rose again in the night, and by dawn the mill stood in water."], precision=True)
    assert left[0].metadata["source"] == "a" and left[0].metadata["gleaner_dropped"] > 0
