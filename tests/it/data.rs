//! What several tests read: the project's own paragraphs, the labelled corpora, figures out of fold.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gleaner::unstable::evaluate::{Options as Measure, Report, ScoredDocument};
use gleaner::unstable::judge::Options;
use gleaner::unstable::train::crossval::CrossValidation;
use gleaner::unstable::train::{BUILT_IN_MIN_COUNT, Gathered, Settings, min_counts};

/// A file of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Files with their bytes, in order.
pub struct Files(Vec<(Vec<u8>, PathBuf)>);

impl Files {
    /// Reads these files.
    pub fn read(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let read = |path: PathBuf| (std::fs::read(&path).expect("a file of labelled data"), path);
        Self(paths.into_iter().map(read).collect())
    }

    /// The `.jsonl` files of a folder, in the order of their names.
    pub fn folder(folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).expect("a folder of labelled data");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
        paths.sort();
        Self::read(paths)
    }

    /// The paragraphs written for this project, in all languages.
    pub fn own() -> Self {
        let Self(mut files) = Self::folder(&project("training-data"));
        files.extend(Self::folder(&project("training-data/languages")).0);
        Self(files)
    }

    /// The labelled lines of English articles.
    pub fn english(corpora: &Path) -> Self {
        Self::folder(&corpora.join("lines/en"))
    }

    /// Those of articles in other languages.
    pub fn multi(corpora: &Path) -> Self {
        Self::folder(&corpora.join("lines/multi"))
    }

    /// Bytes and paths.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Path)> {
        self.0.iter().map(|(bytes, path)| (bytes.as_slice(), path.as_path()))
    }

    /// BLAKE3 of the bytes, each file's after its length.
    pub fn fingerprint(&self) -> String {
        let mut digest = blake3::Hasher::new();
        for (bytes, _) in self.iter() {
            digest.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        }
        digest.finalize().to_hex().to_string()
    }
}

/// Gathers files for training, in order.
pub fn gather(files: &[&Files]) -> Gathered {
    let mut gathered = Gathered::default();
    for (bytes, path) in files.iter().flat_map(|files| files.iter()) {
        gathered.add(bytes, path).unwrap();
    }
    gathered
}

/// How the built-in model is trained.
pub fn built_in() -> Settings {
    Settings { min_counts: min_counts(BUILT_IN_MIN_COUNT), ..Settings::default() }
}

/// Labelled documents as ten folds by site judge them, trained on the other nine, on `with` and on the project's own
/// paragraphs.
pub fn ten_folds(gold: &Files, with: &Files) -> Vec<ScoredDocument> {
    let own = Files::own();
    let all = CrossValidation::new(10, gold.iter(), with.iter().chain(own.iter())).unwrap();
    all.run(&built_in(), Options::default()).unwrap()
}

/// Figures without intervals.
pub fn figures(documents: &[ScoredDocument]) -> Report {
    Report::new(documents, &Measure { resamples: 0, ..Measure::default() }).unwrap()
}

/// The ten folds of the English articles. Computed once: it is ten trainings.
pub fn english_out_of_fold(corpora: &Path) -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| figures(&ten_folds(&Files::english(corpora), &Files::multi(corpora))))
}

/// The folder of the corpora. Only tests that are ignored without a wish ask for it.
pub fn corpora() -> PathBuf {
    std::env::var_os("GLEANER_CORPORA")
        .expect("GLEANER_CORPORA does not name the folder of the corpora")
        .into()
}
