//! The invariants of ARCHITECTURE.md, written as absences.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `lib.rs` in reading order; a module uses only those above it, and its own submodules.
const ORDER: [&str; 34] = [
    "order",
    "random",
    "problem",
    "table",
    "reader",
    "dataset",
    "split",
    "prepare",
    "model",
    "metrics",
    "profile",
    "quality",
    "recipe",
    "combine",
    "rules",
    "pipeline",
    "tune",
    "validate",
    "explain",
    "monitor",
    "design",
    "package",
    "predictor",
    "job",
    "neural",
    "playground",
    "chart",
    "grid",
    "studio",
    "trainer",
    "shell",
    "browser",
    "ui",
    "bin",
];

/// Words of the browser, of clocks and of targets, which domain and application never say.
const BROWSER_WORDS: [&str; 12] = [
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "leptos",
    "gloo",
    "idb::",
    "cfg(target",
    "target_arch",
    "std::time",
    "SystemTime",
    "std::thread",
    "std::fs",
];

/// Functions of std whose results differ between platforms; `libm` has them for all.
const TRANSCENDENTAL: [&str; 20] = [
    ".exp()",
    ".exp2()",
    ".exp_m1()",
    ".ln()",
    ".ln_1p()",
    ".log(",
    ".log2()",
    ".log10()",
    ".powf(",
    ".sin()",
    ".cos()",
    ".tan()",
    ".tanh()",
    ".sinh()",
    ".cosh()",
    ".asin()",
    ".acos()",
    ".atan()",
    ".atan2(",
    ".cbrt()",
];

/// Outside `src/neural/`, what may name burn: the programs that give the trainer a device.
const OF_THE_TRAINER: [&str; 2] = ["bin/neural.rs", "trainer/here.rs"];

struct Source {
    /// Relative to `src/`, with `/`.
    path: String,
    module: String,
    /// Without comments and without the tests at its end.
    code: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 40, "only {} source files were found under {}", paths.len(), root.display());
    paths.into_iter().map(|path| source(&root, &path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder of the sources can be read") {
        let path = entry.expect("an entry of the folder can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|e| e == "rs") {
            paths.push(path);
        }
    }
}

fn source(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a source file can be read");
    let relative = path.strip_prefix(root).expect("it lies under the root").to_string_lossy().replace('\\', "/");
    let module = relative.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
    let own = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: String = own.lines().map(|line| without_comment(line).to_owned() + "\n").collect();
    Source { path: relative, module, code, text }
}

/// The line up to `//`, unless that stands in a string.
fn without_comment(line: &str) -> &str {
    let mut in_string = false;
    let bytes = line.as_bytes();
    for i in 0..bytes.len() {
        match bytes[i] {
            b'"' if i == 0 || bytes[i - 1] != b'\\' => in_string = !in_string,
            b'/' if !in_string && bytes.get(i + 1) == Some(&b'/') => return &line[..i],
            _ => {}
        }
    }
    line
}

fn is_pure(source: &Source) -> bool {
    !matches!(source.module.as_str(), "browser" | "ui" | "bin" | "lib" | "neural" | "trainer" | "shell")
}

fn offences(found: impl Iterator<Item = (String, String)>) -> String {
    found.map(|(path, what)| format!("  {path}: {what}\n")).collect()
}

/// Calls of a logarithm, not of a log.
fn is_logarithm(line: &str) -> bool {
    line.split(".log(").count() > 1 + line.split("self.log(").count() - 1 + line.split("console.log(").count() - 1
}

fn lines_with<'a>(source: &'a Source, words: &'a [&'a str]) -> impl Iterator<Item = (String, String)> + 'a {
    source.code.lines().enumerate().filter_map(move |(number, line)| {
        let word = words.iter().find(|word| line.contains(**word) && (**word != ".log(" || is_logarithm(line)))?;
        Some((format!("src/{}:{}", source.path, number + 1), format!("says {word}: {}", line.trim())))
    })
}

