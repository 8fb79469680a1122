//! What `--help` teaches below the flags: what is read and written, examples, exit status.

/// Below `gleaner -h`.
pub const EXAMPLES: &str = "\
Examples:
  gleaner clean article.txt                    the article without pitches and footers
  gleaner clean --dropped gone.jsonl a.txt     … and what went, in a file of its own
  gleaner clean dump.jsonl > clean.jsonl       one document a row, other fields untouched
  gleaner clean --to markdown page.html        a web page, as Markdown
  gleaner score article.txt                    a probability for every paragraph
  gleaner clean --dry-run article.txt          the article with what would go struck through
  gleaner explain article.txt                  … and why, one line a paragraph
  gleaner train mine.jsonl -o mine.gleaner     a model of your own labels
  gleaner clean --model mine.gleaner a.txt     … at work

`gleaner help SUBCOMMAND` has more about each.";

/// Below `gleaner --help`.
pub const GLEANER: &str = "\
Examples:
  gleaner clean article.txt
      The article without its membership pitches, share prompts, related links and footers.
  gleaner clean --dropped gone.jsonl dump.jsonl > clean.jsonl
      A dump, one document a row, other fields untouched; what went is kept in gone.jsonl.
  gleaner train mine.jsonl -o mine.gleaner && gleaner clean --model mine.gleaner article.txt
      A model of your own labels, at work.

How much is dropped:
  --precision, the default and --recall are three thresholds of the model, chosen so that at most
  1 %, 0.2 % and 0.05 % of the words of the article are lost on sites that it has not seen. They are
  named as in trafilatura, by what is kept: precision keeps less rubbish, recall keeps more of the
  article. --threshold sets one by hand, `gleaner tune` chooses them on your own documents.

Settings:
  A flag wins over its environment variable, that over the configuration file, that over the
  default. Keys of the file are named like the flags. At the top they hold for every subcommand
  that has the flag, in a table for that subcommand alone. Paths in the file start at its folder.
  A flag that the file turns on is turned off with `--flag=false`.

      model = \"mine.gleaner\"
      [clean]
      max-drop = 0.8

  `gleaner clean --print-config` prints what holds and where it comes from, as such a file.
  `--config /dev/null` uses no file.

Environment:
  GLEANER_MODEL    the model, as --model
  GLEANER_CONFIG   the configuration file, as --config

Exit status:
  0  done, also when nothing was dropped or nobody reads the output any more
  1  done, but some documents had problems, which were reported
  2  wrong usage, model or configuration, output that cannot be written,
     or nothing that could be read";

/// Below `gleaner clean --help`.
pub const CLEAN: &str = "\
Reads:
  Plain text and web pages (one document a file), JSONL and Parquet (one a row; its text field
  holds a page with --content html), WARC and WET (one a record of plain text, or a page); folders
  with all that is in them. gzip, zstd and bzip2 are told by their first bytes, the rest by a
  file's extension, or by how it begins. Text is in UTF-8 or whatever is detected or named by
  --encoding; pages may name it themselves. Addresses of the web are never fetched. In a folder,
  files that are not text (images, archives) are skipped and counted; a page that was saved as .txt
  is read as a page.

