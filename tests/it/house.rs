//! The layout rules of ARCHITECTURE.md, read from the sources.

use gongjian_tests::sources::{files, root};

/// The features of `api` in the order in which they may use each other.
const ORDER: [&str; 19] = [
    "config",
    "kernel",
    "app",
    "web",
    "log",
    "identity",
    "lists",
    "matching",
    "meetings",
    "agreements",
    "ledger",
    "integration",
    "workbench",
    "jobs",
    "sample",
    "routes",
    "server",
    "cli",
    "main",
];

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// `use crate::x::…` and `crate::x::…` in a source text, comments left out.
fn used_modules(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
        for rest in line.split("crate::").skip(1) {
            let names = rest.strip_prefix('{').map_or_else(
                || vec![rest],
                |list| list.split('}').next().unwrap_or_default().split(", ").collect(),
            );
            for name in names {
                used.push(
                    name.chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect(),
                );
            }
        }
    }
    used
}

#[test]
fn features_use_only_those_above_them() {
    let mut faults = Vec::new();
    for (path, text) in files("api/src", &[".rs"]) {
        let inside = path.trim_start_matches("api/src/");
        let own = inside.split(['/', '.']).next().unwrap();
        if own == "lib" {
            continue;
        }
        let own_rank = rank(own).unwrap_or_else(|| panic!("{path}: module {own} has no place in the order"));
        for used in used_modules(&text) {
            match rank(&used) {
                Some(used_rank) if used_rank <= own_rank => {}
                Some(_) => faults.push(format!("{path} uses {used}, which stands below {own}")),
                None => {}
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn tables_belong_to_their_feature() {
    let mut faults = Vec::new();
    for (path, text) in files("api/src", &[".rs"]) {
        let own = path
            .trim_start_matches("api/src/")
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        for line in text.lines().filter(|l| l.contains("::entity::")) {
            for rest in line.split("crate::").skip(1).filter(|r| r.contains("::entity")) {
                let other: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if other != own && rank(&other).is_some() {
                    faults.push(format!("{path}: {}", line.trim()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_engine_is_pure() {
    let mut faults = Vec::new();
    for (path, text) in files("engine/src", &[".rs"]) {
        for word in [
            "std::time",
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "rand::",
            "tokio",
            "async fn",
        ] {
            if text
                .lines()
                .any(|l| !l.trim_start().starts_with("//") && l.contains(word))
            {
                faults.push(format!("{path} uses {word}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_checker_shares_only_types_with_the_solver() {
    // A plan's judge, a bound's, and what circles are to both.
    let mut lines = [0, 0, 0];
    let mut faults = Vec::new();
    for (path, text) in files("engine/src/check", &[".rs"]) {
        let product = text.split("#[cfg(test)]").next().unwrap();
        let bound = path.contains("bound") || path.contains("block");
        let part = if path.contains("circle") {
            2
        } else {
            usize::from(bound)
        };
        lines[part] += product
            .lines()
            .filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//"))
            .count();
        for used in used_modules(product) {
            if !["model", "plan", "certificate", "check"].contains(&used.as_str()) {
                faults.push(format!("{path} uses {used}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let fits = |lines: &usize| (50..300).contains(lines);
    assert!(
        lines.iter().all(fits),
        "the checker's three parts have {lines:?} lines"
    );
}

#[test]
fn files_are_small() {
    let mut sizes = Vec::new();
    for folder in ["engine", "api", "migrations", "tests", "examples", "scripts"] {
        for (path, text) in files(folder, &[".rs", ".js", ".mjs", ".css", ".html", ".ftl", ".sh"]) {
            sizes.push((text.len(), path));
        }
    }
    sizes.sort();
    let (largest, path) = sizes.last().unwrap();
    assert!(*largest <= 24_000, "{path} has {largest} bytes");
    let (ninth, path) = &sizes[sizes.len() * 9 / 10];
    assert!(
        *ninth < 16_000,
        "nine of ten files should stay under 16 kB; {path} has {ninth}"
    );
}

#[test]
fn links_in_documents_lead_somewhere() {
    let mut faults = Vec::new();
    for (path, text) in files("", &[".md"]) {
        let folder = root().join(&path).parent().unwrap().to_owned();
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap().split('#').next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            if !folder.join(target).exists() {
                faults.push(format!("{path}: {target}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