#[test]
fn domain_and_application_name_no_browser_no_clock_no_thread() {
    let sources = sources();
    let found = offences(sources.iter().filter(|s| is_pure(s)).flat_map(|s| lines_with(s, &BROWSER_WORDS)));
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn domain_and_application_take_transcendental_functions_from_libm() {
    let sources = sources();
    let found = offences(sources.iter().filter(|s| is_pure(s)).flat_map(|s| lines_with(s, &TRANSCENDENTAL)));
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn domain_and_application_do_not_iterate_over_hash_maps() {
    // Simplest kept by having a reason for each hash map: a look-up that is never iterated.
    let sources = sources();
    let hash = ["HashMap", "HashSet"];
    let iterates = [".iter()", ".keys()", ".values()", ".values_mut()", ".drain()", ".into_iter()", ".retain("];
    let mut found = Vec::new();
    for source in sources.iter().filter(|s| is_pure(s)) {
        // Names of variables and fields that hold one.
        let names: Vec<&str> = source
            .code
            .lines()
            .filter(|line| hash.iter().any(|word| line.contains(word)))
            .filter_map(|line| line.split([':', '=']).next())
            .filter_map(|left| left.trim().trim_start_matches("pub ").split_whitespace().last())
            .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
            .collect();
        for (number, line) in source.code.lines().enumerate() {
            let iterated = names.iter().any(|name| {
                iterates.iter().any(|call| line.contains(&format!("{name}{call}")))
                    || line.contains(&format!(" in &{name} "))
                    || line.contains(&format!(" in {name} "))
            });
            if iterated {
                found.push((format!("src/{}:{}", source.path, number + 1), line.trim().to_owned()));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", offences(found.into_iter()));
}

#[test]
fn only_the_trainer_names_burn() {
    let sources = sources();
    let outside = sources.iter().filter(|s| s.module != "neural" && !OF_THE_TRAINER.contains(&s.path.as_str()));
    let found = offences(outside.flat_map(|s| lines_with(s, &["burn::", "use burn", "cubecl", "wgpu::"])));
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn only_the_reader_names_calamine_and_parquet() {
    let sources = sources();
    let found = offences(
        sources.iter().filter(|s| s.module != "reader").flat_map(|s| lines_with(s, &["calamine::", "parquet::"])),
    );
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn the_interpreter_shares_no_code_with_what_it_checks() {
    let sources = sources();
    let interpreter: Vec<&Source> = sources.iter().filter(|s| s.path.contains("onnx/interpret")).collect();
    assert!(!interpreter.is_empty(), "the interpreter of exported graphs was not found");
    let words =
        ["crate::prepare", "crate::model", "crate::pipeline", "crate::validate", "super::super::write", "super::write"];
    let found = offences(interpreter.into_iter().flat_map(|s| lines_with(s, &words)));
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn features_are_told_apart_at_the_doors_of_modules_only() {
    let sources = sources();
    // The trainer's own door: it is tested without the GPU's compilers.
    let inside = sources.iter().filter(|s| !["lib.rs", "neural/mod.rs"].contains(&s.path.as_str()));
    let found = offences(inside.flat_map(|s| lines_with(s, &["cfg(feature", "cfg!(feature", "cfg_attr(feature"])));
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn dependencies_point_up() {
    let position = |module: &str| ORDER.iter().position(|name| *name == module);
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.module != "lib") {
        let Some(own) = position(&source.module) else {
            panic!("src/{} is a module that this test does not know: put it into ORDER where it belongs", source.path);
        };
        for (number, line) in source.code.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if position(&used).is_some_and(|position| position > own) {
                    found.push((
                        format!("src/{}:{}", source.path, number + 1),
                        format!("uses {used}, which is below it"),
                    ));
                }
            }
        }
    }
    assert!(found.is_empty(), "\n{}", offences(found.into_iter()));
}

#[test]
fn the_trainer_needs_little_of_the_rest() {
    // What the neural binary links is what has to be compiled again when it changes, and what its size is made of.
    let allowed = ["job::message", "job::neural", "model", "neural", "prepare", "random", "playground"];
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.module == "neural" || s.path == "bin/neural.rs") {
        for (number, line) in source.code.lines().enumerate() {
            for used in line.split("crate::").skip(1).chain(line.split("hearth::").skip(1)) {
                let fits = allowed.iter().any(|name| {
                    used.strip_prefix(name)
                        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
                });
                if !fits {
                    found.push((format!("src/{}:{}", source.path, number + 1), line.trim().to_owned()));
                }
            }
        }
    }
    assert!(found.is_empty(), "\n{}", offences(found.into_iter()));
}

#[test]
fn the_page_writes_no_character_that_its_typefaces_lack() {
    // One such character sends the browser through the system's typefaces, which stalls a frame for longer than any work
    // of the page does.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let css = fs::read_to_string(root.join("public/boot.css")).expect("the typefaces can be read");
    let of_inter = css.split("@font-face").filter(|face| face.contains("\"Inter Variable\"") && face.contains("src:"));
    let ranges: Vec<(u32, u32)> = of_inter
        .filter_map(|face| face.split("unicode-range:").nth(1)?.split(';').next())
        .flat_map(|list| list.split(','))
        .map(|range| {
            let range = range.trim().trim_start_matches("U+");
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            let number = |hex| u32::from_str_radix(hex, 16).expect("a range of characters is hexadecimal");
            (number(from), number(to))
        })
        .collect();
    assert!(ranges.len() > 20, "only {} ranges of characters were found", ranges.len());
    // What these write goes into files, or is looked for in data.
    let elsewhere = ["package/golden.rs", "package/readme.rs", "table/csv/affix.rs"];
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| !elsewhere.contains(&s.path.as_str())) {
        for (number, line) in source.code.lines().enumerate() {
            let lacks = |c: char| !ranges.iter().any(|&(from, to)| (from..=to).contains(&(c as u32)));
            if line.chars().any(lacks) {
                found.push((format!("src/{}:{}", source.path, number + 1), line.trim().to_owned()));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", offences(found.into_iter()));
}

#[test]
fn nothing_is_left_to_do() {
    let sources = sources();
    let mut found = Vec::new();
    for source in &sources {
        for (number, line) in source.text.lines().enumerate() {
            if ["todo!(", "unimplemented!(", "dbg!(", "FIXME"].iter().any(|word| line.contains(word)) {
                found.push((format!("src/{}:{}", source.path, number + 1), line.trim().to_owned()));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", offences(found.into_iter()));
}
