//! A version document as people read it: the same parts on every page that shows an agreement.

use crate::agreements::domain::document::{Document, Obligation};
use crate::agreements::draft::day_words;
use crate::log::hash::Hash32;
use crate::web::i18n::Lang;
use crate::web::page::Page;

/// A document in words. Names and texts are in the document's own language, heads in the reader's.
pub(super) struct Paper {
    pub(super) language: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) version: u32,
    pub(super) hash: String,
    pub(super) term: String,
    pub(super) sign_by: String,
    pub(super) is_translation: bool,
    pub(super) parties: Vec<PaperParty>,
    pub(super) obligations: Vec<PaperObligation>,
    pub(super) clauses: Vec<PaperClause>,
}

/// A party.
pub(super) struct PaperParty {
    pub(super) letter: String,
    pub(super) side: String,
    pub(super) name: String,
    pub(super) contact: String,
}

/// An obligation.
pub(super) struct PaperObligation {
    pub(super) reference: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) area: String,
    pub(super) what: String,
    pub(super) amount: String,
    pub(super) due: Vec<String>,
    pub(super) acceptance: String,
}

/// A clause.
pub(super) struct PaperClause {
    pub(super) head: String,
    pub(super) text: String,
}

impl Paper {
    pub(super) fn new(page: &Page, document: &Document, hash: Hash32) -> Self {
        let lang = page.lang;
        // A party keeps its letter when another has left.
        let parties = document.parties.iter().map(|party| PaperParty {
            letter: lang.t(&format!(
                "clause-party-{}",
                party.reference.trim_start_matches('p')
            )),
            side: lang.t(&format!("party-kind-{}", party.side.code())),
            name: party.name.clone(),
            contact: party.contact.title.clone(),
        });
        let clauses = document.clauses.iter().map(|clause| PaperClause {
            head: lang.t(&format!("clause-head-{}", clause.kind.code())),
            text: clause.text.clone(),
        });
        Self {
            language: document.language.clone(),
            number: document.number.clone(),
            title: document.title.clone(),
            version: document.version,
            hash: hash.to_string(),
            term: days(lang, document.term.from, document.term.until),
            sign_by: day_words(lang, document.sign_by),
            is_translation: Lang::from_tag(&document.language) != Some(lang),
            parties: parties.collect(),
            obligations: document
                .obligations
                .iter()
                .map(|o| obligation(lang, document, o))
                .collect(),
            clauses: clauses.collect(),
        }
    }

    /// What the party of `reference` promises, and what it is promised.
    pub(super) fn split<'a>(
        &'a self,
        document: &Document,
        reference: &str,
    ) -> (Vec<&'a PaperObligation>, Vec<&'a PaperObligation>) {
        let pick = |holds: &dyn Fn(&Obligation) -> bool| {
            let chosen = document.obligations.iter().zip(&self.obligations);
            chosen
                .filter(|(owed, _)| holds(owed))
                .map(|(_, words)| words)
                .collect()
        };
        let gives = pick(&|owed| owed.from == reference);
        let gets = pick(&|owed| owed.to.iter().any(|to| to == reference));
        (gives, gets)
    }
}

fn obligation(lang: Lang, document: &Document, owed: &Obligation) -> PaperObligation {
    let name = |reference: &String| document.party(reference).map_or("", |p| p.name.as_str());
    let unit = lang.t(&format!("measure-{}", owed.unit.code()));
    let due = owed.due.iter().map(|due| {
        let when = days(lang, due.from, due.until);
        lang.ta(
            "agreement-due",
            &[
                ("when", &when),
                ("quantity", &due.quantity.to_string()),
                ("unit", &unit),
            ],
        )
    });
    PaperObligation {
        reference: owed.reference.clone(),
        from: name(&owed.from).to_owned(),
        to: owed.to.iter().map(name).collect::<Vec<_>>().join("、"),
        area: lang.t(&format!("area-{}", owed.area.short())),
        what: owed.what.clone(),
        amount: format!("{} {unit}", owed.quantity),
        due: due.collect(),
        acceptance: owed.acceptance.clone(),
    }
}

/// `from – until` in words.
pub(super) fn days(
    lang: Lang,
    from: crate::kernel::date::CivilDate,
    until: crate::kernel::date::CivilDate,
) -> String {
    format!("{} – {}", day_words(lang, from), day_words(lang, until))
}
