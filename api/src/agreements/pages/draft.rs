//! `/agreements/drafts/{no}`: the street writes the text, then sends it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::fields::{Fields, at_fields, fill_obligations, put, rows};
use crate::agreements::domain::clause::ClauseKind;
use crate::agreements::domain::document::Term;
use crate::agreements::query::{self, DraftView};
use crate::agreements::service::{self, DraftChange, ObligationChange};
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::identity::party::query as parties;
use crate::kernel::id::Id;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "agreements/draft.html")]
struct DraftPage<'a> {
    page: &'a Page,
    f: FormView,
    draft: &'a DraftView,
    parties: Vec<String>,
    obligations: Vec<DraftObligation>,
    clauses: Vec<DraftClause>,
}

/// An obligation on the form.
pub(super) struct DraftObligation {
    pub(super) i: usize,
    pub(super) head: String,
    pub(super) unit: String,
    pub(super) mandate: String,
    pub(super) rows: Vec<usize>,
}

/// A clause on the form.
struct DraftClause {
    name: String,
    head: String,
    text: String,
    is_editable: bool,
}

fn number(no: &str) -> Result<i32, Problem> {
    no.parse().map_err(|_| Problem::not_found())
}

pub(super) async fn draft(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let draft = query::draft(app.db.reader(), visit.actor.scope, number(&no)?).await?;
    if !draft.is_working {
        return Err(Problem::new("draft-closed", 409).into());
    }
    let f = filled(&draft);
    answer(&app, &visit, 200, f, &draft).await
}

fn filled(draft: &DraftView) -> FormView {
    let mut f = FormView::default();
    let body = &draft.body;
    put(&mut f, "title", body.title.as_str());
    put(&mut f, "from", body.term.from.to_string());
    put(&mut f, "until", body.term.until.to_string());
    put(&mut f, "sign_by", body.sign_by.to_string());
    fill_obligations(&mut f, &body.obligations);
    for clause in &body.clauses {
        put(
            &mut f,
            &format!("clause-{}", clause.reference),
            clause.text.as_str(),
        );
        if let Some(days) = clause.notice_days {
            put(&mut f, "notice_days", days.to_string());
        }
    }
    f
}

pub(super) async fn draft_post(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let no = number(&no)?;
    let draft = query::draft(app.db.reader(), visit.actor.scope, no).await?;
    match written(&app, &visit, &posted, &draft).await {
        Ok(answer) => Ok(answer.into()),
        Err(problem) if problem.faults.is_empty() => Err(problem.into()),
        Err(problem) => {
            let problem = at_fields(problem, |i| {
                draft
                    .body
                    .clauses
                    .get(i)
                    .map_or_else(|| "free".to_owned(), |c| format!("clause-{}", c.reference))
            });
            let f = posted.shown(visit.page.lang, &problem);
            answer(&app, &visit, problem.status, f, &draft).await
        }
    }
}

async fn written(app: &App, visit: &Visit, posted: &Posted, draft: &DraftView) -> Result<Answer, Problem> {
    let change = change(posted, draft)?;
    let rev = posted.value("rev").parse().unwrap_or(0);
    let (no, send) = (draft.no, posted.value("act") == "send");
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    tx::once(&app.db, &once, async |tx| {
        service::edit(tx, &visit.actor, no, rev, &change).await?;
        if !send {
            return Ok(Answer::see_other(format!(
                "/agreements/drafts/{no}?done=agreement-saved"
            )));
        }
        let sent = service::send(tx, &visit.actor, no, rev + 1).await?;
        Ok(Answer::see_other(format!(
            "/agreements/{}?done=agreement-sent",
            sent.key
        )))
    })
    .await
}

fn change(posted: &Posted, draft: &DraftView) -> Result<DraftChange, Problem> {
    let mut fields = Fields::new(posted);
    let title = fields.text::<4, 60>("title");
    let (from, until, sign_by) = (fields.day("from"), fields.day("until"), fields.day("sign_by"));
    let notice_days = fields.count("notice_days", 0, 180);
    let mut obligations = Vec::new();
    for i in 0..draft.body.obligations.len() {
        let what = fields.text::<1, 500>(&format!("what-{i}"));
        let acceptance = fields.text::<1, 200>(&format!("acceptance-{i}"));
        let due = fields.instalments(i);
        obligations.push(what.zip(acceptance).zip(due));
    }
    let mut clauses = Vec::new();
    for clause in draft.body.clauses.iter().filter(|c| c.kind.is_editable()) {
        let text = fields.text::<1, 1000>(&format!("clause-{}", clause.reference));
        clauses.push(text.map(|text| (clause.reference.clone(), text)));
    }
    let free = if posted.value("free").trim().is_empty() {
        Some(None)
    } else {
        fields.text::<1, 300>("free").map(Some)
    };
    let whole = || {
        let obligations: Option<Vec<ObligationChange>> = obligations
            .into_iter()
            .map(|read| {
                read.map(|((what, acceptance), due)| ObligationChange {
                    what,
                    acceptance,
                    due,
                })
            })
            .collect();
        Some(DraftChange {
            title: title?,
            term: Term {
                from: from?,
                until: until?,
            },
            sign_by: sign_by?,
            obligations: obligations?,
            clauses: clauses.into_iter().collect::<Option<Vec<_>>>()?,
            notice_days: notice_days?,
            free_clause: free?,
        })
    };
    match whole() {
        Some(change) if fields.faults.is_empty() => Ok(change),
        _ => Err(Problem::validation(fields.faults)),
    }
}

async fn answer(
    app: &App,
    visit: &Visit,
    status: u16,
    f: FormView,
    draft: &DraftView,
) -> Result<HttpResponse, Failure> {
    let page = &visit.page;
    let mut names = Vec::with_capacity(draft.body.parties.len());
    for party in &draft.body.parties {
        names.push(
            parties::find(app.db.reader(), visit.actor.scope, Id::from_uuid(party.id))
                .await?
                .name,
        );
    }
    let name = |reference: &String| {
        let place = draft.body.parties.iter().position(|p| p.reference == *reference);
        place.and_then(|i| names.get(i)).cloned().unwrap_or_default()
    };
    let obligations = draft
        .body
        .obligations
        .iter()
        .enumerate()
        .map(|(i, owed)| DraftObligation {
            i,
            head: page.t2(
                "agreement-owes",
                "from",
                name(&owed.from),
                "to",
                owed.to.iter().map(name).collect::<Vec<_>>().join("、"),
            ),
            unit: format!("measure-{}", owed.unit.code()),
            mandate: String::new(),
            rows: rows(&f, i),
        })
        .collect();
    let clauses = draft
        .body
        .clauses
        .iter()
        .map(|clause| DraftClause {
            name: format!("clause-{}", clause.reference),
            head: page.t(&format!("clause-head-{}", clause.kind.code())),
            text: clause.text.clone(),
            is_editable: clause.kind.is_editable() && clause.kind != ClauseKind::Parties,
        })
        .collect();
    let template = DraftPage {
        page,
        f,
        draft,
        parties: names.clone(),
        obligations,
        clauses,
    };
    Ok(html(status, &template)?)
}