Writes:
  What it read, without the paragraphs whose probability reaches the threshold. What stays is
  byte for byte as it came: other fields of a row, other columns, other records too. What cannot
  be judged passes untouched and is reported. A file is compressed as its name ends; standard
  output is plain, whatever the input was, unless --compress says otherwise.
  Several files in one text output are told apart by lines `==> NAME <==`, as head and tail write
  them (--no-filename leaves them out). --to jsonl keeps documents apart for programs,
  -o DIR --keep-dirs writes a file for each. Rows that become text (--to text) follow each other.
  Of a page what is left is text, what it says twice once (twice with --recall), or with --to
  markdown or html a page of its kind; --to jsonl adds title, author, date, language, url and
  site_name where the page states them. A page in a WARC record stays as it is without --to.
  --to jsonl makes a row {\"id\", \"text\", \"kept\", \"dropped\"} of what is none. --to dolma deletes
  nothing: a row {\"id\", \"attributes\"} per document, spans in code points with probabilities.
  Rows leave as soon as the input pauses. Files (-o, --dropped) appear whole, at the end, or not
  at all; -o may name the only input.
  With -o DIR --keep-dirs every input has an output in DIR, under its path as typed. A second run
  does only what is not finished, or whose input (size or time), model or settings differ; what it
  knows of the first run is in DIR/.gleaner.

Examples:
  gleaner clean article.txt
      The article on standard output.
  gleaner clean --dry-run article.txt
      What would go, and how much that is: on a terminal the text with what goes struck through,
      in a pipe one JSON object per paragraph (--color always shows the text there too).
  gleaner clean --precision dump.jsonl
      Drop more: a cleaner text, at the price of up to 1 % of the article's words.
  gleaner clean --recall dump.jsonl
      Drop only what is plain: up to 0.05 % of the article's words may be lost.
  gleaner clean --text-key content --dropped gone.jsonl.gz dump.jsonl.zst -o clean.jsonl.zst
      One step of a pipeline; what went is kept aside.
  gleaner clean -o cleaned --keep-dirs --report run.html crawl/
      A folder of any of these files, on all cores, and a page about it.
  gleaner clean -o cleaned --keep-dirs --shard 3/8 crawl/
      The third of eight machines.
  gleaner clean --page-type listing news/index.html
      A web page whose type is known: what is likely among pages of that type decides.
  gleaner clean --site-memory 64MB crawl.jsonl.gz -o clean.jsonl.gz
      What stands on several pages of a site is likelier to go. See `gleaner site-memory --help`.

Exit status:
  0  done, also when nothing was dropped or nobody reads the output any more
  1  done, but some documents had problems, which were reported (0 with --lenient)
  2  wrong usage or model, output that cannot be written, nothing that could be read,
     or the first problem with --on-error fail";

/// Below `gleaner score --help`.
pub const SCORE: &str = "\
Reads:
  Plain text, JSONL, Parquet, WARC, WET and folders of them, compressed or not, as `gleaner clean`
  does.

Writes:
  One JSON object per paragraph, in order, as soon as its document is judged:
  {\"doc\", \"index\", \"start\", \"end\", \"verdict\", \"kind\", \"boilerplate\", \"log_odds\", \"reason\", \"text\"}
  start and end are bytes of the original text, boilerplate is the calibrated probability,
  log_odds the value before calibration in nats. reason says why the verdict is not what the
  probability says (unknown-language, say); else it is null. A block of a web page also has its
  \"path\"; start and end are null where the page is not UTF-8, or holds the block as data for a
  script. With --site-memory a row also has \"on_site\", the number of other documents of its site
  that have the paragraph. Documents that cannot be judged have no rows; they are reported. With
  -o DIR --keep-dirs every input has a file of rows in DIR.

Examples:
  gleaner score article.txt
      Every paragraph with its probability.
  gleaner score dump.jsonl | jq -r 'select(.verdict == \"unsure\") | .text'
      What the model could not decide.
  gleaner score --exit-verdict page.txt > /dev/null || echo 'has boilerplate'
      A yes or no for a script.

Exit status:
  0  done, or nobody reads the output any more
  1  done, but some documents had problems, which were reported (0 with --lenient)
  2  wrong usage or model, output that cannot be written, nothing that could be read,
     or the first problem with --on-error fail
  3  with --exit-verdict, and no problem: a paragraph is boilerplate";

/// Below `gleaner train --help`.
pub const TRAIN: &str = "\
Reads:
  Labelled files, of several kinds at once; `-` is standard input, a folder its .jsonl files:
    documents      {\"id\": …, \"paragraphs\": [{\"text\": …, \"label\": …}]}, one a row
    lines          label<TAB>text, or fastText's `__label__x text`
    count tables   what `gleaner count` wrote
  Documents, whose paragraphs are in order, fit everything, neighbours and thresholds included;
  the others add to the counts.
  Labels are yours to choose. `editorial` is kept unless --keep names another.
  --must-keep takes the same forms, and rows {\"text\": …} and plain lines without a label. What is
  labelled otherwise than to be kept stands there as a neighbour. Nothing of it is trained on.
  Of a site with more than a tenth of the lines a tenth is trained on (--max-site-share).

Writes:
  A model file, whole or not at all. Standard error says what looks wrong in the labels;
  --suspects writes rows {\"file\", \"line\", \"doc\", \"index\", \"site\", \"label\", \"likelier\",
  \"probability\", \"confident\", \"text\"}, the worst first.

Examples:
  gleaner train mine.jsonl -o mine.gleaner
      A model of your own labels.
  gleaner train mine.jsonl --suspects doubtful.jsonl -o mine.gleaner
      The same, and the labels to look at again.
  gleaner train spam.tsv --keep ham --min-sites 1 -o spam.gleaner
      Any labels: here `ham` stays.
  gleaner train mine.jsonl --must-keep lost-once.txt -o mine.gleaner
      No model that would drop a line of lost-once.txt.
  gleaner train training-data training-data/languages training-data/fitted/lines.counts mine.jsonl -o mine.gleaner
      The project's own data and yours.

Exit status:
  0  the model is written
  2  wrong usage, labelled data that cannot be read or trained on, a paragraph that must be kept
     and would be dropped, or output that cannot be written";

/// Below `gleaner tune --help`.
pub const TUNE: &str = "\
Reads:
  Labelled documents as `gleaner evaluate` does. They should be new to the model: what it was
  trained on it judges too well, and the thresholds would promise too much.

Writes:
  The same model with other thresholds, whole or not at all: for the default, the lowest at which at
  most --max-loss of the words to keep are lost; for --precision and --recall the same with 1 % and
  0.05 %. On standard error, what each of them loses and catches on these documents.
  A loss is an upper bound for other documents like these: what 95 % of random samples of these
  sites (documents, where there are fewer than 20 sites) lose at most, and one more document as bad
  as the worst. Where that cannot be promised, nothing is written: it takes 20 documents, and
  3 / max-loss paragraphs to keep, 1500 for 0.2 %, because even where not one of n is lost, the
  share may be as high as 3/n. A preset that would take more is left out.

Examples:
  gleaner tune mine.jsonl -o mine.gleaner
      The built-in model, at thresholds for documents like yours.
  gleaner tune --max-loss 1% --model mine.gleaner fresh.jsonl -o bolder.gleaner
      Your model, with a default that may lose more.
  gleaner tune --must-keep lost-once.txt mine.jsonl -o mine.gleaner
      Refused if a line of lost-once.txt would be dropped.

Exit status:
  0  the model is written
  2  wrong usage or model, labelled data that cannot be read, too few of them, a paragraph that must
     be kept and would be dropped, or output that cannot be written";

/// Below `gleaner count --help`.
pub const COUNT: &str = "\
Reads:
  Labelled files as `gleaner train` does, count tables among them: tables add up.

Writes:
  A count table: how many paragraphs of each label hold each feature. Integers only, no texts.

Examples:
  gleaner count mine.jsonl -o mine.counts
      A table that can be handed on instead of the texts.
  gleaner count january.counts february.jsonl -o year.counts
      A table and what came since; `gleaner merge` adds up tables alone.
  gleaner count --min-sites 2 --min-count 5 mine.jsonl | wc -l
      Without what only one site or hardly anyone writes.

Exit status:
  0  the table is written
  2  wrong usage, labelled data that cannot be read, or output that cannot be written";

/// Below `gleaner merge --help`.
pub const MERGE: &str = "\
Reads:
  Count tables that `gleaner count` wrote, or memories that `gleaner site-memory build` wrote with one
  --size. Tables and memories are not mixed.

Writes:
  Their sum, whole or not at all: for tables, what one count of all their inputs would have written,
  byte for byte. For memories as well, if nothing was forgotten for want of room and no page is in
  one input what it is a copy of in another.

Examples:
  gleaner merge shard-*.counts -o all.counts
  gleaner train all.counts --fitted f.json -o m.gleaner
      A model of labels that were counted on several machines.
  gleaner merge sites-1.memory sites-2.memory -o sites.memory
      What two machines have seen of the same sites.

Exit status:
  0  the sum is written
  2  wrong usage, a file that is damaged or of another kind or size, or output that cannot be written";

/// Below `gleaner site-memory --help`.
pub const SITE_MEMORY: &str = "\
Examples:
  gleaner site-memory build crawl.jsonl.gz -o sites.memory
  gleaner clean --site-memory sites.memory crawl.jsonl.gz -o clean.jsonl.gz
      Two passes: every document is judged by all pages of its site.
  gleaner clean --site-memory 64MB crawl.jsonl.gz -o clean.jsonl.gz
      One pass: every document is judged by the pages of its site that came before it.

Exit status:
  0  done
  1  done, but some documents had problems, which were reported (0 with --lenient)
  2  wrong usage, a damaged memory, nothing that could be read, or output that cannot be written";

/// Below `gleaner site-memory build --help`.
pub const SITE_MEMORY_BUILD: &str = "\
Reads:
  What `gleaner clean` reads. A document's site is the host of its address: the field of --url-key in
  JSONL and Parquet, WARC-Target-URI in archives. Those without one are left out. No model is used.

Writes:
  A memory: in how many documents of its site each paragraph stands, as hashes, no text. It takes
  --size bytes while it is made and used, whatever is read. What does not fit makes room: first what
  came once, then what has not come for long. A page of which less than a tenth is new on its site is
  a copy and is not counted. Build it of the documents that are to be cleaned: each of them is taken
  off its own counts.

Examples:
  gleaner site-memory build crawl.jsonl.gz -o sites.memory
  gleaner clean --site-memory sites.memory crawl.jsonl.gz -o clean.jsonl.gz
      Two passes over a crawl.
  gleaner site-memory build --size 1GB CC-MAIN-*.warc.wet.gz -o sites.memory
      Room for 125 million paragraphs.

Exit status:
  0  the memory is written
  1  … but some documents had problems, which were reported (0 with --lenient)
  2  wrong usage, output that cannot be written, nothing that could be read, or the first problem
     with --on-error fail";

/// Below `gleaner site-memory info --help`.
pub const SITE_MEMORY_INFO: &str = "\
Reads:
  A memory that `gleaner site-memory build` or `gleaner merge` wrote.

Writes:
  Its size, how many paragraphs and documents it has seen, and what was forgotten.

Examples:
  gleaner site-memory info sites.memory
  gleaner site-memory info --json sites.memory | jq .forgotten

Exit status:
  0  done
  2  wrong usage, or a memory that is damaged";

/// Below `gleaner model --help`.
pub const MODEL: &str = "\
Examples:
  gleaner model info
      Labels, sizes, thresholds and figures of the model that is in use without --model.
  gleaner model dump mine.gleaner > mine.jsonl && gleaner model load mine.jsonl -o same.gleaner
      A model as lines that can be read and compared, and back, byte for byte.

Exit status:
  0  done
  2  wrong usage, no sound model, or output that cannot be written";

/// Below `gleaner model info --help`.
pub const MODEL_INFO: &str = "\
Reads:
  A model file: the one named, or that of GLEANER_MODEL or of the configuration file, or the
  built-in one.

Writes:
  Name, size and digest; of its sections, for text and for pages, thresholds, labels and the
  figures of their evaluation.

Examples:
  gleaner model info
      The model in use.
  gleaner model info --json mine.gleaner | jq .text.labels
      For a script.

Exit status:
  0  done
  2  wrong usage, no sound model, or output that cannot be written";

/// Below `gleaner model dump --help`.
pub const MODEL_DUMP: &str = "\
Reads:
  A model file, as `gleaner model info` does.

Writes:
  The whole model as JSON lines, the same lines for the same model.

Examples:
  gleaner model dump mine.gleaner | grep '\"subscribe\"'
      What the model counted for a word.
  gleaner model dump --fitted mine.gleaner > context.json
      What `gleaner train --fitted` takes; with --pages, what `--page-fitted` takes.

Exit status:
  0  done
  2  wrong usage, no sound model, or output that cannot be written";

/// Below `gleaner model load --help`.
pub const MODEL_LOAD: &str = "\
Reads:
  What `gleaner model dump` wrote.

Writes:
  The model file, whole or not at all.

Examples:
  gleaner model load mine.jsonl -o mine.gleaner
      Back from lines to a model.
  gleaner model dump a.gleaner | gleaner model load - -o b.gleaner
      A copy, byte for byte.

Exit status:
  0  the model is written
  2  wrong usage, no sound dump, or output that cannot be written";

/// Below `gleaner completions --help`.
pub const COMPLETIONS: &str = "\
Reads:
  Nothing.

Writes:
  The shell's completions on standard output.

Examples:
  gleaner completions bash > ~/.local/share/bash-completion/completions/gleaner
  gleaner completions zsh > ~/.zfunc/_gleaner
  gleaner completions fish > ~/.config/fish/completions/gleaner.fish

Exit status:
  0  done
  2  wrong usage, or output that cannot be written";

/// Below `gleaner man --help`.
pub const MAN: &str = "\
Reads:
  Nothing.

Writes:
  gleaner.1 on standard output, or gleaner.1 and a page per subcommand in a folder, which is
  made if need be.

Examples:
  gleaner man | man -l -
      Read it.
  gleaner man ~/.local/share/man/man1
      Install all of them.

Exit status:
  0  done
  2  wrong usage, or output that cannot be written";

/// Below `gleaner explain --help`.
pub const EXPLAIN: &str = "\
Reads:
  Whatever `gleaner clean` does.

Writes:
  One line for each paragraph of a text, or block of a page: what becomes of it (keep, drop, or
  unsure, which is kept), its probability of boilerplate, the kind it looks like, how it begins, and
  what decided: the words that say most for the verdict, and where the rest comes from (its
  neighbours, its place, its length and form, …).
  --full shows everything of a text: margin (log-odds before calibration), \"channels\" (the log-odds
  of all tokens of one family, with how many of them the model knows), the tokens that pushed
  hardest each way (what each adds to all boilerplate pooled, and to the likeliest kind; its channel;
  the paragraphs of each label that the model has seen with it), and what adds up to the margin: the
  tokens, weighed by their number, and the signals of the context.
  --json has one object per paragraph or block: the fields of `gleaner score` and what decided.
  --html FILE is for one page: the page as a report to look at in a browser. --stage is for text.

Examples:
  gleaner explain article.txt
      Every paragraph in a line.
  gleaner explain --only dropped article.txt
      What goes, and why.
  gleaner explain --full --paragraph 4 --top 20 article.txt
      Everything about one of them, and more of its tokens.
  gleaner explain --html why.html page.html
      A page to look at in a browser.
  gleaner explain --stage features article.txt
      What one stage really saw.

Exit status:
  0  done, or nobody reads the output any more
  1  done, but some documents had problems, which were reported (0 with --lenient)
  2  wrong usage or model, output that cannot be written, or nothing that could be read";

/// Below `gleaner evaluate --help`.
pub const EVALUATE: &str = "\
Reads:
  Labelled documents, one a row: {\"id\", \"domain\", \"paragraphs\": [{\"text\", \"label\"}, …]}; folders
  stand for their .jsonl files. With --folds N the model of each fold is trained on the documents of
  the other folds and on all of --with; no site stands in two folds.
  With --predictions, what another tool says of the same documents: one JSON object per paragraph,
  {\"doc\", \"index\", \"boilerplate\", \"verdict\", \"kind\"}, as `gleaner score --split lines` writes it.
  \"boilerplate\" is a probability; a tool without any leaves it out of every row, and is then ranked
  by its verdicts alone, without calibration. \"verdict\" and \"kind\" may be missing. Every labelled
  paragraph needs its row, and every row its paragraph.

Writes:
  Figures, with 90 % intervals in brackets by resampling documents. Lines labelled `meta` or `unclear`
  are left out of every figure unless --ignore says otherwise.
    auc           how often a boilerplate line scores above an editorial one; 0.5 is chance
    ap            average precision: mean share of boilerplate among what ranks above such a line
    caught@0.2%   share of the boilerplate lines caught where at most 0.2 % of editorial words are lost
    pitch@0.2%    the same of lines labelled `pitch`, where there are any
    brier         mean squared error of the probabilities; 0 is perfect
    ece           how far probabilities are from the share that really is boilerplate, on average
    default …     what the verdicts do: editorial_words_lost, boilerplate_lines_caught and so on are
                  shares; documents_hurt is the share of documents that lost more than 2 % of their
                  editorial words; kind_right, of dropped boilerplate, the share with the right kind
  --html FILE: the same as one page for a browser, with plots, the confusion of kinds, the worst sites,
  and the --worst N mistakes of either side between their neighbours. It quotes the labelled texts.

Examples:
  gleaner evaluate labelled.jsonl
      The built-in model on your labels.
  gleaner evaluate --model mine.gleaner --json labelled.jsonl
      Your model, for a script.
  gleaner evaluate --folds 10 labelled.jsonl
      What a model trained on such documents does on sites that it has not seen.
  gleaner evaluate --folds 10 --recall labelled.jsonl
      The same, with the verdicts of --recall.
  gleaner evaluate --folds 10 --html report.html --worst 50 labelled.jsonl
      … and where it goes wrong, to look at.
  gleaner evaluate --predictions theirs.jsonl labelled.jsonl
      Another tool, by the same measure.

Exit status:
  0  done
  2  wrong usage or model, labelled data or predictions that cannot be used, or output that cannot
     be written";
