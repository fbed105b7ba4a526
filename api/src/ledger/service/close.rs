//! A report is written on, and closed for good.

use serde_json::json;

use crate::agreements::domain::clause::Every;
use crate::kernel::actor::Actor;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::Fault;
use crate::kernel::strict_json;
use crate::kernel::text::Text;
use crate::kernel::tx::Tx;
use crate::ledger::domain::period::Period;
use crate::ledger::entity::report;
use crate::ledger::error::LedgerError;
use crate::ledger::{query, report as reports, store};
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// What people add to the figures of a year.
pub type Words = Text<0, 1000>;

/// Keeps what was typed into a report that is still open.
///
/// # Errors
/// [`LedgerError::ReportClosed`].
pub async fn write(
    tx: &Tx,
    actor: &Actor,
    period: Period,
    problems: &Words,
    plans: &Words,
) -> Result<(), LedgerError> {
    let known = query::report_row(tx.db(), actor.scope, &period.to_string()).await?;
    let fresh = known.is_none();
    let row = known.unwrap_or_else(|| blank(actor, period));
    if row.closed_on.is_some() {
        return Err(LedgerError::ReportClosed);
    }
    let row = report::Model {
        problems: problems.as_str().to_owned(),
        plans: plans.as_str().to_owned(),
        rev: row.rev + 1,
        ..row
    };
    if fresh {
        store::insert_report(tx.db(), row).await?;
    } else {
        store::save_report(tx.db(), row).await?;
    }
    Ok(())
}

fn blank(actor: &Actor, period: Period) -> report::Model {
    report::Model {
        tenant: actor.scope.tenant.uuid(),
        period: period.to_string(),
        problems: String::new(),
        plans: String::new(),
        body: None,
        hash: None,
        closed_on: None,
        rev: 0,
    }
}

/// Closes a report: its figures by the end of `cut_off` are kept as canonical JSON, whose hash the log tells.
///
/// # Errors
/// [`LedgerError::ReportClosed`], [`LedgerError::ReportEarly`] before the period's last day.
pub async fn close(tx: &Tx, actor: &Actor, period: Period, cut_off: CivilDate) -> Result<(), LedgerError> {
    let known = query::report_row(tx.db(), actor.scope, &period.to_string()).await?;
    let fresh = known.is_none();
    let row = known.unwrap_or_else(|| blank(actor, period));
    let today = tx.now().day();
    if row.closed_on.is_some() {
        return Err(LedgerError::ReportClosed);
    }
    // A year's report is due by the tenth of January, the last days of December included.
    if today < period.until() {
        return Err(LedgerError::ReportEarly(period.until().to_string()));
    }
    if cut_off < period.until() || cut_off > today {
        let fault = Fault::field("cut_off", "report-cut-off").value(&cut_off.to_string());
        let fault = fault
            .arg("from", period.until().to_string())
            .arg("until", today.to_string());
        return Err(LedgerError::Invalid(vec![fault]));
    }
    if !matches!(period.every(), Every::Quarter | Every::Year) {
        return Err(LedgerError::NotFound);
    }
    let built = reports::build(tx.db(), actor.scope, period, cut_off).await?;
    let value = serde_json::to_value(&built).map_err(|error| LedgerError::Broken(error.to_string()))?;
    let bytes = strict_json::canonical(&value).map_err(|fault| LedgerError::Broken(fault.to_string()))?;
    let body = String::from_utf8(bytes).map_err(|error| LedgerError::Broken(error.to_string()))?;
    let hash = log::service::record_fact(tx, actor.scope.tenant, &value).await?;
    let subject = Subject::new("report", tx.new_id::<Period>().uuid());
    let data = json!({"fact": hash, "period": period.to_string(), "cut_off": cut_off.to_string()});
    let leaf = LeafDraft::by(actor, "report.closed", subject, data);
    let leaf = log::service::append(tx, leaf).await?;
    let row = report::Model {
        body: Some(body),
        hash: Some(hash.bytes().to_vec()),
        closed_on: Some(leaf.at.day().to_string()),
        rev: row.rev + 1,
        ..row
    };
    if fresh {
        store::insert_report(tx.db(), row).await?;
    } else {
        store::save_report(tx.db(), row).await?;
    }
    Ok(())
}
