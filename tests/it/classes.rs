//! Style sheets and templates name the same classes: none without a look, none without a use.

use std::collections::BTreeSet;

use gongjian_tests::sources::files;

/// Every `gj-…` name in a text, up to the first sign that cannot be part of it.
fn names(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("gj-") {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_') {
            continue;
        }
        let name = text[at..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-');
        found.insert(name.collect());
    }
    found
}

fn styled() -> BTreeSet<String> {
    files("api/assets/css", &[".css"])
        .iter()
        .flat_map(|(_, text)| text.split('.').map(|part| format!(".{part}")).collect::<Vec<_>>())
        .flat_map(|part| names(&part).into_iter().take(1).collect::<Vec<_>>())
        .collect()
}

#[test]
fn every_class_of_a_template_has_a_look() {
    let styled = styled();
    let mut faults = Vec::new();
    for (path, text) in files("api/templates", &[".html"]) {
        for part in text.split("class=\"").skip(1) {
            let value = part.split('"').next().unwrap();
            for name in names(value) {
                // `gj-tag--{{ kind }}`: one of several looks, all of them in the style sheet.
                let made = name.ends_with("--") && styled.iter().any(|known| known.starts_with(&name));
                if !made && !styled.contains(&name) {
                    faults.push(format!("{path}: {name}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_class_of_a_style_sheet_is_used() {
    let mut used = BTreeSet::new();
    let folders = [
        ("api/templates", ".html"),
        ("api/src", ".rs"),
        ("api/assets/js", ".js"),
    ];
    for (folder, kind) in folders {
        for (path, text) in files(folder, &[kind]) {
            if !path.ends_with("shell/gallery.html") {
                used.extend(names(&text));
            }
        }
    }
    let unused: Vec<String> = styled()
        .into_iter()
        .filter(|name| !used.contains(name))
        // `gj-area-{n}` is made from a number.
        .filter(|name| !used.contains(name.trim_end_matches(|c: char| c.is_ascii_digit())))
        .filter(|name| {
            !name
                .split_once("--")
                .is_some_and(|(stem, _)| used.contains(&format!("{stem}--")))
        })
        .collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}
